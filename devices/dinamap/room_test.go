package dinamap_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
	simulator "bedside/simulators/dinamap"
	"bedside/simulators/simulatortest"
)

// Messages as cuffs.md section 5 prints them, written out once more, so that a slip in the driver's own table is a failed
// test.
var (
	read  = []byte{0x20, 0x4E, 0x41, 0x21, 0x32, 0x0D}
	start = []byte{0x20, 0x4E, 0x43, 0x30, 0x21, 0x45, 0x0D}
	stop  = []byte{0x20, 0x4E, 0x44, 0x21, 0x35, 0x0D}
)

var old = simulator.Options{Old: simulator.Values{Systolic: 150, Diastolic: 95, Mean: 113}, OldAge: 4 * time.Minute}

// family is what the tests share that all drivers of monitors pass which say nothing of the cuff.
var family = devicetest.Blind{
	Driver: dinamap.Driver(),
	Read:   read, Start: start, Stop: stop, Ack: checked(" NC"), Report: checked(" NA0000000000000000"),
	Simulated: func(seed uint64) devicetest.Monitor {
		o := old
		o.Seed = seed
		return beside(o)
	},
	Odd: func(rng *rand.Rand) devicetest.Monitor {
		return beside(simulator.Options{Seed: rng.Uint64(), Deaf: rng.IntN(4) == 0})
	},
	Lie: func(rng *rand.Rand) []byte {
		if rng.IntN(2) == 0 {
			return checked(fakeReport(rng))
		}
		return checked([]string{" NC", " ND", " NA", " NA100", " XY"}[rng.IntN(5)])
	},
}

// fakeReport is a result of any status, age and numbers.
func fakeReport(rng *rand.Rand) string {
	b := []byte(" NA100")
	b[3] = "0123A"[rng.IntN(5)]
	for range 13 {
		b = append(b, byte('0'+rng.IntN(10)))
	}
	return string(b)
}

// checked appends check and CR to a message.
func checked(text string) []byte {
	sum := 0
	for _, c := range []byte(text) {
		sum += int(c) - 0x1F
	}
	return append([]byte(text), byte(sum>>6)+0x20, byte(sum&0x3F)+0x20, '\r')
}

func beside(o simulator.Options) *simulatortest.Monitor[*simulator.Device] {
	return simulatortest.Beside(simulator.New(o))
}

// room is a session beside a monitor.
type room struct {
	*devicetest.Room
	monitor *simulatortest.Monitor[*simulator.Device]
}

func newRoom(t testing.TB, set devices.Settings, o simulator.Options) *room {
	t.Helper()
	m := beside(o)
	return &room{Room: family.Room(t, set, m.Step), monitor: m}
}
