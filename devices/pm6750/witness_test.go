package pm6750_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/pm6750"
	"bedside/simulators"
	simulator "bedside/simulators/pm6750"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
	allow   = devices.Settings{AllowStart: true}
)

// Frames as the pages print them. They are written out here once more, so that a slip in the driver is a failed test.
var (
	enableParams = []byte{0x55, 0xAA, 0x04, 0x03, 0x01, 0xF7}
	enableWave   = []byte{0x55, 0xAA, 0x04, 0xFE, 0x01, 0xFC}
	startCuff    = []byte{0x55, 0xAA, 0x04, 0x02, 0x01, 0xF8}
	stopCuff     = []byte{0x55, 0xAA, 0x04, 0x02, 0x00, 0xF9}
	target160    = []byte{0x55, 0xAA, 0x04, 0x0A, 0x50, 0xA1}
)

// witness watches a session and fails the test for anything it must never do, whatever the board says.
type witness struct {
	t                   require.TestingT
	now, wrote          time.Time
	ordered             time.Time // last accepted start; zero once it was sent or has an outcome
	released            time.Time // last moment at which air was known
	inflated            time.Time // since when; zero if there is none
	starts, stops, done int
	sent                map[string]int
	readings            int
}

func newWitness(t require.TestingT) *witness { return &witness{t: t, sent: map[string]int{}} }

func (w *witness) accepts(now time.Time, c devices.Command) {
	if c != devices.CuffStart {
		return
	}
	require.True(w.t, w.inflated.IsZero(), "a start accepted with air in the cuff")
	require.True(w.t, w.released.IsZero() || now.Sub(w.released) >= time.Minute, "a start accepted without rest")
	w.ordered = now
}

func (w *witness) sees(now time.Time, out *devices.Output) {
	if now.Before(w.now) {
		now = w.now
	}
	w.now = now
	require.Zero(w.t, len(out.Tx)%len(startCuff))
	for tx := out.Tx; len(tx) > 0; tx = tx[len(startCuff):] {
		w.frame(now, tx[:len(startCuff)])
	}
	done := 0
	for _, c := range out.Cuff {
		switch {
		case c.Phase.Busy():
			if w.inflated.IsZero() {
				w.inflated = now
			}
		case !w.inflated.IsZero():
			w.inflated, w.released = time.Time{}, now
		}
		if c.Phase == devices.CuffDone {
			done++
		}
		if c.Phase == devices.CuffFailed {
			require.NotZero(w.t, c.Class)
		}
		if !c.Phase.Busy() {
			w.ordered = time.Time{}
		}
	}
	w.done += done
	for i := range out.Readings {
		if out.Readings[i].Of == devices.Cuff {
			done--
			w.readings++
		}
	}
	require.Zero(w.t, done, "numbers of a cuff come with done, and only then")
}

func (w *witness) frame(now time.Time, tx []byte) {
	switch {
	case bytes.Equal(tx, startCuff):
		require.False(w.t, w.ordered.IsZero(), "a start that nobody ordered, or sent twice")
		w.ordered, w.inflated = time.Time{}, now
		w.starts++
	case bytes.Equal(tx, stopCuff):
		w.stops++
	case bytes.Equal(tx, enableParams), bytes.Equal(tx, enableWave), bytes.Equal(tx, target160):
	default:
		require.Failf(w.t, "not on the list of what may be written", "% X", tx)
	}
	require.True(w.t, w.wrote.IsZero() || now.Sub(w.wrote) >= 50*time.Millisecond, "too soon after the frame before")
	w.wrote = now
	w.sent[string(tx)]++
}

func session(t require.TestingT, set devices.Settings) devices.Session {
	s := devicetest.Open(t, pm6750.Driver(), set)
	return s
}

// frame wraps data as the board does.
func frame(data ...byte) []byte {
	n := byte(len(data) + 2)
	sum := n
	for _, b := range data {
		sum += b
	}
	return append(append([]byte{0x55, 0xAA, n}, data...), ^sum)
}

func nibp(state, mmHg, systolic, mean, diastolic int) []byte {
	return frame(3, byte(state<<2), byte(mmHg/2), byte(systolic), byte(mean), byte(diastolic))
}

func sample(v byte) []byte { return frame(0xFE, v) }

