package omron_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/omron"
)

// measured is what one measurement found, and when by the device's clock.
type measured struct {
	at                        time.Time
	systolic, diastolic, mean int
	rate                      int
	failed                    bool
}

// format5 and mode5 are the plainest writers possible; simulators/omron is the one that behaves like a monitor.
func format5(m measured) []byte {
	if m.failed {
		return fmt.Appendf(nil, "%s,%-20s,%d,   ,   ,   ,0\r\n", m.at.Format("2006,01,02,15,04"), "K-0412", 1+m.rate%9)
	}
	return fmt.Appendf(nil, "%s,%-20s,0,%03d,%03d,%03d,0\r\n", m.at.Format("2006,01,02,15,04"), "K-0412", m.systolic, m.diastolic, m.rate)
}

func mode5(m measured) []byte {
	return fmt.Appendf(nil, "bp,%-20s,%s,%03d,%03d,%03d,%03d,3\r\n", "K-0412", m.at.Format("2006/01/02,15:04"), m.systolic, m.mean, m.diastolic, m.rate)
}

// damage measures once a minute, with another truth each time, of which a format 5 fails now and then.
func damage(write func(measured) []byte, fails bool, seed uint64) devicetest.Damage {
	rng := rand.New(rand.NewPCG(seed, 4))
	return devicetest.Damage{
		Driver: omron.Driver(),
		Every:  time.Minute,
		Send: func(_ int, now time.Time) ([][]byte, devicetest.Says) {
			m := measured{at: now, diastolic: 50 + rng.IntN(50), rate: 45 + rng.IntN(100), failed: fails && rng.IntN(20) == 0}
			m.systolic = m.diastolic + 20 + rng.IntN(80)
			m.mean = m.diastolic + (m.systolic-m.diastolic)*2/5
			says := devicetest.Says{Gone: m.failed, Values: []devices.Measurement{
				{Vital: devices.Systolic, Value: m.systolic},
				{Vital: devices.Diastolic, Value: m.diastolic},
				{Vital: devices.PulseRate, Value: m.rate},
			}}
			if !fails {
				says.Values = append(says.Values, devices.Measurement{Vital: devices.Mean, Value: m.mean})
			}
			return [][]byte{write(m)}, says
		},
	}
}

// TestDamage measures what the package comment states: a line on which a tenth of the messages is damaged, or a fiftieth lost.
// No check protects a digit here, so the bounds are not zero. They are about twice what many seeds gave (our choice).
func TestDamage(t *testing.T) {
	hours := 1000.0
	if brevity.Asked() {
		hours = 100
	}
	for _, c := range []struct {
		name  string
		write func(measured) []byte
		fails bool
		harm  devicetest.Harm
		most  float64 // wrong readings in a thousand measurements
	}{
		{"format 5, a tenth damaged", format5, true, devicetest.Corrupt, 0.8},
		{"format 5, a fiftieth lost", format5, true, devicetest.Lose, 0},
		{"HBP-9020, a tenth damaged", mode5, false, devicetest.Corrupt, 0.8},
		{"HBP-9020, a fiftieth lost", mode5, false, devicetest.Lose, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := damage(c.write, c.fails, 1).Run(t, hours, c.harm, 1)
			t.Logf("%v; %.2f wrong in a thousand measurements", got, 1000*float64(got.Wrong)/float64(got.Usable))
			assert.LessOrEqual(t, 1000*float64(got.Wrong)/float64(got.Usable), c.most, got.Example)
			assert.Zero(t, got.Unusable)
			assert.Zero(t, got.Repeated)
			assert.GreaterOrEqual(t, got.Covered*100, got.Windows*88)
		})
	}
}

func TestUndamagedIsAllBelieved(t *testing.T) {
	for _, c := range []struct {
		write func(measured) []byte
		fails bool
	}{{format5, true}, {mode5, false}} {
		got := damage(c.write, c.fails, 9).Run(t, 100, devicetest.Spare, 9)
		assert.Zero(t, got.Wrong, got.Example)
		assert.Equal(t, got.Usable, got.Readings)
	}
}
