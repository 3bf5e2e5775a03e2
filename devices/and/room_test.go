package and_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/devicetest"
	"bedside/simulators"
	simulator "bedside/simulators/and"
	"bedside/simulators/cuff"
)

// Frames as cuffs.md section 2a prints them, written out once more, so that a slip in the driver's own table is a failed
// test.
var (
	read  = []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x02, 0x52, 0x42, 0x03, 0x10}
	start = []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x02, 0x53, 0x54, 0x03, 0x07}
	stop  = []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x02, 0x53, 0x50, 0x03, 0x03}
	ack   = []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x06}
	nak   = []byte{0x16, 0x16, 0x01, 0x30, 0x30, 0x15}
)

// realText is the text of the one frame of a real monitor that was published: 127/76, mean 97, pulse 78.
const realText = "TM2657\x1e2411121014\x1eRA\x1eM\x1eE00\x1eS127\x1eM 97\x1eD 76\x1eP 78\x1eI00\x1eL232\x1ep173\x1ei 0\x1em0\x1e" +
	"r0\x1et 35\x1ecN\x1el  \x1ed\x1eh     \x1es     \x1ew      \x1ef      \x1ee      \x1eb     \x1e"

var (
	allow = devices.Settings{AllowStart: true}
	// rested is allow with a past that is known: no air for longer than any cycle.
	rested = devices.Settings{AllowStart: true, CuffUsed: devicetest.Start.Add(-time.Hour)}
	old    = simulator.Options{Old: &cuff.Result{Systolic: 150, Diastolic: 95, Mean: 113, Rate: 80}, OldAge: 4 * time.Minute}
)

// framed wraps a text as the monitor does.
func framed(text string) []byte {
	f := append([]byte{0x16, 0x16, 0x01, '0', '0', 0x02}, text...)
	var bcc byte
	for _, c := range []byte(text) {
		bcc ^= c
	}
	return append(f, 0x03, bcc)
}

// room is a session beside a monitor; truth may change under way.
type room struct {
	*devicetest.Room
	monitor *simulator.Device
	truth   simulators.Vitals
}

func newRoom(t testing.TB, set devices.Settings, o simulator.Options) *room {
	t.Helper()
	r := &room{monitor: simulator.New(o), truth: simulators.Vitals{
		PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93,
	}}
	r.Room = devicetest.NewRoom(t, and.Driver(), set, func(now time.Time, rx []byte) ([]byte, time.Time) {
		tx, wake := r.monitor.Step(now, r.truth, rx)
		r.truth.CuffPress = false
		return tx, wake
	})
	r.Witness = newWitness(t)
	return r
}

func newWitness(t testing.TB) *devicetest.CuffWitness {
	return &devicetest.CuffWitness{
		T: t, Start: start, Stop: stop, Harmless: [][]byte{read}, Gap: 100 * time.Millisecond,
	}
}

// open waits for the handshake.
func (r *room) open() {
	r.Run(20*time.Second, func() bool { return r.Last().Phase == devices.CuffIdle })
}

// stub is a monitor that does what a test tells it: it answers reads with report, and all else with ack if that is set.
type stub struct {
	report func(now time.Time) []byte // nil for silence
	ack    []byte
	starts []time.Time
	stops  []time.Time
}

func (s *stub) step(now time.Time, rx []byte) ([]byte, time.Time) {
	switch string(rx) {
	case string(start):
		s.starts = append(s.starts, now)
	case string(stop):
		s.stops = append(s.stops, now)
	case string(read):
		return s.report(now), time.Time{}
	default:
		return nil, time.Time{}
	}
	return s.ack, time.Time{}
}

// stubbed is a room with a stub.
func stubbed(t testing.TB, set devices.Settings, s *stub) *devicetest.Room {
	t.Helper()
	r := devicetest.NewRoom(t, and.Driver(), set, s.step)
	r.Witness = newWitness(t)
	return r
}

func session(t testing.TB, set devices.Settings) devices.Session {
	t.Helper()
	s, err := and.Driver().NewSession(set)
	require.NoError(t, err)
	return s
}