// converse gives one move of a conversation: time, frames of every sort, intact and damaged, and orders. It serves
// the fuzzer and the property alike.
func converse(w *witness, s devices.Session, now *time.Time, move, how byte) {
	step := func(rx ...byte) {
		out := s.Step(*now, rx)
		require.True(w.t, out.Wake.IsZero() || out.Wake.After(w.later(*now)), "a wake in the past")
		w.sees(*now, &out)
	}
	order := func(c devices.Command) {
		if out, err := s.(devices.Commander).Command(*now, c); err == nil {
			w.accepts(*now, c)
			w.sees(*now, &out)
		} else {
			require.Empty(w.t, out.Tx, "a refused order wrote bytes")
		}
	}
	switch move % 9 {
	case 0:
		*now = now.Add(time.Duration(how) * 20 * time.Millisecond)
		step()
	case 1:
		step(append(nibp(int(how%16), int(how)*2, 120, 93, 80), sample(how)...)...)
	case 2:
		order(devices.CuffStart)
	case 3:
		order(devices.CuffStop)
	case 4:
		step(append(nibp(1, int(how), 0, 0, 0), sample(how)...)...)
	case 5:
		step(append(frame(4, how%5, 97, 72), sample(how)...)...)
	case 6:
		step([]byte{0x55, 0xAA, how, 3, how}[:1+how%5]...)
	case 7:
		step(frame(3, how, how, how, how, how)...)
	case 8:
		*now = now.Add(time.Duration(how) * time.Second)
		step()
	}
}

func (w *witness) later(now time.Time) time.Time {
	if now.Before(w.now) {
		return w.now
	}
	return now
}

// Whatever a board says and whenever orders come: no frame but the five, spaced; no start that was not ordered, none twice,
// none with air in the cuff or within a minute of it.
func TestWhateverTheBoardSays(t *testing.T) {
	starts := 0
	rapid.Check(t, func(rt *rapid.T) {
		w, now := newWitness(rt), epoch
		set := devices.Settings{AllowStart: rapid.Bool().Draw(rt, "allowed")}
		if rapid.Bool().Draw(rt, "target") {
			set.InitialPressure = 160
		}
		s := session(rt, set)
		for range 6 { // the board is there
			converse(w, s, &now, 5, 0)
			converse(w, s, &now, 0, 30)
		}
		converse(w, s, &now, 2, 0)
		for range rapid.IntRange(1, 120).Draw(rt, "moves") {
			converse(w, s, &now, rapid.SampledFrom([]byte{0, 1, 2, 2, 3, 4, 4, 5, 5, 6, 7, 8}).Draw(rt, "move"), rapid.Byte().Draw(rt, "how"))
		}
		require.True(rt, set.AllowStart || w.starts == 0)
		starts += w.starts
	})
	require.Positive(t, starts, "the property was tried on something")
}

func FuzzConversation(f *testing.F) {
	live := []byte{0, 5, 5, 0, 0, 50, 5, 0, 0, 110, 5, 0}
	f.Add(append(append([]byte{}, live...), 2, 0, 0, 3, 0, 3, 4, 100, 0, 150, 0, 150, 4, 120, 1, 0), true)
	f.Add(append(append([]byte{}, live...), 2, 0, 0, 3, 4, 100, 3, 0, 1, 2), false)
	f.Add(append(append([]byte{}, live...), 4, 100, 8, 181, 1, 0), true)
	f.Fuzz(func(t *testing.T, moves []byte, target bool) {
		w, now := newWitness(t), epoch
		set := allow
		if target {
			set.InitialPressure = 160
		}
		s := session(t, set)
		for i := 0; i+1 < min(len(moves), 2000); i += 2 {
			converse(w, s, &now, moves[i], moves[i+1])
		}
	})
}

// room couples a session and a simulated board and watches both.
type room struct {
	*witness
	board *simulator.Device
	trace simulators.Trace
}

// live couples them for a while; orders are given at those offsets.
func live(t testing.TB, set devices.Settings, o simulator.Options, truth func(time.Duration) simulators.Vitals, length time.Duration, orders ...simulators.Order) room {
	t.Helper()
	r := room{witness: newWitness(t), board: simulator.New(o)}
	pending := orders
	r.trace = simulators.Couple(simulators.Coupling{
		Session: session(t, set), Device: r.board, From: epoch, To: epoch.Add(length), Orders: orders, Waves: true,
		Truth: func(now time.Time) simulators.Vitals { return truth(now.Sub(epoch)) },
		Watch: func(now time.Time, out *devices.Output) {
			for len(pending) > 0 && !now.Before(pending[0].At) && now.After(epoch) && len(out.Tx) > 0 {
				w := r.witness
				if pending[0].Command == devices.CuffStart {
					w.ordered = now
				}
				pending = pending[1:]
			}
			r.sees(now, out)
		},
	})
	require.Zero(t, r.board.Counts().Forbidden)
	require.Zero(t, r.board.Counts().Patient)
	return r
}

func start(at time.Duration) simulators.Order {
	return simulators.Order{At: epoch.Add(at), Command: devices.CuffStart}
}

func stop(at time.Duration) simulators.Order {
	return simulators.Order{At: epoch.Add(at), Command: devices.CuffStop}
}

func steady(time.Duration) simulators.Vitals { return healthy }

// outcomes returns how the measurements of a trace ended.
func outcomes(trace *simulators.Trace) []devices.CuffState {
	var all []devices.CuffState
	for _, c := range trace.Cuff {
		if c.Phase == devices.CuffDone || c.Phase == devices.CuffFailed {
			all = append(all, c)
		}
	}
	return all
}
