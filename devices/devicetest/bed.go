package devicetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Open returns a new session of d.
func Open(t require.TestingT, d devices.Driver, set devices.Settings) devices.Session {
	s, err := d.NewSession(set)
	require.NoError(t, err)
	return s
}

// Bed is a session that only listens, with its clock, for tests that tell byte by byte what happens. Make one with [NewBed].
type Bed struct {
	T       testing.TB
	Session devices.Session
	Now     time.Time
}

// NewBed opens a session of d at [Start].
func NewBed(t testing.TB, d devices.Driver) *Bed {
	t.Helper()
	return &Bed{T: t, Session: Open(t, d, devices.Settings{}), Now: Start}
}

// After lets time pass and gives bytes; it returns the readings in words. Each must be of now, and nothing may be written.
func (b *Bed) After(d time.Duration, rx []byte) []string {
	b.T.Helper()
	b.Now = b.Now.Add(d)
	out := b.Session.Step(b.Now, rx)
	require.Empty(b.T, out.Tx, "a listener")
	var texts []string
	for i := range out.Readings {
		require.Equal(b.T, b.Now, out.Readings[i].At)
		texts = append(texts, ReadingText(&out.Readings[i]))
	}
	return texts
}

// Steps is how often [SteadyState] steps its session.
const Steps = 200

// SteadyState gives the same bytes to a session of d in each of [Steps] steps, so far apart, and fails the test if one of
// them allocates after the first few. It returns what all of them gave together, so that a test can say that they were
// decoded.
func SteadyState(t testing.TB, d devices.Driver, apart time.Duration, rx []byte) (readings, frames int) {
	t.Helper()
	const warm = 4 // steps in which the room of the outputs grows
	s, now := Open(t, d, devices.Settings{}), Start
	step := func() {
		now = now.Add(apart)
		out := s.Step(now, rx)
		readings += len(out.Readings)
		frames += out.Frames
	}
	for range warm {
		step()
	}
	readings, frames = 0, 0
	assert.Zero(t, testing.AllocsPerRun(Steps-1, step)) // which steps once more before it counts
	return readings, frames
}
