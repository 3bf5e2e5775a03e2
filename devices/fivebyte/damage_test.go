package fivebyte_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/fivebyte"
)

// shown is what a frame says; oximeters.md section 3. It is the plainest writer possible; simulators/fivebyte is the one that
// behaves like an instrument.
type shown struct {
	rate, sat int
	pleth     byte
	finger    bool
	hunt      bool
}

func (v shown) frame(to []byte) []byte {
	third := v.pleth >> 3
	if v.finger {
		third |= 0x10
	}
	if v.hunt {
		third |= 0x20
	}
	return append(to, 0x86, v.pleth, third|byte(v.rate)>>7<<6, byte(v.rate)&0x7F, byte(v.sat))
}

// truth gives what frame n says.
type truth func(n int) shown

func constant(int) shown { return shown{rate: 80, sat: 97} }

// varying is a walk whose numbers are refreshed twice a second; while the finger is away, plausible numbers stand beside one
// flag or the other.
func varying(seed uint64) truth {
	walk := devicetest.NewWalk(seed)
	var now shown
	return func(n int) shown {
		if n%30 == 0 {
			v := walk.Next()
			now = shown{rate: v.Rate, sat: v.Sat, finger: v.Away > 0 && v.Away%2 == 0, hunt: v.Away > 0 && v.Away%2 == 1}
		}
		return now
	}
}

// experiment sends frames, one a Step, and counts what a reader without memory would have believed of them.
type experiment struct {
	devicetest.Damage
	clean [5]byte
	naive int
}

// damage makes an experiment. The values of a reading must be together those of one of the last five frames: the one that
// has just begun, the one that it proves, and three that may have been damaged or lost in a row.
func damage(tr truth) *experiment {
	x := &experiment{}
	var rx []byte
	values := make([]devices.Measurement, 2)
	x.Damage = devicetest.Damage{
		Driver: fivebyte.Driver(),
		Every:  time.Second / 60,
		Rules:  devicetest.Rules{Reach: 5, Settle: 24},
		Send: func(n int, _ time.Time) ([][]byte, devicetest.Says) {
			now := tr(n)
			now.pleth = byte(n * 5 & 0x7F)
			rx = now.frame(rx[:0])
			copy(x.clean[:], rx)
			values[0] = devices.Measurement{Vital: devices.PulseRate, Value: now.rate}
			values[1] = devices.Measurement{Vital: devices.SpO2, Value: now.sat}
			return [][]byte{rx}, devicetest.Says{Values: values, Gone: now.finger || now.hunt}
		},
	}
	return x
}

func (x *experiment) run(t testing.TB, hours float64, h devicetest.Harm, seed uint64) *devicetest.Outcome {
	got := x.Run(t, hours, func(rng *rand.Rand, frame []byte) []byte {
		b := h(rng, frame)
		if looksWhole(b) && (b[2]^x.clean[2])&0x70 != 0 || looksWhole(b) && (b[3] != x.clean[3] || b[4] != x.clean[4]) {
			x.naive++
		}
		return b
	}, seed)
	t.Logf("%v; without agreement %.0f wrong an hour", got, got.PerHour(x.naive))
	return got
}

// looksWhole reports whether a reader without memory would take b for a frame.
func looksWhole(b []byte) bool {
	return len(b) == 5 && b[0] >= 0x80 && (b[1]|b[2]|b[3]|b[4]) < 0x80
}

// TestDamage measures what the package comment states: ten hours (two, where the truth is steady) of a line on which a tenth
// of the frames is damaged, or a fiftieth lost.
func TestDamage(t *testing.T) {
	hours := 10.0
	if brevity.Asked() {
		hours = 1
	}
	for name, harm := range map[string]devicetest.Harm{"a tenth damaged": devicetest.Corrupt, "a fiftieth lost": devicetest.Lose} {
		for _, kind := range []string{"constant", "varying"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				tr, hours := truth(constant), hours/5
				if kind == "varying" {
					tr, hours = varying(1), hours*5
				}
				got := damage(tr).run(t, hours, harm, 1)
				assert.Zero(t, got.Wrong, got.Example)
				assert.Zero(t, got.FalseAbsences)
				assert.Less(t, got.Longest, 3*time.Second)
				assert.GreaterOrEqual(t, got.Covered*100, got.Windows*95)
			})
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line a truth that jumps is shown within a second.
func TestUndamagedIsAllBelieved(t *testing.T) {
	got := damage(varying(9)).run(t, 2, devicetest.Spare, 9)
	assert.Zero(t, got.Wrong, got.Example)
	assert.Zero(t, got.FalseAbsences)
	assert.LessOrEqual(t, got.Longest, time.Second)
}
