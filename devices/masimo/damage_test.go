package masimo_test

import (
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/masimo"
)

// truth gives what line n says.
type truth func(n int) says

func constant(int) says { return says{rate: 80, sat: 97, perfusion: 250} }

// varying follows a walk, with the last numbers still on the line while the finger is away, as a captured line shows.
func varying(seed uint64) truth {
	walk, perfusion := devicetest.NewWalk(seed), 250.0
	return func(int) says {
		v := walk.Next()
		perfusion = max(2, min(perfusion*(1+walk.Rand.NormFloat64()/20), 2000))
		line := says{rate: v.Rate, sat: v.Sat, perfusion: int(perfusion)}
		if v.Away > 0 {
			line.exc = 0x24
		}
		return line
	}
}

// damage sends lines, one a Step. A number in a reading must be that of the line just sent.
func damage(tr truth) devicetest.Damage {
	return devicetest.Damage{
		Driver: masimo.Driver(),
		Every:  time.Second,
		Send: func(n int, now time.Time) ([][]byte, devicetest.Says) {
			v := tr(n)
			return [][]byte{line(now, v)}, devicetest.Says{Gone: v.exc != 0, Values: []devices.Measurement{
				{Vital: devices.PulseRate, Value: v.rate},
				{Vital: devices.SpO2, Value: v.sat},
				{Vital: devices.PerfusionIndex, Value: v.perfusion},
			}}
		},
	}
}

func wandering(seed uint64) devicetest.Damage { return damage(varying(seed)) }

func TestDamage(t *testing.T) { devicetest.Unprotected(t, damage(constant), wandering) }

// A leap costs two lines at
// most; this walk leaps a second time before the first was believed.
func TestUndamagedIsAllBelieved(t *testing.T) {
	devicetest.AllBelieved(t, damage(constant), wandering(9), 5*time.Second)
}
