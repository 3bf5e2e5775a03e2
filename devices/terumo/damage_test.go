package terumo_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/terumo"
)

// measured is what one measurement found, and when by the device's clock.
type measured struct {
	at                        time.Time
	systolic, diastolic, mean int
	rate                      int
	code                      int // in the first field of unclear meaning
}

// result is the plainest writer possible; simulators/terumo is the one that behaves like a monitor.
func result(m measured) []byte {
	b := fmt.Appendf(nil, "\x02R1,000000000,%s,%03d,%03d,%03d,%03d,%04d,0000,00000,000\x03",
		m.at.Format("060102,150405"), m.systolic, m.mean, m.diastolic, m.rate, m.code)
	var bcc byte
	for _, c := range b {
		bcc += c
	}
	return append(b, bcc)
}

// damage measures once a minute, with another truth each time; now and then a field of unclear meaning is not zero.
func damage(seed uint64) devicetest.Damage {
	rng := rand.New(rand.NewPCG(seed, 4))
	return devicetest.Damage{
		Driver: terumo.Driver(),
		Every:  time.Minute,
		Send: func(_ int, now time.Time) ([][]byte, devicetest.Says) {
			m := measured{at: now, diastolic: 50 + rng.IntN(50), rate: 45 + rng.IntN(100), code: max(0, rng.IntN(40)-37)}
			m.systolic = m.diastolic + 20 + rng.IntN(80)
			m.mean = m.diastolic + (m.systolic-m.diastolic)*2/5
			return [][]byte{result(m)}, devicetest.Says{Gone: m.code != 0, Values: []devices.Measurement{
				{Vital: devices.Systolic, Value: m.systolic},
				{Vital: devices.Diastolic, Value: m.diastolic},
				{Vital: devices.Mean, Value: m.mean},
				{Vital: devices.PulseRate, Value: m.rate},
			}}
		},
	}
}

// TestDamage measures what the package comment states: a line on which a tenth of the frames is damaged, or a fiftieth lost,
// gives no wrong reading.
func TestDamage(t *testing.T) {
	hours := 1000.0
	if brevity.Asked() {
		hours = 100
	}
	for name, harm := range map[string]devicetest.Harm{"a tenth damaged": devicetest.Corrupt, "a fiftieth lost": devicetest.Lose} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := damage(1).Run(t, hours, harm, 1)
			t.Log(got)
			assert.Zero(t, got.Wrong, got.Example)
			assert.Zero(t, got.Repeated)
			assert.GreaterOrEqual(t, got.Covered*100, got.Windows*88)
		})
	}
}

func TestUndamagedIsAllBelieved(t *testing.T) {
	got := damage(9).Run(t, 100, devicetest.Spare, 9)
	assert.Zero(t, got.Wrong, got.Example)
	assert.Equal(t, got.Usable, got.Readings)
}
