package nellcor_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/nellcor"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2.5}
)

// record steps the device at its own wake times and returns its lines without their ends, headers left out.
func record(t *testing.T, o nellcor.Options, truths ...simulators.Vitals) []string {
	t.Helper()
	d := nellcor.New(o)
	now := epoch
	var all []string
	for _, v := range truths {
		tx, wake := d.Step(now, v, []byte("\x03\x03"))
		text, whole := strings.CutSuffix(string(tx), "\r\n")
		require.True(t, whole, "CR LF")
		require.True(t, wake.After(now))
		lines := strings.Split(text, "\r\n")
		all, now = append(all, lines[len(lines)-1]), wake
	}
	return all
}

// last lives through the same for a while and returns the last line.
func last(t *testing.T, o nellcor.Options, v simulators.Vitals) string {
	t.Helper()
	all := record(t, o, slices.Repeat([]simulators.Vitals{v}, 10)...)
	return all[len(all)-1]
}

// columns are those of oximeters.md section 5.2: where a number ends, where its mark and the codes stand.
func TestColumns(t *testing.T) {
	v := healthy
	v.SpO2, v.PulseRate = 80, 190
	text := last(t, nellcor.Options{Silenced: true, AlarmsOff: true, LowBattery: true}, v)
	require.Len(t, text, 61)
	assert.Equal(t, "21-Nov-26 09:00:18", text[0:18])
	assert.Equal(t, " 80*", text[21:25])
	assert.Equal(t, "190*", text[29:33])
	assert.Equal(t, " 25", text[37:40])
	assert.Equal(t, "  ", text[44:46])
	assert.Equal(t, "SL", text[47:49])
	assert.Equal(t, "PH", text[50:52])
	assert.Equal(t, "AS", text[56:58])
	assert.Equal(t, "AO", text[59:61])
	assert.Equal(t, []string{"80*", "190*", "25", "SL", "PH", "LB", "AS", "AO"}, strings.Fields(text)[2:])
}

// The scenario matrix of oximeters.md section 11, row by row: the tokens behind date and time.
func TestScenarios(t *testing.T) {
	with := func(change func(*simulators.Vitals)) simulators.Vitals {
		v := healthy
		change(&v)
		return v
	}
	tests := []struct {
		name    string
		options nellcor.Options
		vitals  simulators.Vitals
		want    string
	}{
		{"normal", nellcor.Options{}, healthy, "97 72 25"},
		{"rate above 127", nellcor.Options{}, with(func(v *simulators.Vitals) { v.PulseRate = 150 }), "97 150 25"},
		{"finger out", nellcor.Options{}, with(func(v *simulators.Vitals) { v.FingerOut = true }), "--- --- --- SO"},
		{"probe unplugged", nellcor.Options{}, with(func(v *simulators.Vitals) { v.SensorOff = true }), "--- --- --- SD"},
		{"no pulse", nellcor.Options{}, with(func(v *simulators.Vitals) { v.PulseRate = 0 }), "--- --- --- LP"},
		{"motion", nellcor.Options{}, with(func(v *simulators.Vitals) { v.Motion = 0.5 }), "97 72 25 MO"},
		{"more motion", nellcor.Options{}, with(func(v *simulators.Vitals) { v.Motion = 1 }), "--- --- --- LM"},
		{"low perfusion", nellcor.Options{}, with(func(v *simulators.Vitals) { v.PerfusionIndex = 0.1 }), "97 72 1"},
		{"low battery", nellcor.Options{LowBattery: true}, healthy, "97 72 25 LB"},
		{"on battery", nellcor.Options{OnBattery: true}, healthy, "97 72 25 BU"},
		{"desaturation", nellcor.Options{}, with(func(v *simulators.Vitals) { v.SpO2 = 78 }), "78* 72 25 SL"},
		{"slow pulse, silenced", nellcor.Options{Silenced: true}, with(func(v *simulators.Vitals) { v.PulseRate = 35 }), "97 35* 25 PL AS"},
		{"padded", nellcor.Options{Model: "n-65"}, healthy, "97 72 025"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, strings.Join(strings.Fields(last(t, tt.options, tt.vitals))[2:], " "), tt.name)
	}
}

