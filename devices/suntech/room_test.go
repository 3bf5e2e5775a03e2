package suntech_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/suntech"
	"bedside/simulators"
	simulator "bedside/simulators/suntech"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
)

// Frames as cuffs.md section 1 prints them. They are written out here once more, so that a slip in the driver's own
// table is a failed test.
var (
	startAdult = []byte{0x3A, 0x20, 0xA6}
	abort      = []byte{0x3A, 0x79, 0x01, 0x00, 0x4C}
	pressure   = []byte{0x3A, 0x79, 0x05, 0x00, 0x48}
	getResult  = []byte{0x3A, 0x79, 0x03, 0x00, 0x4A}
	moduleData = []byte{0x3A, 0x00, 0xC6}
	version    = []byte{0x3A, 0x79, 0x02, 0x40, 0x0B}
	testAdv    = []byte{0x3A, 0x79, 0x10, 0x03, 0x3A}
	testAPlus  = []byte{0x3A, 0x79, 0x11, 0x00, 0x3C}
	inflate120 = []byte{0x3A, 0x17, 0x78, 0x00, 0x37}
	inflate140 = []byte{0x3A, 0x17, 0x8C, 0x00, 0x23}
	inflate160 = []byte{0x3A, 0x17, 0xA0, 0x00, 0x0F}
	inflate180 = []byte{0x3A, 0x17, 0xB4, 0x00, 0xFB}
	inflate200 = []byte{0x3A, 0x17, 0xC8, 0x00, 0xE7}
)

// module is the device side: the simulator, or one that misbehaves.
type module interface {
	Step(now time.Time, truth simulators.Vitals, rx []byte) (tx []byte, wake time.Time)
}

// sent is one frame of the host.
type sent struct {
	at    time.Time
	bytes []byte
}

// room couples a session with a module in virtual time and keeps all that happened.
type room struct {
	t        testing.TB
	session  devices.Session
	module   module
	now      time.Time
	truth    simulators.Vitals
	toHost   func([]byte) []byte // what the line does to the answers; nil for nothing
	toModule func([]byte) []byte // what it does to the requests
	witness  *witness            // nil for none

	underway []byte // from the module to the host
	tx       []sent
	cuff     []devices.CuffState
	readings []devices.Reading
	faults   []devices.Fault
}

func newRoom(t testing.TB, set devices.Settings, m module) *room {
	t.Helper()
	if m == nil {
		m = simulator.New(simulator.Options{})
	}
	return &room{t: t, session: devicetest.Open(t, suntech.Driver(), set), module: m, now: epoch, truth: healthy}
}

// run lets d pass, from one moment at which something happens to the next, or stops early when until says so.
func (r *room) run(d time.Duration, until func() bool) {
	r.t.Helper()
	for end := r.now.Add(d); r.now.Before(end) && (until == nil || !until()); {
		rx := r.underway
		r.underway = nil
		if r.toHost != nil && len(rx) > 0 {
			rx = r.toHost(rx)
		}
		if r.witness != nil {
			r.witness.hears(rx)
		}
		out := r.session.Step(r.now, rx)
		if !out.Wake.After(r.now) {
			require.Failf(r.t, "late wake", "%v is not after now %v", out.Wake, r.now)
		}
		next := r.pass(out)
		if next.IsZero() || out.Wake.Before(next) {
			next = out.Wake
		}
		if soonest := r.now.Add(time.Millisecond); len(r.underway) > 0 || next.Before(soonest) {
			next = soonest
		}
		r.now = next
		if end.Before(next) {
			r.now = end
		}
	}
}

// pass hands an output to the module and keeps its answer for the next moment. It returns when the module wants to be
// called.
func (r *room) pass(out devices.Output) time.Time {
	tx, wake := r.module.Step(r.now, r.truth, r.take(out))
	r.underway = append(r.underway, tx...)
	return wake
}

// order gives an order and returns why it was refused.
func (r *room) order(c devices.Command) error {
	out, err := r.session.(devices.Commander).Command(r.now, c)
	if err != nil {
		require.Empty(r.t, out.Tx, "a refused order wrote bytes")
		return err
	}
	if r.witness != nil {
		r.witness.accepts(r.now, c)
	}
	r.pass(out)
	return nil
}

// take keeps an output and returns what reaches the module.
func (r *room) take(out devices.Output) []byte {
	if r.witness != nil {
		r.witness.sees(r.now, out)
	}
	r.cuff = append(r.cuff, out.Cuff...)
	r.faults = append(r.faults, out.Faults...)
	for _, reading := range out.Readings {
		reading.Measurements = append([]devices.Measurement(nil), reading.Measurements...)
		r.readings = append(r.readings, reading)
	}
	if len(out.Tx) == 0 {
		return nil
	}
	tx := append([]byte(nil), out.Tx...)
	r.tx = append(r.tx, sent{r.now, tx})
	if r.toModule != nil {
		tx = r.toModule(tx)
	}
	return tx
}

// sentFrames returns when a frame was sent.
func (r *room) sentFrames(frame []byte) []time.Time {
	var at []time.Time
	for _, s := range r.tx {
		if string(s.bytes) == string(frame) {
			at = append(at, s.at)
		}
	}
	return at
}

// last returns the last cuff state, zero if there is none.
func (r *room) last() devices.CuffState {
	if len(r.cuff) == 0 {
		return devices.CuffState{}
	}
	return r.cuff[len(r.cuff)-1]
}

// over reports whether the last cuff state is an outcome.
func (r *room) over() bool {
	p := r.last().Phase
	return p == devices.CuffDone || p == devices.CuffFailed
}

// open runs the handshake.
func (r *room) open() {
	r.t.Helper()
	r.run(5*time.Second, func() bool { return r.last().Phase == devices.CuffIdle })
	require.Equal(r.t, devices.CuffIdle, r.last().Phase)
}

// measure starts a measurement and runs it to its outcome.
func (r *room) measure() devices.CuffState {
	r.t.Helper()
	require.NoError(r.t, r.order(devices.CuffStart))
	r.run(4*time.Minute, r.over)
	require.True(r.t, r.over(), "no outcome within four minutes")
	return r.last()
}

// moduleFrame wraps data as the module does.
func moduleFrame(data ...byte) []byte {
	return closed(append([]byte{0x3E, byte(len(data) + 3)}, data...))
}

// closed appends the check byte.
func closed(b []byte) []byte {
	var sum byte
	for _, c := range b {
		sum += c
	}
	return append(b, -sum)
}

// resultFrame is a reply to the request for BP data.
func resultFrame(systolic, diastolic, mean, rate int, code byte) []byte {
	b := make([]byte, 21)
	b[0], b[1] = byte(systolic), byte(systolic>>8)
	b[2], b[3] = byte(diastolic), byte(diastolic>>8)
	b[4] = 22
	b[14], b[15] = byte(rate), byte(rate>>8)
	b[16], b[17] = byte(mean), byte(mean>>8)
	b[18] = code
	return moduleFrame(b...)
}

var allow = devices.Settings{AllowStart: true}
