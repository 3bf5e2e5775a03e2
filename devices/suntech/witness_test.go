package suntech_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/suntech"
)

// witness watches one session and knows what it must never do, whatever the module says.
type witness struct {
	t rapid.TB

	stepped time.Time // last call
	wrote   sentFrame // last frame
	ordered time.Time // last accepted CuffStart; zero once its outcome was reported
	started time.Time // first start frame of the last order that had any
	starts  int       // start frames of this order
	busy    bool      // B came since the last start frame
	ended   bool      // abort written, or outcome reported, since the last start frame
	tally   tally
}

type sentFrame struct {
	at    time.Time
	bytes []byte
}

// tally shows that a property was tried on something.
type tally struct{ frames, starts, aborts, done, failed int }

var ackB = moduleFrame('B')

// harmless are all frames that a session may write but for the initial inflation, which has data.
var harmless = [][]byte{startAdult, abort, pressure, getResult, moduleData, version, testAdv, testAPlus}

// hears notes what the session is about to be given.
func (w *witness) hears(rx []byte) {
	w.busy = w.busy || bytes.Contains(rx, ackB)
}

// accepts notes an order that was not refused.
func (w *witness) accepts(now time.Time, c devices.Command) {
	if c == devices.CuffStart {
		require.True(w.t, w.ordered.IsZero(), "a start accepted while another is under way")
		w.ordered, w.starts = now, 0
	}
}

// sees checks an output.
func (w *witness) sees(now time.Time, out devices.Output) {
	w.dozes(now, out.Wake)
	if len(out.Tx) > 0 {
		w.frame(now, bytes.Clone(out.Tx))
	}
	done := false
	for _, c := range out.Cuff {
		require.Equal(w.t, now, c.At)
		require.False(w.t, c.HasPressure && (c.Pressure < 0 || c.Pressure > 400), "pressure %d shown", c.Pressure)
		switch c.Phase {
		case devices.CuffDone:
			require.False(w.t, w.ordered.IsZero(), "done without an order")
			require.Positive(w.t, w.starts, "done without a start")
			done = true
			w.tally.done++
			w.ordered, w.ended = time.Time{}, true
		case devices.CuffFailed:
			require.NotZero(w.t, c.Class)
			w.tally.failed++
			w.ordered, w.ended = time.Time{}, true
		}
	}
	if done != (len(out.Readings) == 1) {
		require.Fail(w.t, "numbers come with done, and only then")
	}
	for _, r := range out.Readings {
		sys, dia := value(w.t, r, devices.Systolic), value(w.t, r, devices.Diastolic)
		mean, rate := value(w.t, r, devices.Mean), value(w.t, r, devices.PulseRate)
		require.True(w.t, 30 <= dia && dia < mean && mean < sys && sys <= 300 && 20 <= rate && rate <= 300, "%v", r.Measurements)
		require.True(w.t, r.Spot)
		require.GreaterOrEqual(w.t, now.Sub(w.started), 5*time.Second)
	}
	w.stepped = now
}

// dozes checks that the session asks to be called in time, and that its watchdog is awake.
func (w *witness) dozes(now, wake time.Time) {
	if !wake.After(now) {
		require.Failf(w.t, "late wake", "%v is not after now", wake)
	}
	if !w.ended && !w.started.IsZero() && now.Sub(w.stepped) <= time.Second && now.Sub(w.started) > 181*time.Second {
		require.Fail(w.t, "the watchdog slept")
	}
}

func value(t rapid.TB, r devices.Reading, v devices.Vital) int {
	n, ok := r.Value(v)
	require.True(t, ok)
	return n
}

// frame checks one written frame: from the list, spaced, and a start only when it may be.
func (w *witness) frame(now time.Time, tx []byte) {
	inflation := len(tx) == 5 && tx[0] == 0x3A && tx[1] == 0x17
	if inflation {
		mmHg := int(tx[2]) | int(tx[3])<<8
		require.True(w.t, 120 <= mmHg && mmHg <= 200, "inflation to %d", mmHg)
		require.Equal(w.t, closed(bytes.Clone(tx[:4])), tx)
	} else {
		require.Contains(w.t, harmless, tx, "not on the list of what may be written")
	}
	gap := 100 * time.Millisecond
	if inflation || bytes.Equal(w.wrote.bytes, abort) || len(w.wrote.bytes) == 5 && w.wrote.bytes[1] == 0x17 {
		gap = 500 * time.Millisecond
	}
	if w.wrote.bytes != nil {
		require.GreaterOrEqual(w.t, now.Sub(w.wrote.at), gap, "% X after % X", tx, w.wrote.bytes)
	}
	w.wrote = sentFrame{now, tx}
	w.tally.frames++
	switch {
	case bytes.Equal(tx, startAdult):
		require.False(w.t, w.ordered.IsZero(), "a start that nobody ordered")
		if w.starts == 0 {
			require.True(w.t, w.started.IsZero() || now.Sub(w.started) >= time.Minute, "two starts in a minute")
			w.started = now
		} else {
			require.True(w.t, w.busy, "a start repeated without B")
			require.Less(w.t, w.starts, 3)
		}
		w.starts++
		w.busy, w.ended = false, false
		w.tally.starts++
	case bytes.Equal(tx, abort):
		w.ended = true
		w.tally.aborts++
	}
}

