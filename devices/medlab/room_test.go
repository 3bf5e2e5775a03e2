package medlab_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/medlab"
	"bedside/simulators"
	simulator "bedside/simulators/medlab"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
	allow   = devices.Settings{AllowStart: true}
)

// Commands as cuffs.md section 8 prints them. They are written out here once more, so that a slip in the driver's own
// table is a failed test.
var (
	startOrder = []byte{0x02, 0x30, 0x31, 0x3B, 0x3B, 0x44, 0x37, 0x03}
	askOrder   = []byte("\x0218;;DF\x03")
	abortOrder = []byte("X")
	inflate    = map[int][]byte{
		100: []byte("\x0219;;E0\x03"), 120: []byte("\x0220;;D8\x03"), 140: []byte("\x0221;;D9\x03"),
		160: []byte("\x0222;;DA\x03"), 180: []byte("\x0223;;DB\x03"),
	}
)

func packet(content string) []byte { return []byte("\x02" + content + "\x03\r") }

func resultPacket(systolic, diastolic, mean, rate, message int) []byte {
	return packet(fmt.Sprintf("S1;A0;C01;M%02d;P%03d%03d%03d;R%03d;T0025;", message, systolic, diastolic, mean, rate))
}

func session(t testing.TB, set devices.Settings) devices.Session {
	return devicetest.Open(t, medlab.Driver(), set)
}

// sent is one write of the host.
type sent struct {
	at    time.Duration // since epoch
	bytes []byte
}

// room couples a session with a module in virtual time and keeps what was written.
type room struct {
	simulators.Trace
	tx []sent
}

// written returns when those bytes were written.
func (r *room) written(b []byte) []time.Duration {
	var at []time.Duration
	for _, s := range r.tx {
		if bytes.Equal(s.bytes, b) {
			at = append(at, s.at)
		}
	}
	return at
}

// outcomes returns the ends of cycles.
func (r *room) outcomes() []devices.CuffState {
	var all []devices.CuffState
	for _, c := range r.Cuff {
		if c.Phase == devices.CuffDone || c.Phase == devices.CuffFailed {
			all = append(all, c)
		}
	}
	return all
}

func (r *room) outcome(t testing.TB) devices.CuffState {
	t.Helper()
	all := r.outcomes()
	require.Len(t, all, 1)
	return all[0]
}

// at is an order at a moment.
func at(d time.Duration, c devices.Command) simulators.Order {
	return simulators.Order{At: epoch.Add(d), Command: c}
}

// live lets a session and a module talk for d. A truth of nil is a healthy person.
func live(t testing.TB, set devices.Settings, m simulators.Device, d time.Duration, orders ...simulators.Order) *room {
	t.Helper()
	return couple(t, simulators.Coupling{Session: session(t, set), Device: m, From: epoch, To: epoch.Add(d), Orders: orders})
}

func couple(t testing.TB, c simulators.Coupling) *room {
	t.Helper()
	if c.Truth == nil {
		c.Truth = func(time.Time) simulators.Vitals { return healthy }
	}
	r, s := &room{}, c.Session
	c.Session = &tap{Session: s, take: func(now time.Time, out *devices.Output) {
		if len(out.Tx) > 0 {
			r.tx = append(r.tx, sent{now.Sub(epoch), bytes.Clone(out.Tx)})
		}
	}}
	r.Trace = simulators.Couple(c)
	return r
}

// tap shows what a session writes.
type tap struct {
	devices.Session
	take func(now time.Time, out *devices.Output)
}

func (s *tap) Step(now time.Time, rx []byte) devices.Output {
	out := s.Session.Step(now, rx)
	s.take(now, &out)
	return out
}

func (s *tap) Command(now time.Time, c devices.Command) (devices.Output, error) {
	out, err := s.Session.(devices.Commander).Command(now, c)
	s.take(now, &out)
	return out, err
}

func module() *simulator.Device { return simulator.New(simulator.Options{}) }
