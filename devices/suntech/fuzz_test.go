package suntech_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/suntech"
)

func randomly(seed uint64) func(int) int { return rand.New(rand.NewPCG(seed, 0)).IntN }

// FuzzConversation lets the fuzzer talk and give orders. One byte is one move: its low three bits say which, the others
// how. The witness checks every output; above all that no byte leaves that is not on its list.
func FuzzConversation(f *testing.F) {
	const answer, second = 1, 0 | 20<<3
	opened := []byte{answer, 0, answer, 0, answer, 0, answer, 0}
	cycle := append([]byte{}, opened...)
	cycle = append(cycle, second, 2, answer, 0|5<<3, answer)
	for range 40 {
		cycle = append(cycle, 0|9<<3, answer)
	}
	cycle = append(cycle, 4|1<<3, answer, 0|5<<3, answer)
	f.Add(opened, false)
	f.Add(cycle, true)
	f.Add(append(append([]byte{}, cycle[:40]...), 3, 0|5<<3, answer), true)
	f.Add([]byte{4 | 3<<3, 0 | 31<<3, answer}, true)
	f.Fuzz(func(t *testing.T, moves []byte, target bool) {
		set := devices.Settings{AllowStart: true}
		if target {
			set.InitialPressure = 160
		}
		s, m, w, now := devicetest.Open(t, suntech.Driver(), set), quick(resultFrame(120, 80, 93, 72, 0)), &witness{t: t}, epoch
		var asked []byte
		step := func(rx []byte) {
			w.hears(rx)
			out := s.Step(now, rx)
			w.sees(now, out)
			if len(out.Tx) > 0 {
				asked = append(asked[:0], out.Tx...)
			}
		}
		order := func(c devices.Command) {
			if out, err := s.(devices.Commander).Command(now, c); err == nil {
				w.accepts(now, c)
				w.sees(now, out)
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
				step(m.answer(now, asked))
			case 2:
				order(devices.CuffStart)
			case 3:
				order(devices.CuffStop)
			case 4:
				step(moduleFrame("OKABENDST?"[how%10]))
			case 5:
				step(moduleFrame(byte(how*11), byte(how/31)))
			case 6:
				step(resultFrame(120, 80, 93, 72, byte(how%8*11)))
			case 7:
				step([]byte{0x3E, byte(how * 3), byte(how)}[:1+how%3])
			}
		}
	})
}
