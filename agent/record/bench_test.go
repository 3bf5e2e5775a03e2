package record_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// What the monitor pays for an event, even while nobody writes and the oldest readings are dropped.
func BenchmarkAppend(b *testing.B) {
	s, err := record.Open(b.TempDir()+"/record.db", record.Options{})
	require.NoError(b, err)
	messages := []wire.Message{reading(1)}
	b.ReportAllocs()
	for b.Loop() {
		s.Append(record.Batch{Messages: messages})
	}
	require.NoError(b, s.Close())
}

// From Append of an alert to its commit with full sync, when somebody waits for it (Sync), and as it comes by itself,
// while readings come and, if asked for, somebody reads the whole record again and again.
func BenchmarkUrgentCommit(b *testing.B) {
	for _, c := range []struct {
		name            string
		waited, reading bool
	}{{"waited-for", true, false}, {"by-itself", false, false}, {"by-itself-beside-a-reader", false, true}} {
		b.Run(c.name, func(b *testing.B) {
			file := b.TempDir() + "/record.db"
			s := start(b, file, record.Options{})
			defer s.stop()
			for seq := range uint64(20_000) {
				s.Append(batch(reading(seq + 1)))
			}
			require.NoError(b, s.Sync(b.Context()))
			if c.reading {
				defer verifyAgain(b, file)()
			}
			seq, took := uint64(20_000), []time.Duration(nil)
			for b.Loop() {
				seq += 2
				before := s.Commits()
				begun := time.Now()
				s.Append(record.Batch{Messages: []wire.Message{reading(seq), alert(seq + 1)}, Snapshot: make([]byte, 4096)})
				if c.waited {
					require.NoError(b, s.Sync(b.Context()))
				}
				for s.Commits() == before {
					time.Sleep(50 * time.Microsecond)
				}
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-p50")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "ms-p99")
			b.ReportMetric(took[len(took)-1].Seconds()*1000, "ms-max")
		})
	}
}

// verifyAgain proves the record again and again until it is told to stop.
func verifyAgain(b *testing.B, file string) (stop func()) {
	r, err := record.OpenReader(b.Context(), file)
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if _, err := r.Verify(ctx, nil); err != nil && ctx.Err() == nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	return func() {
		cancel()
		require.NoError(b, <-done)
		require.NoError(b, r.Close())
	}
}

// What an hour of a session takes on the disk: a reading of an oximeter every second, of a cuff every five minutes, sixty
// alerts and a status of the engine every second; and as an exported file.
func BenchmarkHourOfASession(b *testing.B) {
	var bytes, exported float64
	for b.Loop() {
		file := b.TempDir() + "/record.db"
		s := start(b, file, record.Options{})
		require.NoError(b, s.WithoutFlush(b.Context()))
		s.Append(batch(begin("K-1", 1)))
		seq := uint64(2)
		for second := range 3600 {
			messages := []wire.Message{hourly(wire.ClassReading, seq)}
			seq++
			if second%60 == 0 {
				messages = append(messages, hourly(wire.ClassAlert, seq))
				seq++
			}
			s.Append(record.Batch{Messages: messages, Snapshot: make([]byte, 4096)})
			for i := range messages {
				s.Acknowledge(messages[i].Class, messages[i].ID, seq)
			}
			require.NoError(b, s.Sync(b.Context()))
		}
		archive, err := os.Create(b.TempDir() + "/session.jsonl")
		require.NoError(b, err)
		_, err = s.Reader().Export(b.Context(), "K-1", archive, "bench", time.Now())
		require.NoError(b, err)
		info, err := archive.Stat()
		require.NoError(b, err)
		exported = float64(info.Size())
		require.NoError(b, archive.Close())
		s.stop()
		info, err = os.Stat(file)
		require.NoError(b, err)
		bytes = float64(info.Size())
	}
	b.ReportMetric(bytes/1e6, "MB/h")
	b.ReportMetric(exported/1e6, "exported-MB/h")
}

// hourly is a message as long as those of a room.
func hourly(class wire.Class, seq uint64) wire.Message {
	m := message(class, "5d1c7f3a", seq)
	text := `"device":"oximeter","driver":"nonin","values":{"pulse_rate":{"value":72,"unit":"/min"},"spo2":{"value":97,"unit":"%"}},` +
		`"absent":{"perfusion_index":"not_measured"}`
	if class == wire.ClassAlert {
		text = `"occurrence":"bp_severe-3","condition":"bp_severe","title":"Severe hypertension","kind":"physiological","priority":"high",` +
			`"event":"escalated","state":"active","acknowledged":false,"since":"2026-11-21T09:38:12.12Z","vital":"systolic",` +
			`"value":186,"limit":180,"unit":"mm[Hg]","profile":"iv-ketamine@1","text":"Systolic 186, limit 180"`
	}
	m.Payload = fmt.Appendf(nil, `{"v":1,"id":%q,"seq":%d,"at":"2026-11-21T09:40:12.12Z","offset_ms":%d,"boot":"5d1c7f3a","site":"clinic",`+
		`"room":"room-1","session":"K-1","mode":"live",%s}`, m.ID, seq, seq*10, text)
	return m
}

// Events recorded, acknowledged and committed in groups of a thousand.
func BenchmarkRows(b *testing.B) {
	s := start(b, b.TempDir()+"/record.db", record.Options{})
	defer s.stop()
	seq := uint64(0)
	for b.Loop() {
		for range 1000 {
			seq++
			s.Append(batch(reading(seq)))
			s.Acknowledge(wire.ClassReading, reading(seq).ID, seq)
		}
		require.NoError(b, s.Sync(b.Context()))
	}
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "rows/s")
}

