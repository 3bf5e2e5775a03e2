package medlab_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/simulators"
)

// witness watches one session and knows what it must never do, whatever the module says.
type witness struct {
	t rapid.TB

	stepped time.Time // last call
	wrote   time.Time // last write
	ordered time.Time // last accepted CuffStart; zero once its outcome was reported
	started time.Time // last start written
	starts  int       // since the order
	ended   bool      // abort written, or outcome reported, since the last start
	tally   tally
}

// tally shows that a property was tried on something.
type tally struct{ writes, starts, aborts, done, failed int }

// accepts notes an order that was not refused.
func (w *witness) accepts(now time.Time, c devices.Command) {
	if c == devices.CuffStart {
		require.True(w.t, w.ordered.IsZero(), "a start accepted while another is under way")
		w.ordered, w.starts = now, 0
	}
}

// sees checks an output.
func (w *witness) sees(now time.Time, out *devices.Output) {
	if !out.Wake.After(now) {
		require.Failf(w.t, "late wake", "%v is not after now", out.Wake)
	}
	if !w.ended && !w.started.IsZero() && now.Sub(w.stepped) <= time.Second && now.Sub(w.started) > 181*time.Second {
		require.Fail(w.t, "the watchdog slept")
	}
	if len(out.Tx) > 0 {
		w.write(now, out.Tx)
	}
	done := 0
	for _, c := range out.Cuff {
		require.Equal(w.t, now, c.At)
		require.False(w.t, c.HasPressure && (c.Pressure < 0 || c.Pressure > 400), "pressure %d shown", c.Pressure)
		switch c.Phase {
		case devices.CuffDone:
			require.False(w.t, w.ordered.IsZero(), "done without an order")
			require.Positive(w.t, w.starts, "done without a start")
			done++
			w.tally.done++
			w.ordered, w.ended = time.Time{}, true
		case devices.CuffFailed:
			require.NotZero(w.t, c.Class)
			w.tally.failed++
			w.ordered, w.ended = time.Time{}, true
		}
	}
	require.Len(w.t, out.Readings, done, "numbers come with done, and only then")
	for _, r := range out.Readings {
		sys, dia, mean := value(w.t, &r, devices.Systolic), value(w.t, &r, devices.Diastolic), value(w.t, &r, devices.Mean)
		require.True(w.t, 30 <= dia && dia < mean && mean < sys && sys <= 300, "%v", r.Measurements)
		if rate, ok := r.Value(devices.PulseRate); ok {
			require.True(w.t, 20 <= rate && rate <= 300, "%d /min", rate)
		}
		require.True(w.t, r.Spot)
		require.GreaterOrEqual(w.t, now.Sub(w.started), 5*time.Second)
	}
	w.stepped = now
}

func value(t rapid.TB, r *devices.Reading, v devices.Vital) int {
	n, ok := r.Value(v)
	require.True(t, ok)
	return n
}

// write checks what was written: from the list, spaced, and a start only when it may be.
func (w *witness) write(now time.Time, tx []byte) {
	harmless := [][]byte{startOrder, askOrder, abortOrder}
	for _, b := range inflate {
		harmless = append(harmless, b)
	}
	require.Contains(w.t, harmless, tx, "not on the list of what may be written")
	require.True(w.t, w.wrote.IsZero() || now.Sub(w.wrote) >= 100*time.Millisecond, "written too soon after the last")
	w.wrote = now
	w.tally.writes++
	switch {
	case bytes.Equal(tx, startOrder):
		require.False(w.t, w.ordered.IsZero(), "a start that nobody ordered")
		require.Zero(w.t, w.starts, "a start repeated")
		require.True(w.t, w.started.IsZero() || now.Sub(w.started) >= time.Minute, "two starts in a minute")
		w.started, w.ended = now, false
		w.starts++
		w.tally.starts++
	case bytes.Equal(tx, abortOrder):
		w.ended = true
		w.tally.aborts++
	}
}

// newHostile returns a module whose cycles end when they like, and that spoils one packet in so many.
func newHostile(rng *rand.Rand, every int) *stub {
	m := &stub{result: resultPacket(100+rng.IntN(200), 60+rng.IntN(40), 90+rng.IntN(20), 60+rng.IntN(40), 0)}
	m.stubborn, m.deaf = rng.IntN(5) == 0, rng.IntN(8) == 0
	if rng.IntN(3) == 0 {
		m.endless = true
		m.pressure = func(time.Duration) int { return rng.IntN(310) }
	}
	m.hostile = func(p []byte) []byte {
		if rng.IntN(every) != 0 {
			return p
		}
		switch rng.IntN(6) {
		case 0:
			return nil
		case 1:
			return packet("999")
		case 2:
			return packet(fmt.Sprintf("%03dC%dS%d", rng.IntN(1000), rng.IntN(3), rng.IntN(10)))
		case 3:
			return resultPacket(rng.IntN(320), rng.IntN(200), rng.IntN(250), rng.IntN(320), rng.IntN(2)*rng.IntN(100))
		case 4:
			return append(p, p...)
		}
		for i := range p {
			if rng.IntN(4) == 0 {
				p[i] = byte(rng.IntN(256))
			}
		}
		return p
	}
	return m
}

// watched lets a witness see a session.
func watched(t testing.TB, w *witness, set devices.Settings) devices.Session {
	return &watchedSession{session(t, set), w}
}

type watchedSession struct {
	devices.Session
	w *witness
}

func (s *watchedSession) Step(now time.Time, rx []byte) devices.Output {
	out := s.Session.Step(now, rx)
	s.w.sees(now, &out)
	return out
}

