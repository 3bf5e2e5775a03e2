package devicetest

import (
	"bytes"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Bounds that every cuff session keeps; alarms.md section 11, cuffs.md section 14.
const (
	rest     = 60 * time.Second
	watchdog = 180 * time.Second
)

// CuffWitness watches a session of a cuff that sends each start once, and fails the test for anything it must never do,
// whatever the device says. It is told by a [Room].
type CuffWitness struct {
	T        require.TestingT
	Start    []byte        // the one frame that moves air
	Stop     []byte        // the one that lets it out
	Harmless [][]byte      // all others that may be written
	Gap      time.Duration // least time between two frames

	Starts, Stops, Done, Failed int // that show that a promise was tried on something

	stepped time.Time // last call
	wrote   time.Time // last frame
	ordered time.Time // last accepted CuffStart; zero once its outcome was reported
	started time.Time // last start frame
	sent    int       // start frames of this order
	air     bool      // a start was written, and neither a stop nor an outcome since
	ended   time.Time // when air was last presumed
}

// Ordered reports whether an accepted start has no outcome yet.
func (w *CuffWitness) Ordered() bool { return !w.ordered.IsZero() }

func (w *CuffWitness) accepts(now time.Time, c devices.Command) {
	if c != devices.CuffStart {
		return
	}
	require.True(w.T, w.ordered.IsZero(), "a start accepted while another is under way")
	require.Truef(w.T, w.ended.IsZero() || now.Sub(w.ended) >= rest, "a start accepted %v after air", now.Sub(w.ended))
	w.ordered, w.sent = now, 0
}

func (w *CuffWitness) sees(now time.Time, out *devices.Output) {
	if w.air && now.Sub(w.stepped) <= time.Second && now.Sub(w.started) > watchdog+time.Second {
		require.Fail(w.T, "the watchdog slept")
	}
	w.stepped = now
	if len(out.Tx) > 0 {
		w.frame(now, out.Tx)
	}
	done := 0
	for _, c := range out.Cuff {
		require.Equal(w.T, now, c.At)
		switch c.Phase {
		case devices.CuffDone:
			done++
			w.Done++
			w.over(now)
		case devices.CuffFailed:
			require.NotZero(w.T, c.Class, "failed without a class")
			w.Failed++
			w.over(now)
		}
	}
	require.Len(w.T, out.Readings, done, "numbers come with done, and only then")
	for i := range out.Readings {
		w.believes(&out.Readings[i])
	}
}

func (w *CuffWitness) over(now time.Time) {
	if w.air || !w.ordered.IsZero() && w.sent > 0 {
		w.ended = now
	}
	w.ordered, w.air = time.Time{}, false
}

// believes checks that numbers are those of a living adult (cuffs.md section 14.2).
func (w *CuffWitness) believes(r *devices.Reading) {
	require.True(w.T, r.Spot)
	systolic, _ := r.Value(devices.Systolic)
	diastolic, _ := r.Value(devices.Diastolic)
	mean, _ := r.Value(devices.Mean)
	require.Truef(w.T, 30 <= diastolic && diastolic < mean && mean < systolic && systolic <= 300, "%v", r.Measurements)
	if rate, ok := r.Value(devices.PulseRate); ok {
		require.True(w.T, 20 <= rate && rate <= 300, "%v", r.Measurements)
	}
}

// frame checks one write: one frame of the list, spaced, and a start only when it may be.
func (w *CuffWitness) frame(now time.Time, tx []byte) {
	start, stop := bytes.Equal(tx, w.Start), bytes.Equal(tx, w.Stop)
	if !start && !stop && !slices.ContainsFunc(w.Harmless, func(f []byte) bool { return bytes.Equal(f, tx) }) {
		require.Failf(w.T, "not on the list of what may be written", "% X", tx)
	}
	if !w.wrote.IsZero() {
		require.GreaterOrEqual(w.T, now.Sub(w.wrote), w.Gap, "too soon after the frame before")
	}
	w.wrote = now
	switch {
	case start:
		require.False(w.T, w.ordered.IsZero(), "a start that nobody ordered")
		require.Zero(w.T, w.sent, "a start was repeated")
		require.False(w.T, w.air, "a start with air in the cuff")
		w.started, w.air, w.ended = now, true, now
		w.sent++
		w.Starts++
	case stop:
		w.air = false
		w.Stops++
	}
}
