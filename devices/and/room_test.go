package and_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/devicetest"
	simulator "bedside/simulators/and"
	"bedside/simulators/cuff"
	"bedside/simulators/simulatortest"
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

var old = simulator.Options{Old: &cuff.Result{Systolic: 150, Diastolic: 95, Mean: 113, Rate: 80}, OldAge: 4 * time.Minute}

// family is what the tests share that all drivers of monitors pass which say nothing of the cuff.
var family = devicetest.Blind{
	Driver: and.Driver(),
	Read:   read, Start: start, Stop: stop, Ack: ack, Report: framed(realText),
	Simulated: func(seed uint64) devicetest.Monitor {
		o := old
		o.Seed = seed
		return beside(o)
	},
	Odd: func(rng *rand.Rand) devicetest.Monitor {
		return beside(simulator.Options{
			Seed: rng.Uint64(), Deaf: rng.IntN(2) == 0, Quiet: rng.IntN(2) == 0, Refuses: rng.IntN(6) == 0,
		})
	},
	Lie: func(rng *rand.Rand) []byte {
		if rng.IntN(2) == 0 {
			return framed(fakeText(rng))
		}
		return [][]byte{ack, nak, framed("TM2657"), framed("?")}[rng.IntN(4)]
	},
}

// fakeText is the text of a measurement that nobody made.
func fakeText(rng *rand.Rand) string {
	return strings.NewReplacer("E00", "E0"+string(rune('0'+rng.IntN(2)*3)), "S127", fmt.Sprintf("S%3d", rng.IntN(320)),
		"D 76", fmt.Sprintf("D%3d", rng.IntN(150)), "M 97", fmt.Sprintf("M%3d", rng.IntN(200))).Replace(realText)
}

// framed wraps a text as the monitor does.
func framed(text string) []byte {
	f := append([]byte{0x16, 0x16, 0x01, '0', '0', 0x02}, text...)
	var bcc byte
	for _, c := range []byte(text) {
		bcc ^= c
	}
	return append(f, 0x03, bcc)
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
