package suntech_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	simulator "bedside/simulators/suntech"
)

func TestMeasuresWithSimulatedModule(t *testing.T) {
	for name, model := range map[string]simulator.Model{"advantage": simulator.Advantage, "a+": simulator.APlus} {
		t.Run(name, func(t *testing.T) {
			m := simulator.New(simulator.Options{Model: model})
			r := newRoom(t, devices.Settings{AllowStart: true, InitialPressure: 180}, m)
			r.open()
			require.Equal(t, devices.CuffDone, r.measure().Phase)
			require.Len(t, r.readings, 1)
			assert.True(t, r.readings[0].Spot)
			assert.Equal(t, []devices.Measurement{
				{Vital: devices.Systolic, Value: 120},
				{Vital: devices.Diastolic, Value: 80},
				{Vital: devices.Mean, Value: 93},
				{Vital: devices.PulseRate, Value: 72},
			}, r.readings[0].Measurements)
			assert.Empty(t, r.faults, "a good line and a good module give no fault")
			assert.Equal(t, simulator.Counts{}, m.Counts(), "nothing forbidden, hurried or malformed")
			assert.False(t, m.Inflated())
			assert.Equal(t, 1, m.Cycles())

			var phases []devices.CuffPhase
			for _, c := range r.cuff {
				if n := len(phases); n == 0 || phases[n-1] != c.Phase {
					phases = append(phases, c.Phase)
				}
			}
			assert.Equal(t, []devices.CuffPhase{
				devices.CuffIdle, devices.CuffInflating, devices.CuffDeflating, devices.CuffDone,
			}, phases)
		})
	}
}

func TestEveryInjectedErrorIsFailureWithoutNumbers(t *testing.T) {
	for code, class := range errorCodes {
		m := simulator.New(simulator.Options{})
		m.Inject(byte(code))
		r := newRoom(t, allow, m)
		r.open()
		got := r.measure()
		assert.Equal(t, devices.CuffFailed, got.Phase, "code %d", code)
		assert.Equal(t, class, got.Class, "code %d", code)
		if class != devices.CuffOverpressure { // our own guard is first
			assert.Equal(t, code, got.Code)
		}
		assert.Empty(t, r.readings, "code %d", code)
		r.run(2*time.Second, nil)
		assert.False(t, m.Inflated())
	}
}

// errorCodes is the table of cuffs.md section 1, written out once more.
var errorCodes = map[int]devices.CuffClass{
	1: devices.CuffWeak, 2: devices.CuffMotion, 3: devices.CuffRange, 4: devices.CuffTimeout,
	85: devices.CuffBlocked, 86: devices.CuffAborted, 87: devices.CuffLeak, 88: devices.CuffTimeout,
	89: devices.CuffOverpressure, 90: devices.CuffHardware, 91: devices.CuffHardware, 97: devices.CuffHardware,
	98: devices.CuffHardware, 99: devices.CuffHardware,
}
