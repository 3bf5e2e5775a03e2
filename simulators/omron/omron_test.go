package omron_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/omron"
	"bedside/simulators/simulatortest"
)

var epoch = time.Date(2026, 11, 21, 9, 40, 0, 0, time.UTC)

var healthy = simulators.Vitals{PulseRate: 72, PerfusionIndex: 2, Systolic: 124, Diastolic: 79, Mean: 96}

func TestLines(t *testing.T) {
	loose, restless := healthy, healthy
	loose.CuffLoose = true
	restless.Motion = 0.3
	const nobody, somebody = `                    `, `K-0412              `
	for _, c := range []struct {
		name    string
		options omron.Options
		truth   simulators.Vitals
		want    string
	}{
		{"HBP-9030", omron.Options{}, healthy, `^2026,11,21,09,4[01],` + nobody + `,0,1[12]\d,0[78]\d,07\d,0\r\n$`},
		{"moved", omron.Options{Patient: "K-0412"}, restless, `^2026,11,21,09,4[01],` + somebody + `,0,\d{3},\d{3},07\d,1\r\n$`},
		{"failed", omron.Options{}, loose, `^2026,11,21,09,4[01],` + nobody + `,1,   ,   ,   ,0\r\n$`},
		{"HBP-9020", omron.Options{HBP9020: true, Patient: "K-0412"}, healthy, `^bp,` + somebody + `,2026/11/21,09:4[01],1[12]\d,(09|10)\d,0[78]\d,07\d,3\r\n$`},
		{"failed silently", omron.Options{HBP9020: true}, loose, `^$`},
		{"a name too long", omron.Options{Patient: "a code of more than 20"}, healthy, `,a code of more than ,0,`},
	} {
		assert.Regexp(t, c.want, simulatortest.Press(t, omron.New(c.options), epoch, c.truth), c.name)
	}
}

func TestAFaultThatIsOrdered(t *testing.T) {
	broken := healthy
	broken.CuffFault = devices.CuffHardware
	assert.Contains(t, simulatortest.Press(t, omron.New(omron.Options{}), epoch, broken), ",1,   ,   ,   ,")
}

func TestWithoutAPressNothingMoves(t *testing.T) {
	d := omron.New(omron.Options{})
	tx, wake := d.Step(epoch, healthy, nil)
	assert.Empty(t, tx)
	assert.True(t, wake.IsZero())
	assert.Zero(t, d.Cycles())
}

func TestTheButtonIsPressedByItself(t *testing.T) {
	d := omron.New(omron.Options{Repeat: 5 * time.Minute})
	for now := epoch; now.Before(epoch.Add(time.Hour)); {
		_, now = d.Step(now, healthy, nil)
	}
	assert.Equal(t, 12, d.Cycles())
}