func TestSearchesAfterTheFingerCameBack(t *testing.T) {
	out := healthy
	out.FingerOut = true
	all := record(t, nellcor.Options{}, append(append(slices.Repeat([]simulators.Vitals{healthy}, 5), slices.Repeat([]simulators.Vitals{out}, 2)...), slices.Repeat([]simulators.Vitals{healthy}, 4)...)...)
	want := []string{"97 72 25", "--- --- --- SO", "--- --- --- SO", "0 0 --- PS", "0 0 --- PS", "97 72 --- PS", "97 72 25"}
	for i, text := range all[4:] {
		assert.Equal(t, want[i], strings.Join(strings.Fields(text)[2:], " "))
	}
}

// A page is three headers and 22 data lines, at the rate of the model.
func TestPages(t *testing.T) {
	for _, model := range nellcor.Models() {
		d := nellcor.New(nellcor.Options{Model: model})
		var lines []string
		now := epoch
		for range 44 {
			tx, wake := d.Step(now, healthy, nil)
			lines = append(lines, strings.Split(strings.TrimSuffix(string(tx), "\r\n"), "\r\n")...)
			if model == "n-65" {
				require.Equal(t, now.Add(time.Second), wake)
			} else {
				require.Equal(t, now.Add(2*time.Second), wake)
			}
			now = wake
		}
		require.Len(t, lines, 50)
		for i, text := range lines {
			switch i % 25 {
			case 0:
				assert.True(t, strings.HasPrefix(text, strings.ToUpper(model)), text)
				assert.Regexp(t, `VERSION \S+ +CRC:[0-9A-F]{4} +SpO2 Limit: \d+-\d+% +PR Limit: \d+-\d+BPM$`, text)
			case 1:
				assert.Equal(t, model == "n-595", strings.HasSuffix(text, "SPO2 RESP MODE: NORMAL"))
				assert.Contains(t, text, "ADULT")
			case 2:
				assert.Equal(t, model == "n-595", strings.Contains(text, "%SPO2"))
			default:
				assert.Len(t, text, 61)
				assert.Equal(t, model == "n-65", strings.HasPrefix(text, "21-NOV-26"))
			}
		}
	}
}

func TestALateStepMakesUpForLittle(t *testing.T) {
	d := nellcor.New(nellcor.Options{})
	d.Step(epoch, healthy, nil)
	tx, wake := d.Step(epoch.Add(time.Hour+time.Millisecond), healthy, nil)
	assert.Equal(t, 2, strings.Count(string(tx), "21-Nov-26"))
	assert.Contains(t, string(tx), "10:00:00")
	assert.Equal(t, epoch.Add(time.Hour+2*time.Second), wake)
	tx, _ = d.Step(epoch, healthy, nil)
	assert.Empty(t, tx, "a clock that falls back")
}

// Whatever the truth, a data line has its form and no number is one that the instrument cannot print.
func TestAnyTruthGivesALine(t *testing.T) {
	form := regexp.MustCompile(`^\d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d   (  0| [1-9 ]\d|100|---)[ *]    (  0| \d\d|[12]\d\d|---)[ *]    ( {2}\d| \d\d|[12]\d\d|---)    .{17}$`)
	rapid.Check(t, func(rt *rapid.T) {
		d := nellcor.New(nellcor.Options{})
		number := rapid.Float64()
		now := epoch
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			tx, wake := d.Step(now, simulators.Vitals{
				PulseRate: number.Draw(rt, "rate"), SpO2: number.Draw(rt, "SpO2"), PerfusionIndex: number.Draw(rt, "perfusion"),
				Motion: number.Draw(rt, "motion"), FingerOut: rapid.Bool().Draw(rt, "finger"), SensorOff: rapid.Bool().Draw(rt, "sensor"),
			}, nil)
			lines := strings.Split(strings.TrimSuffix(string(tx), "\r\n"), "\r\n")
			require.Regexp(rt, form, lines[len(lines)-1])
			now = wake
		}
	})
}

func BenchmarkStep(b *testing.B) {
	d := nellcor.New(nellcor.Options{})
	now := epoch
	b.ReportAllocs()
	for b.Loop() {
		_, now = d.Step(now, healthy, nil)
	}
}
