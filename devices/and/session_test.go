package and_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/devicetest"
	simulator "bedside/simulators/and"
)

func TestMeasuresWithSimulatedMonitor(t *testing.T) {
	quiet, deaf := old, old
	quiet.Quiet, deaf.Quiet, deaf.Deaf = true, true, true
	for name, o := range map[string]simulator.Options{
		"first result": {}, "an old result before": old, "9600 baud": {Baud: 9600},
		"results only when asked": quiet, "silent while it measures": deaf, "a clock years off": {Clock: -9000 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, devicetest.Rested, o)
			r.Open()
			require.NoError(t, r.Order(devices.CuffStart))
			r.Run(2*time.Minute, r.Over)
			require.Equal(t, devices.CuffDone, r.Last().Phase)
			require.Len(t, r.Readings, 1)
			assert.Equal(t, r.Last().At, r.Readings[0].At, "not the monitor's clock")
			assert.True(t, r.Readings[0].Spot)
			assert.Equal(t, []devices.Measurement{
				{Vital: devices.Systolic, Value: 120},
				{Vital: devices.Diastolic, Value: 80},
				{Vital: devices.Mean, Value: 93},
				{Vital: devices.PulseRate, Value: 72},
			}, r.Readings[0].Measurements)
			r.Run(10*time.Minute, nil)
			assert.Len(t, r.Readings, 1, "once, though it was sent by itself and on request")
			assert.Zero(t, r.monitor.Device.Counts())
			assert.Equal(t, 1, r.monitor.Cycles())
			assert.Empty(t, r.When(stop))
		})
	}
}

// The real frame of the page, sent by itself after a start and once more on request.
func TestTheRealFrame(t *testing.T) {
	frame := framed(realText)
	require.Len(t, frame, 138)
	require.Equal(t, byte(0x4A), frame[137])
	s := &devicetest.BlindStub{Ack: ack}
	s.Report = func(now time.Time) []byte {
		if len(s.Starts) == 0 || now.Sub(s.Starts[0]) < 35*time.Second {
			return nak
		}
		return frame
	}
	r := family.Stubbed(t, devicetest.Rested, s)
	require.Equal(t, devices.CuffDone, r.Measure().Phase)
	require.Len(t, r.Readings, 1)
	assert.Equal(t, "reading spot systolic=127 diastolic=76 mean=97 pulse_rate=78", devicetest.ReadingText(&r.Readings[0]))
}

func TestAnOldResultIsNeverNew(t *testing.T) {
	r := newRoom(t, devicetest.Rested, old)
	r.Run(3*time.Hour, nil)
	assert.Empty(t, r.Readings)
	assert.Equal(t, devices.CuffIdle, r.Last().Phase)
}

func TestStaffPressedMeasurementIsGivenOnce(t *testing.T) {
	quiet := old
	quiet.Quiet = true
	for name, o := range map[string]simulator.Options{"sent by itself": old, "only when asked": quiet} {
		for _, set := range []devices.Settings{{}, devicetest.Rested} {
			t.Run(fmt.Sprint(name, set.AllowStart), func(t *testing.T) {
				r := newRoom(t, set, o)
				r.Open()
				r.Run(7*time.Second, nil)
				r.monitor.Press()
				r.Run(10*time.Minute, nil)
				require.Len(t, r.Readings, 1)
				assert.Equal(t, devices.CuffDone, r.Last().Phase)
				assert.Empty(t, r.When(stop), "nobody else's measurement is stopped")
			})
		}
	}
}

// codes is the table of cuffs.md section 2a, written out once more.
var codes = map[int]devices.CuffClass{
	11: devices.CuffHardware, 15: devices.CuffHardware, 12: devices.CuffLeak, 13: devices.CuffBlocked,
	21: devices.CuffHardware, 22: devices.CuffHardware, 23: devices.CuffOverpressure, 24: devices.CuffTimeout,
	42: devices.CuffUnderinflated, 43: devices.CuffWeak, 44: devices.CuffMotion, 45: devices.CuffIndeterminate,
	46: devices.CuffIndeterminate, 48: devices.CuffIndeterminate, 61: devices.CuffIndeterminate, 63: devices.CuffRange,
}

