package medlab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/medlab"
	simulator "bedside/simulators/medlab"
)

const second = time.Second

func TestMeasuresWithSimulatedModule(t *testing.T) {
	for seed := range uint64(10) {
		m := simulator.New(simulator.Options{Seed: seed})
		r := live(t, allow, m, time.Minute, at(5*second, devices.CuffStart))
		require.Len(t, r.Readings, 1)
		assert.True(t, r.Readings[0].Spot)
		assert.Equal(t, []devices.Measurement{
			{Vital: devices.Systolic, Value: 120},
			{Vital: devices.Diastolic, Value: 80},
			{Vital: devices.Mean, Value: 93},
			{Vital: devices.PulseRate, Value: 72},
		}, r.Readings[0].Measurements)
		assert.Empty(t, r.Faults, "a good line and a good module give no fault")
		assert.Zero(t, m.Counts(), "nothing forbidden, ignored or malformed")
		assert.Equal(t, 1, m.Cycles())
		var phases []devices.CuffPhase
		for _, c := range r.Cuff {
			if n := len(phases); n == 0 || phases[n-1] != c.Phase {
				phases = append(phases, c.Phase)
			}
		}
		assert.Equal(t, []devices.CuffPhase{
			devices.CuffIdle, devices.CuffInflating, devices.CuffDeflating, devices.CuffDone,
		}, phases)
	}
}

// messages is the table of cuffs.md sections 8 and 14, written out once more.
var messages = map[int]devices.CuffClass{
	2: devices.CuffHardware, 6: devices.CuffLeak, 7: devices.CuffLeak, 8: devices.CuffHardware, 9: devices.CuffWeak,
	10: devices.CuffRange, 11: devices.CuffMotion, 12: devices.CuffOverpressure, 13: devices.CuffMotion,
	14: devices.CuffLeak, 15: devices.CuffHardware, 19: devices.CuffTimeout,
}

func TestEveryInjectedMessageIsFailureWithoutNumbers(t *testing.T) {
	for message := 1; message < 100; message++ {
		class, listed := messages[message]
		if !listed {
			class = devices.CuffIndeterminate
		}
		m := module()
		m.Inject(message)
		r := live(t, allow, m, 4*time.Minute, at(5*second, devices.CuffStart))
		got := r.outcome(t)
		assert.Equal(t, devices.CuffFailed, got.Phase, "message %d", message)
		assert.Equal(t, class, got.Class, "message %d", message)
		if message != 12 && message != 19 { // our own guard is first
			assert.Equal(t, message, got.Code)
		}
		assert.Empty(t, r.Readings, "message %d", message)
		assert.False(t, m.Inflated())
	}
}

// The numbers beside a message are good ones here: they must not be believed.
func TestOnlyMessageZeroGivesNumbers(t *testing.T) {
	for message := range 100 {
		r := live(t, allow, &stub{result: resultPacket(120, 80, 93, 72, message)}, time.Minute, at(5*second, devices.CuffStart))
		assert.Equal(t, message == 0, len(r.Readings) == 1, "message %d", message)
	}
}

func TestOnlyPlausibleNumbersAreReported(t *testing.T) {
	for _, c := range []struct {
		systolic, diastolic, mean, rate int
		good                            bool
	}{
		{120, 80, 93, 72, true},
		{32, 30, 31, 20, true},
		{150, 30, 31, 300, true},
		{300, 80, 93, 72, true},
		{301, 80, 93, 72, false},
		{120, 29, 93, 72, false},
		{120, 93, 93, 72, false},
		{120, 80, 120, 72, false},
		{120, 80, 79, 72, false},
		{80, 120, 93, 72, false},
		{120, 80, 93, 19, false},
		{120, 80, 93, 301, false},
		{120, 80, 93, 999, true}, // the rate was not measured
		{120, 80, 999, 72, false},
		{999, 999, 999, 72, false},
		{0, 0, 0, 0, false},
		{220, 150, 161, 72, false}, // the cuff reached 160
	} {
		r := live(t, allow, &stub{result: resultPacket(c.systolic, c.diastolic, c.mean, c.rate, 0)}, time.Minute,
			at(5*second, devices.CuffStart))
		got := r.outcome(t)
		if !c.good {
			assert.Empty(t, r.Readings, c)
			assert.Equal(t, devices.CuffIndeterminate, got.Class, c)
			continue
		}
		require.Len(t, r.Readings, 1, c)
		assert.Equal(t, devices.CuffDone, got.Phase)
		for vital, want := range map[devices.Vital]int{
			devices.Systolic: c.systolic, devices.Diastolic: c.diastolic, devices.Mean: c.mean, devices.PulseRate: c.rate,
		} {
			if want == 999 {
				why, _ := r.Readings[0].Absent(vital)
				assert.Equal(t, devices.NotMeasured, why)
				continue
			}
			value, ok := r.Readings[0].Value(vital)
			assert.True(t, ok, vital)
			assert.Equal(t, want, value, vital)
		}
	}
}

func TestNumbersAsDashes(t *testing.T) {
	m := simulator.New(simulator.Options{Dashes: true})
	m.Inject(9)
	r := live(t, allow, m, time.Minute, at(5*second, devices.CuffStart))
	assert.Equal(t, devices.CuffWeak, r.outcome(t).Class)
	assert.Empty(t, r.Faults[1:], "nothing but the module's message")
}

func TestAWrongCuffIsNotInflatedFurther(t *testing.T) {
	for _, mismatch := range []int{1, 2} {
		m := simulator.New(simulator.Options{Mismatch: mismatch})
		r := live(t, allow, m, time.Minute, at(5*second, devices.CuffStart))
		got := r.outcome(t)
		assert.Equal(t, devices.CuffMismatch, got.Class)
		assert.Equal(t, mismatch, got.Code)
		require.Len(t, r.written(abortOrder), 1)
		assert.Less(t, r.written(abortOrder)[0]-r.written(startOrder)[0], second)
		assert.False(t, m.Inflated())
	}
}

func TestInitialPressure(t *testing.T) {
	for mmHg, bytes := range inflate {
		m := module()
		set := devices.Settings{AllowStart: true, InitialPressure: mmHg}
		r := live(t, set, m, time.Minute, at(5*second, devices.CuffStart))
		require.Equal(t, devices.CuffDone, r.outcome(t).Phase)
		assert.Len(t, r.written(bytes), 1, mmHg)
		assert.Equal(t, mmHg, m.Target())
		assert.Zero(t, m.Counts())
	}
	for _, mmHg := range []int{-1, 1, 99, 110, 181, 200, 65536 + 160} {
		_, err := medlab.Driver().NewSession(devices.Settings{InitialPressure: mmHg})
		assert.ErrorIs(t, err, medlab.ErrInflation, mmHg)
	}
}
