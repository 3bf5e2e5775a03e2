package terumo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/simulators"
	"bedside/simulators/simulatortest"
	"bedside/simulators/terumo"
)

var epoch = time.Date(2026, 11, 21, 9, 40, 0, 0, time.UTC)

var healthy = simulators.Vitals{PulseRate: 72, PerfusionIndex: 2, Systolic: 124, Diastolic: 79, Mean: 96}

func TestFrames(t *testing.T) {
	said := simulatortest.Press(t, terumo.New(terumo.Options{}), epoch, healthy)
	require.Len(t, said, 65)
	assert.Regexp(t, `^\x02R1,000000000,261121,094\d\d\d,1[12]\d,(09|10)\d,0[78]\d,07\d,0000,0000,00000,000\x03`, said[:64])
	var sum byte
	for i := range 64 {
		sum += said[i]
	}
	assert.Equal(t, sum, said[64])

	loose := healthy
	loose.CuffLoose = true
	assert.Empty(t, simulatortest.Press(t, terumo.New(terumo.Options{}), epoch, loose))
}

func TestWithoutAPressNothingMoves(t *testing.T) {
	d := terumo.New(terumo.Options{})
	tx, wake := d.Step(epoch, healthy, nil)
	assert.Empty(t, tx)
	assert.True(t, wake.IsZero())
	assert.Zero(t, d.Cycles())
}

func TestTheButtonIsPressedByItself(t *testing.T) {
	d := terumo.New(terumo.Options{Repeat: 5 * time.Minute})
	for now := epoch; now.Before(epoch.Add(time.Hour)); {
		_, now = d.Step(now, healthy, nil)
	}
	assert.Equal(t, 12, d.Cycles())
}
