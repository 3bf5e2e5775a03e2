package dinamap_test

import (
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
	"bedside/simulators"
	simulator "bedside/simulators/dinamap"
)

// Messages as cuffs.md section 5 prints them, written out once more, so that a slip in the driver's own table is a failed
// test.
var (
	read  = []byte{0x20, 0x4E, 0x41, 0x21, 0x32, 0x0D}
	start = []byte{0x20, 0x4E, 0x43, 0x30, 0x21, 0x45, 0x0D}
	stop  = []byte{0x20, 0x4E, 0x44, 0x21, 0x35, 0x0D}
)

var (
	allow = devices.Settings{AllowStart: true}
	// rested is allow with a past that is known: no air for longer than any cycle.
	rested = devices.Settings{AllowStart: true, CuffUsed: devicetest.Start.Add(-time.Hour)}
)

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
	r.Room = devicetest.NewRoom(t, dinamap.Driver(), set, func(now time.Time, rx []byte) ([]byte, time.Time) {
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
	r.Run(15*time.Second, func() bool { return r.Last().Phase == devices.CuffIdle })
}

// press lets staff press the monitor's own start button.
func (r *room) press() {
	r.truth.CuffPress = true
	tx, _ := r.monitor.Step(r.Now, r.truth, nil)
	r.truth.CuffPress = false
	if len(tx) > 0 {
		panic("an answer was lost")
	}
}

// checked appends check and CR to a message.
func checked(text string) []byte {
	sum := 0
	for _, c := range []byte(text) {
		sum += int(c) - 0x1F
	}
	return append([]byte(text), byte(sum>>6)+0x20, byte(sum&0x3F)+0x20, '\r')
}

// stub is a monitor that does what a test tells it: it answers reads with report, and all else with ack if that is set.
type stub struct {
	report func(now time.Time) string // empty for silence
	ack    string
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
		if text := s.report(now); text != "" {
			return checked(text), time.Time{}
		}
		return nil, time.Time{}
	default:
		return nil, time.Time{}
	}
	if s.ack == "" {
		return nil, time.Time{}
	}
	return checked(s.ack), time.Time{}
}

// stubbed is a room with a stub.
func stubbed(t testing.TB, set devices.Settings, s *stub) *devicetest.Room {
	t.Helper()
	r := devicetest.NewRoom(t, dinamap.Driver(), set, s.step)
	r.Witness = newWitness(t)
	return r
}