func (s *watchedSession) Command(now time.Time, c devices.Command) (devices.Output, error) {
	out, err := s.Session.(devices.Commander).Command(now, c)
	if err != nil {
		require.Empty(s.w.t, out.Tx, "a refused order wrote bytes")
		return out, err
	}
	s.w.accepts(now, c)
	s.w.sees(now, &out)
	return out, nil
}

// TestWhateverTheModuleSays is the property test of the safety rules: orders at any time, a module that lies, stays
// silent or never ends. The witness fails on any forbidden or hurried write, any second start, any number after failure.
func TestWhateverTheModuleSays(t *testing.T) {
	var total tally
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		set := devices.Settings{AllowStart: rapid.IntRange(0, 9).Draw(rt, "allowed") > 0}
		if rapid.Bool().Draw(rt, "target") {
			set.InitialPressure = 160
		}
		m := newHostile(rng, rapid.IntRange(2, 60).Draw(rt, "one packet spoilt in"))
		w := &witness{t: rt}
		now, orders := epoch, []simulators.Order(nil)
		for range 60 {
			now = now.Add(time.Duration(1+rng.IntN(800)) * 10 * time.Millisecond)
			c := devices.CuffStart
			if rng.IntN(5) == 0 {
				c = devices.CuffStop
			}
			orders = append(orders, simulators.Order{At: now, Command: c})
		}
		trace := simulators.Couple(simulators.Coupling{
			Session: watched(t, w, set), Device: m, From: epoch, To: now.Add(200 * time.Second), Orders: orders,
			Truth: func(time.Time) simulators.Vitals { return healthy },
		})
		for _, r := range trace.Refused {
			require.Equal(rt, devices.CuffStart, r.Command, "stop was refused: %v", r.Err)
		}
		require.True(rt, set.AllowStart || w.tally.starts == 0, "start without permission")
		require.True(rt, w.ordered.IsZero(), "an order without an outcome")
		total.starts += w.tally.starts
		total.aborts += w.tally.aborts
		total.done += w.tally.done
		total.failed += w.tally.failed
	})
	t.Logf("%+v", total)
	require.Positive(t, total.starts)
	require.Positive(t, total.aborts)
	require.Positive(t, total.done)
	require.Positive(t, total.failed)
}

// FuzzConversation lets the fuzzer talk and give orders. One byte is one move: its low three bits say which, the others
// how. The witness checks every output; above all that no byte leaves that is not on its list.
func FuzzConversation(f *testing.F) {
	const hear = 1
	opened := []byte{0 | 19<<3, hear}
	cycle := append(append([]byte{}, opened...), 2, hear)
	for range 30 {
		cycle = append(cycle, 0|3<<3, hear)
	}
	cycle = append(cycle, 0|19<<3, hear, hear)
	f.Add(opened, false)
	f.Add(cycle, true)
	f.Add(append(append([]byte{}, cycle[:20]...), 3, hear), true)
	f.Add([]byte{0 | 19<<3, hear, 2, hear, 0 | 3<<3, 4 | 31<<3, 4 | 30<<3, 5, 6 | 3<<3, 7}, true)
	f.Fuzz(func(t *testing.T, moves []byte, target bool) {
		set := devices.Settings{AllowStart: true}
		if target {
			set.InitialPressure = 160
		}
		w := &witness{t: t}
		s, m, now := watched(t, w, set), &stub{result: resultPacket(120, 80, 93, 72, 0)}, epoch
		var asked []byte
		step := func(rx []byte) {
			if out := s.Step(now, rx); len(out.Tx) > 0 {
				asked = bytes.Clone(out.Tx)
			}
		}
		order := func(c devices.Command) {
			if out, err := s.(devices.Commander).Command(now, c); err == nil && len(out.Tx) > 0 {
				asked = bytes.Clone(out.Tx)
			}
		}
		step(nil)
		for _, move := range moves[:min(len(moves), 2000)] {
			how := int(move >> 3)
			switch move & 7 {
			case 0:
				for range 5 * (how + 1) {
					now = now.Add(10 * time.Millisecond)
					step(nil)
				}
			case 1:
				tx, _ := m.Step(now, healthy, asked)
				asked = nil
				step(tx)
			case 2:
				order(devices.CuffStart)
			case 3:
				order(devices.CuffStop)
			case 4:
				step(packet(fmt.Sprintf("%03dC%dS%d", how*11, how%3, 3+how%5)))
			case 5:
				step(packet("999"))
			case 6:
				step(resultPacket(120, 80, 93, 72, how))
			case 7:
				step([]byte("\x02S1;A0\x03X")[:1+how%8])
			}
		}
	})
}

func TestWitnessIsNotBlind(t *testing.T) {
	for name, tx := range map[string]string{
		"manometer": "\x0214;;DB\x03", "pneumatic test": "\x0217;;DE\x03", "neonate": "\x0225;;DD\x03",
		"automatic": "\x0204;;DA\x03", "unordered start": string(startOrder), "two at once": "XX",
	} {
		failed := false
		func() {
			defer func() { failed = recover() != nil }()
			(&witness{t: &loud{TB: t}}).sees(epoch, &devices.Output{Tx: []byte(tx), Wake: epoch.Add(1)})
		}()
		require.True(t, failed, name)
	}
}

// loud turns the failure of a test into a panic.
type loud struct{ testing.TB }

func (*loud) Errorf(string, ...any) {}
func (*loud) FailNow()              { panic("failed") }
