package devicetest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Damage is an experiment: a device that talks unasked for hours, a line that harms its frames, and a session that
// listens. What is right is known for every frame, so each wrong value is found. A test gives the experiment several
// truths, at least a steady and a varying one, the harms [Corrupt] and [Lose], and a few seeds, and asserts on the
// [Outcome]; a driver publishes the figures in its package comment. The stream without harm, [Spare], guards the other side:
//
//	walk := devicetest.NewWalk(seed)
//	got := devicetest.Damage{
//		Driver: masimo.Driver(),
//		Every:  time.Second,
//		Send: func(_ int, now time.Time) ([][]byte, devicetest.Says) {
//			v := walk.Next()
//			return [][]byte{line(now, v)}, devicetest.Says{Values: v.Values(), Gone: v.Away > 0}
//		},
//	}.Run(t, 10, devicetest.Corrupt, seed)
//	assert.Zero(t, got.Wrong, got.Example)
//
// A cuff that reports by itself is such a device, too: Every is its cycle, and Repeated must be 0. Where a dialogue is
// held, a coupling of package simulators does the talking, with a [Harm.Cable] in each direction; its Watch is
// [Outcome.Take], and the truth calls [Outcome.Say].
type Damage struct {
	Driver   devices.Driver
	Settings devices.Settings
	// Open, if set, is called with the new session before the first frame, for what has to be said before a device
	// talks.
	Open func(s devices.Session, now time.Time)
	// Every is the time between two calls of Send.
	Every time.Duration
	// Send returns the frames that the device sends at that moment, each of which the line harms by itself, and what
	// they say together. Calls are counted from 0. The frames may be overwritten by the next call, and have to be written
	// anew by it: harm changes them in place.
	Send func(n int, now time.Time) ([][]byte, Says)
	// Rules say which readings are right.
	Rules Rules
}

// Run sends the frames of so many hours through the harm into a new session, all those of a moment in one Step, and
// calls the session whenever it asked to be woken.
func (d Damage) Run(t testing.TB, hours float64, harm Harm, seed uint64) *Outcome {
	t.Helper()
	s := Open(t, d.Driver, d.Settings)
	o := &Outcome{Rules: d.Rules}
	if o.Rules.Window == 0 {
		o.Rules.Window = max(time.Second, d.Every)
	}
	if d.Open != nil {
		d.Open(s, Start)
	}
	o.Begin(Start)
	rng := rand.New(rand.NewPCG(seed, 1))
	var rx []byte
	var wake time.Time
	for n := range int(hours * float64(time.Hour) / float64(d.Every)) {
		now := Start.Add(time.Duration(n+1) * d.Every)
		for !wake.IsZero() && wake.Before(now) {
			at := wake
			out := s.Step(at, nil)
			o.Take(at, &out)
			require.Truef(t, out.Wake.IsZero() || out.Wake.After(at), "frame %d: wake in the past", n)
			wake = out.Wake
		}
		frames, says := d.Send(n, now)
		o.Say(now, says)
		rx = rx[:0]
		for _, f := range frames {
			rx = append(rx, harm(rng, f)...)
		}
		out := s.Step(now, rx)
		o.Take(now, &out)
		wake = out.Wake
	}
	return o
}