// A page of the outbox from a record with a day of events behind it.
func BenchmarkPending(b *testing.B) {
	s := start(b, b.TempDir()+"/record.db", record.Options{Memory: 1 << 30})
	defer s.stop()
	for seq := range uint64(100_000) {
		s.Append(batch(reading(seq + 1)))
		if seq < 99_000 {
			s.Acknowledge(wire.ClassReading, reading(seq+1).ID, seq+1)
		}
		if seq%10_000 == 0 {
			require.NoError(b, s.Sync(b.Context()))
		}
	}
	require.NoError(b, s.Sync(b.Context()))
	for b.Loop() {
		messages, err := s.Pending(b.Context(), wire.ClassReading, 0, 256)
		require.NoError(b, err)
		require.Len(b, messages, 256)
	}
}

// Resident memory of the whole test program with one open store that has written and read.
func BenchmarkIdleMemory(b *testing.B) {
	before := resident(b)
	s := start(b, b.TempDir()+"/record.db", record.Options{})
	defer s.stop()
	seq := uint64(0)
	for b.Loop() {
		for range 100 {
			seq++
			s.Append(batch(reading(seq), alert(seq+1_000_000)))
		}
		require.NoError(b, s.Sync(b.Context()))
		_, err := s.Pending(b.Context(), wire.ClassAlert, 0, 256)
		require.NoError(b, err)
	}
	b.ReportMetric(before, "MiB-before")
	b.ReportMetric(resident(b), "MiB-resident")
}

func resident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here")
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(kib)[0])
			require.NoError(b, err)
			return float64(n) / 1024
		}
	}
	return 0
}

// The list of five hundred sessions, of events that weigh as much as readings do.
func BenchmarkSessionsList(b *testing.B) {
	const sessions, events = 500, 200
	file := b.TempDir() + "/record.db"
	s := start(b, file, record.Options{})
	defer s.stop()
	pad := strings.Repeat("x", 200)
	seq := uint64(0)
	for n := range sessions {
		var list []wire.Message
		for range events {
			seq++
			m := about(fmt.Sprintf("K-%04d", n), seq, "noted "+pad)
			list = append(list, m)
		}
		s.Append(record.Batch{Messages: list})
		require.NoError(b, s.Sync(b.Context())) // what waits is bounded
	}
	for b.Loop() {
		list, err := s.Reader().SessionList(b.Context())
		require.NoError(b, err)
		require.Equal(b, sessions, len(list))
	}
}
