package nellcor_test

import (
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

// truth gives what line n says.
type truth func(n int) says

func constant(int) says { return says{rate: 80, sat: 97, amplitude: 25} }

// varying follows a walk, half of the time with numbers beside the code that the finger is away.
func varying(seed uint64) truth {
	walk := devicetest.NewWalk(seed)
	return func(int) says {
		v := walk.Next()
		line := says{rate: v.Rate, sat: v.Sat, amplitude: 1 + walk.Rand.IntN(201)}
		if v.Away > 0 {
			line.state = "SO"
			if v.Away%2 == 0 {
				line.rate, line.sat, line.amplitude = 0, 0, 0
			}
		}
		return line
	}
}

// damage sends lines, one a Step. A number in a reading must be that of the line just sent.
func damage(tr truth) devicetest.Damage {
	return devicetest.Damage{
		Driver: nellcor.Driver(),
		Every:  lineTime,
		Send: func(n int, now time.Time) ([][]byte, devicetest.Says) {
			v := tr(n)
			return [][]byte{line(now, v)}, devicetest.Says{Gone: v.state != "", Values: []devices.Measurement{
				{Vital: devices.PulseRate, Value: v.rate}, {Vital: devices.SpO2, Value: v.sat},
			}}
		},
	}
}

func wandering(seed uint64) devicetest.Damage { return damage(varying(seed)) }

func TestDamage(t *testing.T) { devicetest.Unprotected(t, damage(constant), wandering) }

// A leap costs two lines.
func TestUndamagedIsAllBelieved(t *testing.T) {
	devicetest.AllBelieved(t, damage(constant), wandering(9), 3*lineTime)
}