// hostileModule answers as a module would, but for one answer in so many.
type hostileModule struct {
	stub
	rng   func(n int) int
	every int
}

func newHostile(rng func(int) int, every int) *hostileModule {
	m := &hostileModule{rng: rng, every: every}
	m.begin = 'O'
	m.ends = time.Duration(1+rng(40)) * time.Second
	m.result = resultFrame(100+rng(200), 60+rng(40), 90+rng(20), 60+rng(40), 0)
	if rng(3) == 0 {
		m.ends = 0
		m.pressure = func(time.Duration) int { return rng(310) }
	}
	m.hostile = m.spoil
	return m
}

func (m *hostileModule) spoil(_, answer []byte) []byte {
	if m.rng(m.every) != 0 {
		return answer
	}
	switch m.rng(7) {
	case 0:
		return nil
	case 1:
		return moduleFrame("OKABENDST"[m.rng(9)])
	case 2:
		p := m.rng(1 << 16)
		return moduleFrame(byte(p), byte(p>>8))
	case 3:
		return resultFrame(m.rng(320), m.rng(200), m.rng(250), m.rng(320), byte(m.rng(2)*m.rng(256)))
	case 4:
		return append(bytes.Clone(answer), moduleFrame('K')...)
	case 5:
		return append(bytes.Clone(answer), answer...)
	}
	b := bytes.Clone(answer)
	for i := range b {
		if m.rng(4) == 0 {
			b[i] = byte(m.rng(256))
		}
	}
	return b
}

// TestWhateverTheModuleSays is the property test of the safety rules: orders at any time, a module that lies, stays
// silent or never ends. The witness fails on any forbidden or hurried frame, any second start, any number after failure.
func TestWhateverTheModuleSays(t *testing.T) {
	var total tally
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		set := devices.Settings{AllowStart: rapid.IntRange(0, 9).Draw(rt, "allowed") > 0}
		if rapid.Bool().Draw(rt, "target") {
			set.InitialPressure = rapid.IntRange(120, 200).Draw(rt, "mmHg")
		}
		rng := randomly(seed)
		m := newHostile(rng, rapid.IntRange(2, 60).Draw(rt, "one answer spoilt in"))
		w := &witness{t: rt}
		r := &room{t: t, session: devicetest.Open(t, suntech.Driver(), set), module: m, now: epoch, witness: w}
		for range 60 {
			r.run(time.Duration(1+rng(800))*10*time.Millisecond, nil)
			c := devices.CuffStart
			if rng(5) == 0 {
				c = devices.CuffStop
			}
			err := r.order(c)
			require.True(rt, c == devices.CuffStart || err == nil, "stop was refused: %v", err)
			require.True(rt, set.AllowStart || err != nil || c == devices.CuffStop, "start without permission")
		}
		r.run(200*time.Second, nil)
		require.True(rt, w.ordered.IsZero(), "an order without an outcome")
		total.starts += w.tally.starts
		total.aborts += w.tally.aborts
		total.done += w.tally.done
		total.failed += w.tally.failed
	})
	t.Logf("%+v", total)
	require.Positive(t, total.starts)
	require.Positive(t, total.done)
	require.Positive(t, total.failed)
}

func TestWitnessIsNotBlind(t *testing.T) {
	for name, tx := range map[string][]byte{
		"pneumatics": {0x3A, 0x0C, 0x00, 0x01, 0x01, 0xB8}, "calibrate": {0x3A, 0x04, 0x01, 0xC1},
		"paediatric start": {0x3A, 0x87, 0x3F}, "reset": {0x3A, 0x8A, 0x3C}, "unordered start": startAdult,
		"two frames at once": append(bytes.Clone(pressure), pressure...),
	} {
		failed := false
		func() {
			defer func() { failed = recover() != nil }()
			(&witness{t: &loud{TB: t}}).sees(epoch, devices.Output{Tx: tx, Wake: epoch.Add(1)})
		}()
		require.True(t, failed, name)
	}
}

// loud turns the failure of a test into a panic.
type loud struct{ testing.TB }

func (*loud) Errorf(string, ...any) {}
func (*loud) FailNow()              { panic("failed") }
