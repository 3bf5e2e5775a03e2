package contec_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/contec"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
)

const packetTime = time.Second / 60

// truth gives what packet n says.
type truth func(n int) shown

func constant(int) shown { return shown{rate: 80, sat: 97, pi: 325, strength: 6} }

// varying drifts like a pulse that follows breathing and a drug, refreshed twice a second; now and then it jumps, the
// finger goes out in either style, or the pulse is searched for.
func varying(seed uint64) truth {
	rng := rand.New(rand.NewPCG(seed, 2))
	rate, sat, target, targetSat := 80.0, 97.0, 80.0, 97.0
	now, away := constant(0), 0
	return func(n int) shown {
		if n%30 != 0 {
			return now
		}
		switch rng.IntN(80) {
		case 0:
			target = 45 + rng.Float64()*190
		case 1:
			targetSat = 75 + rng.Float64()*25
		case 2:
			rate = 45 + rng.Float64()*200
			target = rate
		case 3:
			away = 4 + rng.IntN(20)
			now.out, now.hunt, now.documented = rng.IntN(3) > 0, false, rng.IntN(2) == 0
			now.hunt = !now.out
		}
		if away--; away <= 0 {
			now.out, now.hunt = false, false
		}
		rate += (target - rate) / 12
		sat += (targetSat - sat) / 10
		now.rate, now.sat, now.pi = int(rate), min(int(sat+0.5), 100), 50+rng.IntN(400)
		return now
	}
}

// experiment is a stream of live data that may be damaged.
type experiment struct {
	devicetest.Damage
	clean []byte // the packet as it was sent last
	naive int    // wrong packets that have the right shape
}

// damage sends packets, one a Step. The values of a reading must be together those of one of the last three packets: the
// one that has just begun, the one that it proves, and one that was damaged. The perfusion index lags more.
func damage(tr truth) *experiment {
	x := &experiment{}
	var now, before shown
	var rx []byte
	values := make([]devices.Measurement, 3)
	x.Damage = devicetest.Damage{
		Driver: contec.Driver(),
		Open: func(s devices.Session, at time.Time) {
			s.Step(at, nil)
			s.Step(at, hasIndex)
		},
		Every: packetTime,
		Rules: devicetest.Rules{Reach: 3, Alone: map[devices.Vital]int{devices.PerfusionIndex: 12}, Settle: 12},
		Send: func(n int, _ time.Time) ([][]byte, devicetest.Says) {
			now, before = tr(n), now
			if n == 0 || now != before {
				x.clean = now.packet(x.clean[:0], 0)
			}
			x.clean[3] = byte(n*5) | 0x80 // the pleth
			rx = append(rx[:0], x.clean...)
			values[0] = devices.Measurement{Vital: devices.PulseRate, Value: now.rate}
			values[1] = devices.Measurement{Vital: devices.SpO2, Value: now.sat}
			values[2] = devices.Measurement{Vital: devices.PerfusionIndex, Value: now.pi}
			return [][]byte{rx}, devicetest.Says{Values: values, Gone: now.out || now.hunt}
		},
	}
	return x
}

// run lets the harm loose and counts what a reader without memory would have believed of it.
func (x *experiment) run(t testing.TB, hours float64, h devicetest.Harm, seed uint64) *devicetest.Outcome {
	got := x.Run(t, hours, func(rng *rand.Rand, packet []byte) []byte {
		b := h(rng, packet)
		if !bytes.Equal(b, x.clean) && looksWhole(b) && misleads(x.clean, b) {
			x.naive++
		}
		return b
	}, seed)
	t.Logf("%v; %.1f %% of readings with an index; without agreement %.0f wrong an hour", got,
		100*float64(got.With[devices.PerfusionIndex])/float64(max(1, got.Readings)), got.PerHour(x.naive))
	return got
}

// looksWhole reports whether a reader without memory would take b for a packet of live data.
func looksWhole(b []byte) bool {
	return len(b) == 9 && b[0] == 1 && !slices.ContainsFunc(b[1:], func(c byte) bool { return c < 0x80 })
}

// misleads reports whether a whole packet says something else about pulse, saturation or finger than the clean one.
func misleads(clean, b []byte) bool {
	said := func(p []byte) [4]byte {
		return [4]byte{p[5]&0x7F | p[1]<<4&0x80, p[6]&0x7F | p[1]<<3&0x80, p[2]&0x10 | p[1]<<7, p[1] & 2}
	}
	return said(clean) != said(b)
}

// TestDamage measures what the package comment states: ten hours (two, where the truth is steady) of a line on which a
// tenth of the packets is damaged, or a fiftieth lost, without one wrong reading.
func TestDamage(t *testing.T) {
	hours := 10.0
	if brevity.Asked() {
		hours = 1
	}
	harms := []struct {
		name string
		do   devicetest.Harm
		most time.Duration // without a value where there was one; the truth jumps, which costs most of it
	}{{"a tenth damaged", devicetest.Corrupt, 2 * time.Second}, {"a fiftieth lost", devicetest.Lose, 2 * time.Second}}
	for _, h := range harms {
		for _, kind := range []string{"constant", "varying"} {
			t.Run(h.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				tr, hours := truth(constant), hours/5
				if kind == "varying" {
					tr, hours = varying(1), hours*5
				}
				got := damage(tr).run(t, hours, h.do, 1)
				assert.Zero(t, got.Wrong, got.Example)
				assert.Zero(t, got.FalseAbsences)
				assert.Less(t, got.Longest, h.most)
				assert.GreaterOrEqual(t, got.Covered*100, got.Windows*95)
			})
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line a truth that jumps is shown within 0.9 s: a third of
// a second of pace, as much of doubt, and two tenths of agreement on what changed meanwhile.
func TestUndamagedIsAllBelieved(t *testing.T) {
	got := damage(varying(9)).run(t, 2, devicetest.Spare, 9)
	assert.Zero(t, got.Wrong, got.Example)
	assert.Zero(t, got.FalseAbsences)
	assert.LessOrEqual(t, got.Longest, 900*time.Millisecond)
}
