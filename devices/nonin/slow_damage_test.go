package nonin_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/nonin"
)

// slowFrame writes what a format without a check sends in a second. While the finger is away formats 1 and 8 hold the
// values, or have none, and text has none; see oximeters.md sections 1.4, 1.5 and 1.7.
func slowFrame(format string, v devicetest.Numbers) []byte {
	rate, sat, first, second := v.Rate, v.Sat, byte(0x80), byte(0)
	if v.Away > 0 {
		first, second = 0xA0, 0x08
		if v.Away%2 == 0 {
			rate, sat = 511, 127
		}
	}
	switch format {
	case "1":
		return []byte{first | byte(rate>>7), byte(rate & 0x7F), byte(sat)}
	case "8":
		return []byte{first | byte(rate>>7), byte(rate & 0x7F), byte(sat), second}
	case "text with a clock":
		if v.Away <= 0 {
			return fmt.Appendf(nil, "12:34:56 SPO2=%03d HR=%03d F\r\n", sat, rate)
		}
	}
	if v.Away > 0 {
		return []byte("SPO2=--- HR=---\r\n")
	}
	return fmt.Appendf(nil, "SPO2=%03d HR=%03d\r\n", sat, rate)
}

func steady() func() devicetest.Numbers {
	return func() devicetest.Numbers { return devicetest.Numbers{Rate: 80, Sat: 97} }
}

// slow sends a frame a second; a reading must be of the frame just sent.
func slow(format string, next func() devicetest.Numbers) devicetest.Damage {
	return devicetest.Damage{
		Driver: nonin.Driver(),
		Every:  time.Second,
		Send: func(int, time.Time) ([][]byte, devicetest.Says) {
			v := next()
			return [][]byte{slowFrame(format, v)}, devicetest.Says{Values: v.Values(), Gone: v.Away > 0}
		},
	}
}

// TestSlowDamage measures what the package comment states of the formats that have no check. The bounds are about twice
// what 32 seeds gave (our choice).
func TestSlowDamage(t *testing.T) {
	hours, seeds := 10.0, []uint64{1, 2}
	if brevity.Asked() {
		hours, seeds = 1, []uint64{1}
	}
	bounds := map[string]float64{"1": 6, "8": 5, "text": 0.8, "text with a clock": 0.5} // wrong readings an hour
	for format, most := range bounds {
		for _, h := range []struct {
			name string
			do   devicetest.Harm
			most float64
		}{{"a tenth damaged", devicetest.Corrupt, most}, {"a fiftieth lost", devicetest.Lose, 0}} {
			for _, kind := range []string{"constant", "varying"} {
				t.Run(fmt.Sprintf("format %s, %s, %s", format, h.name, kind), func(t *testing.T) {
					t.Parallel()
					wrong := 0
					for _, seed := range seeds {
						next := steady()
						if kind == "varying" {
							next = devicetest.NewWalk(seed).Next
						}
						got := slow(format, next).Run(t, hours, h.do, seed)
						t.Logf("seed %d: %v", seed, got)
						wrong += got.Wrong
						assert.LessOrEqual(t, got.Worst[devices.SpO2], 4, "seed %d: %s", seed, got.Example)
						assert.LessOrEqual(t, got.Worst[devices.PulseRate], 30, "seed %d: %s", seed, got.Example)
						assert.Zero(t, got.Unusable, "seed %d: %s", seed, got.Example)
						assert.GreaterOrEqual(t, got.Readings*100, got.Usable*70, "seed %d", seed)
					}
					assert.LessOrEqual(t, float64(wrong), math.Ceil(h.most*hours*float64(len(seeds))))
				})
			}
		}
	}
}

// spotPacket writes a packet of format 13, oximeters.md section 1.6.
func spotPacket(n, rate, sat int, high, low byte) []byte {
	bcd := func(v int) byte { return byte(v/10<<4 | v%10) }
	data := []byte{
		0x20, 0x26, 0x03, bcd(1 + n/1440%28), bcd(n / 60 % 24), bcd(n % 60), 0x15, 0,
		high, low, byte(rate >> 8), byte(rate), 0x3C, byte(sat),
	}
	var sum byte
	for _, b := range data {
		sum += b
	}
	return append(append([]byte{0, 2, 0, 0x0D, 0, 14}, data...), sum, 3)
}

// TestSpotDamage sends a spot check a minute. The check and the form of a packet leave nothing wrong, and nothing twice.
func TestSpotDamage(t *testing.T) {
	for name, h := range map[string]devicetest.Harm{"damaged": devicetest.Corrupt, "lost": devicetest.Lose, "clean": devicetest.Spare} {
		t.Run(name, func(t *testing.T) {
			walk := devicetest.NewWalk(1)
			hours := 200.0 // a packet is rare, so it takes more of them
			if brevity.Asked() {
				hours = 20
			}
			got := devicetest.Damage{
				Driver: nonin.Driver(), Every: time.Minute,
				Send: func(n int, _ time.Time) ([][]byte, devicetest.Says) {
					v := walk.Next()
					high := byte(0x02)
					if v.Away > 0 {
						v.Rate, v.Sat, high = 511, 127, 0x01
					}
					return [][]byte{spotPacket(n, v.Rate, v.Sat, high, 0)}, devicetest.Says{Values: v.Values(), Gone: v.Away > 0}
				},
			}.Run(t, hours, h, 1)
			t.Log(got)
			assert.Zero(t, got.Wrong, got.Example)
			assert.Zero(t, got.Repeated)
			assert.GreaterOrEqual(t, got.Readings*100, got.Usable*88, "what arrived whole is given")
		})
	}
}

// TestUndamagedSlowIsBelieved guards the other side: on a clean line a truth that jumps, and goes on moving by more than a
// frame may confirm, is shown again with the fifth frame after the last.
func TestUndamagedSlowIsBelieved(t *testing.T) {
	const most = 5 * time.Second
	for _, format := range []string{"1", "8", "text"} {
		got := slow(format, devicetest.NewWalk(9).Next).Run(t, 2, devicetest.Spare, 9)
		t.Logf("format %s: %v", format, got)
		assert.Zero(t, got.Wrong, got.Example)
		assert.LessOrEqual(t, got.Longest, most, format)
		assert.GreaterOrEqual(t, got.Readings*100, got.Usable*93, format)
		assert.Less(t, slow(format, steady()).Run(t, 2, devicetest.Spare, 9).Longest, most)
	}
}
