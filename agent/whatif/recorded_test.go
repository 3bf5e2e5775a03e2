package whatif_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
	"bedside/devices/devicetest/brevity"
)

var write = flag.Bool("write", false, "play the session of agent/report/testdata again and write it; then read the diff of its reports")

// recordedFile is a session as bedside record export writes it, compressed: it is what the reports are tested with.
const recordedFile = "../report/testdata/K-0412.session.gz"

// The session of which the reports are tested, judged again by its own profile, is the same, long after it was recorded. It has
// a nurse at a station, a reach test, three doses, a fall of the saturation, elevations, symptoms, pauses and a restart.
func TestARecordedSessionCanStillBeJudgedAgain(t *testing.T) {
	if *write {
		writeRecorded(t)
	}
	if brevity.Asked() {
		t.Skip("a whole session")
	}
	f, err := os.Open(recordedFile)
	require.NoError(t, err)
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var list []wire.Message
	_, err = record.ReadArchive(z, func(e record.Event) error {
		list = append(list, e.Message)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	c := replay(t, list, find(t, started(t, list)))
	require.NotEmpty(t, c.Alerts)
	require.NotEmpty(t, c.Episodes)
}

func writeRecorded(t *testing.T) {
	list := play(t, recordedNumber, func(e *evening) {
		e.quick, e.station, e.kill = true, "station-1", e.s.Dose()+31*time.Minute
		e.day = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		e.latest, e.away, e.given = e.s.Dose()+2*time.Hour+4*time.Minute, 14*time.Second, [2]string{"esketamine", "28 mg"}
	})
	path := filepath.Join(t.TempDir(), "record.db")
	store, err := record.Open(path, record.Options{Waves: true})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx) }()
	for part := range slices.Chunk(list, 500) { // what waits is bounded
		store.Append(record.Batch{Messages: part})
		require.NoError(t, store.Sync(ctx))
	}
	f, err := os.Create(recordedFile)
	require.NoError(t, err)
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	require.NoError(t, err)
	_, err = store.Reader().Export(ctx, code, z, "bedside 1", time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
	cancel()
	require.NoError(t, <-done)
	require.NoError(t, store.Close())
}

// recordedNumber is a session of the crowd that is worth a report.
const recordedNumber = 16

// watching is the station: it says every three seconds that it shows the room, and says of each alert that it was painted.
func (e *evening) watching(at time.Duration) {
	if e.station == "" {
		return
	}
	say := func(verb string, payload any) {
		b, err := json.Marshal(payload)
		require.NoError(e.t, err)
		reply := e.room.Command(e.t.Context(), e.station, verb, b)
		require.True(e.t, reply.OK, "%s: %s", verb, reply.Text)
	}
	if at%(3*time.Second) == 0 {
		now := time.Now()
		since := e.day.Add(-time.Hour)
		say(wire.VerbWatch, wire.Watch{By: e.station, Screens: 1, Sound: 1, Duty: &wire.Duty{
			Nurse: "MK", Backup: "JS", Since: wire.Time{Time: since}, Until: wire.Time{Time: since.Add(8 * time.Hour)}, By: "MK", Station: e.station,
		}})
		require.True(e.t, now.Before(since.Add(8*time.Hour)))
	}
	switch at {
	case startAt - 30*time.Second:
		say(wire.VerbReachTest, wire.Request{By: "AK"})
	case startAt - 20*time.Second:
		s, err := e.room.Snapshot(e.t.Context())
		require.NoError(e.t, err)
		for _, a := range s.Alerts {
			say(wire.VerbAcknowledge, wire.Request{By: "MK", Occurrence: a.Occurrence})
		}
	}
	e.mu.Lock()
	var shown []string
	for _, m := range e.messages[e.painted:] {
		if wire.About(m.Subject) == wire.AboutAlert {
			shown = append(shown, m.ID)
		}
	}
	e.painted = len(e.messages)
	e.mu.Unlock()
	if len(shown) > 0 {
		say(wire.VerbReceipt, wire.Request{By: e.station, Screens: 1, Shown: shown})
	}
}