// failing is a monitor whose next cycle leaves that text.
func failing(text string) *devicetest.BlindStub {
	s := &devicetest.BlindStub{Ack: ack}
	s.Report = func(now time.Time) []byte {
		if len(s.Starts) == 0 || now.Sub(s.Starts[0]) < 35*time.Second {
			return framed(realText)
		}
		return framed(text)
	}
	return s
}

func TestEveryErrorHasItsClass(t *testing.T) {
	for code := 1; code < 100; code++ {
		want, listed := codes[code]
		if !listed {
			want = devices.CuffIndeterminate
		}
		for _, text := range []string{
			// The numbers beside an error are good ones: they must not be believed. Blank ones are right as well.
			strings.Replace(realText, "E00", fmt.Sprintf("E%02d", code), 1),
			strings.NewReplacer("E00", fmt.Sprintf("E%02d", code), "S127", "S   ", "M 97", "M   ", "D 76", "D   ", "P 78", "P   ").
				Replace(realText),
		} {
			r := family.Stubbed(t, devicetest.Rested, failing(text))
			got := r.Measure()
			assert.Equal(t, devices.CuffState{At: got.At, Phase: devices.CuffFailed, Class: want, Code: code}, got)
			assert.Empty(t, r.Readings)
		}
	}
}

func TestEveryFaultOfACuff(t *testing.T) {
	for class := devices.CuffWeak; class <= devices.CuffHardware; class++ {
		r := newRoom(t, devicetest.Rested, old)
		r.monitor.Truth.CuffFault = class
		got := r.Measure()
		assert.Equal(t, devices.CuffFailed, got.Phase, class)
		if class != devices.CuffAborted && class != devices.CuffMismatch {
			assert.Equal(t, class, got.Class, class)
		}
		assert.Empty(t, r.Readings, class)
		r.monitor.Truth.CuffFault = 0
		assert.Equal(t, devices.CuffDone, r.Measure().Phase, "and the next one is good")
	}
}

func TestMovementIsAFlag(t *testing.T) {
	r := family.Stubbed(t, devicetest.Rested, failing(strings.NewReplacer("m0", "m1", "1014", "1015").Replace(realText)))
	require.Equal(t, devices.CuffDone, r.Measure().Phase)
	assert.Equal(t, devices.Motion, r.Readings[0].Status)
}

// What is not exactly the form of the page gives no numbers.
func TestFormsThatAreNotBelieved(t *testing.T) {
	for _, change := range [][2]string{
		{"S127", "S301"},
		{"S127", "S 70"},
		{"S127", "S   "},
		{"M 97", "M128"},
		{"D 76", "D 29"},
		{"D 76", "D 97"},
		{"P 78", "P 19"},
		{"P 78", "P301"},
		{"P 78", "P   "},
		{"S127", "S12"},
		{"S127", "S1270"},
		{"S127", "S1 7"},
		{"S127", "s127"},
		{"E00\x1e", ""},
		{"E00", "E0"},
		{"E00", "E0A"},
		{"P 78", "D 76"},
		{"S127", "S12x"},
		{"b     \x1e", "b     "},
		{"m0", "mx"},
	} {
		r := family.Stubbed(t, devicetest.Rested, failing(strings.Replace(realText, change[0], change[1], 1)))
		got := r.Measure()
		assert.Equal(t, devices.CuffFailed, got.Phase, change)
		assert.Equal(t, devices.CuffIndeterminate, got.Class, change)
		assert.Empty(t, r.Readings, change)
	}
}

// Fields are found by their letters: their order, and fields that nobody knows, do not matter.
func TestFieldsAreFoundByLetter(t *testing.T) {
	text := strings.NewReplacer("S127\x1eM 97\x1e", "z99\x1e", "P 78", "P 78\x1eM 97\x1eS127").Replace(realText)
	r := family.Stubbed(t, devicetest.Rested, failing(text))
	require.Equal(t, devices.CuffDone, r.Measure().Phase)
	assert.Equal(t, "reading spot systolic=127 diastolic=76 mean=97 pulse_rate=78", devicetest.ReadingText(&r.Readings[0]))
}

func TestVariants(t *testing.T) {
	lines := and.Driver().Variants
	require.Len(t, lines, 2)
	assert.Equal(t, "2400", lines[0].Name)
	assert.Equal(t, 2400, lines[0].Line.Baud)
	assert.Equal(t, "9600", lines[1].Name)
	assert.Equal(t, 9600, lines[1].Line.Baud)
	assert.Equal(t, and.Driver().Line, lines[0].Line)
}
