package record_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// childFile names the record on which a copy of the test program works until it is killed.
const childFile = "BEDSIDE_RECORD_CHILD"

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		if err := child(file, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child appends and acknowledges without end and says what it was promised, a line each: "next <seq>" at the start,
// "use <seq>" before a number leaves the process, "acking <seq>" before it is acknowledged, "committed <seq>" and "acked <seq>" once Sync has said so.
func child(file string, out io.Writer) error {
	s, err := record.Open(file, record.Options{Interval: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	go func() { panic(s.Run(context.Background())) }() // it ends only with the process
	resume, err := s.Resume(context.Background())
	if err != nil {
		return err
	}
	boot := fmt.Sprintf("%04x", rand.Uint32N(1<<16))
	lines := []string{fmt.Sprintf("next %d %s\n", resume.NextSeq, boot)}
	for seq := resume.NextSeq; ; seq++ {
		lines = append(lines, fmt.Sprintf("use %d\n", seq))
		acked := rand.IntN(2) == 0
		if acked {
			lines = append(lines, fmt.Sprintf("acking %d\n", seq))
		}
		if _, err := io.WriteString(out, strings.Join(lines, "")); err != nil {
			return err
		}
		lines = lines[:0]

		class := wire.ClassReading
		if rand.IntN(4) == 0 {
			class = wire.ClassAlert
		}
		m := message(class, boot, seq)
		s.Append(record.Batch{Messages: []wire.Message{m}, Snapshot: []byte(strconv.FormatUint(seq, 10))})
		if acked {
			s.Acknowledge(class, m.ID, seq)
		}
		if rand.IntN(10) > 0 {
			continue
		}
		if err := s.Sync(context.Background()); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("committed %d\n", seq))
		if acked {
			lines = append(lines, fmt.Sprintf("acked %d\n", seq))
		}
	}
}

// told is what the children of all rounds have said.
type told struct {
	boot      string
	highest   uint64
	used      map[uint64]string // id by number
	acking    map[uint64]bool   // perhaps acknowledged in the record
	acked     map[uint64]bool   // certainly
	committed uint64            // everything up to it in its round is
}

func (k *told) hear(t *testing.T, line string) {
	words := strings.Fields(line)
	seq, err := strconv.ParseUint(words[1], 10, 64)
	require.NoError(t, err)
	switch words[0] {
	case "next":
		require.Greater(t, seq, k.highest, "a number that may have been used comes again")
		k.boot = words[2]
	case "use":
		require.Empty(t, k.used[seq], "a number comes twice")
		k.used[seq] = wire.MessageID("room-1", k.boot, seq)
		k.highest = seq
	case "committed":
		k.committed = seq
	case "acking":
		k.acking[seq] = true
	case "acked":
		k.acked[seq] = true
	}
}

// Nothing that was said to be committed is lost, no number comes twice, and the outbox is right, whenever the process
// is killed.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	file := path(t)
	known := &told{used: make(map[uint64]string), acking: make(map[uint64]bool), acked: make(map[uint64]bool)}
	mustHave := make(map[uint64]bool) // committed in any round
	for round := range 12 {
		begun := known.highest
		runAndKill(t, file, known, 1+rand.IntN(400))
		for seq := range known.used {
			if seq > begun && seq <= known.committed {
				mustHave[seq] = true
			}
		}
		checkAfterCrash(t, file, known, mustHave, round)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d events used, %d promised as committed", len(known.used), len(mustHave))
}

func runAndKill(t *testing.T, file string, known *told, lines int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	scan := bufio.NewScanner(out)
	for range lines {
		if !scan.Scan() {
			break
		}
		known.hear(t, scan.Text())
	}
	require.NoError(t, cmd.Process.Kill())
	for scan.Scan() { // what it managed to say before it died counts too
		known.hear(t, scan.Text())
	}
	require.Error(t, cmd.Wait(), "killed")
}

func checkAfterCrash(t *testing.T, file string, known *told, mustHave map[uint64]bool, round int) {
	s := start(t, file, record.Options{})
	defer s.stop()
	resume, err := s.Resume(t.Context())
	require.NoError(t, err)
	assert.Greater(t, resume.NextSeq, known.highest, "round %d", round)
	if known.committed > 0 {
		saved, err := strconv.ParseUint(string(resume.Snapshot), 10, 64)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, saved, known.committed, "the state is as new as the events")
	}
	events, err := s.Events(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	present := make(map[uint64]bool)
	unacked := map[wire.Class][]uint64{}
	for _, e := range events {
		assert.Equal(t, known.used[e.Seq], e.ID)
		present[e.Seq] = true
		if e.Pending {
			unacked[e.Class] = append(unacked[e.Class], e.Seq)
			assert.False(t, known.acked[e.Seq], "round %d: the acknowledgement of %d is lost", round, e.Seq)
		} else {
			assert.True(t, known.acking[e.Seq], "round %d: %d was never acknowledged", round, e.Seq)
		}
	}
	for seq := range mustHave {
		assert.True(t, present[seq], "round %d: %d is lost", round, seq)
	}
	for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
		assert.Equal(t, append([]uint64{}, unacked[class]...), pending(t, s, class))
	}
	assert.Equal(t, len(unacked[wire.ClassAlert])+len(unacked[wire.ClassReading]), s.Depth())
	_, err = s.Verify(t.Context())
	assert.NoError(t, err)
}
