package masimo_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/masimo"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2.5}
)

// record steps the device at its own wake times and returns its lines without their ends.
func record(t *testing.T, o masimo.Options, truths ...simulators.Vitals) []string {
	t.Helper()
	d := masimo.New(o)
	now := epoch
	var all []string
	for _, v := range truths {
		tx, wake := d.Step(now, v, []byte("nobody listens"))
		text, whole := strings.CutSuffix(string(tx), "\r\n")
		require.True(t, whole, "CR LF")
		require.NotContains(t, text, "\n", "one line")
		require.Equal(t, now.Add(time.Second), wake)
		all, now = append(all, text), wake
	}
	return all
}

// last lives through the same for a while and returns the last line.
func last(t *testing.T, o masimo.Options, v simulators.Vitals) string {
	t.Helper()
	all := record(t, o, slices.Repeat([]simulators.Vitals{v}, 15)...)
	return all[len(all)-1]
}

// The layouts, line by line. Equal to the example of oximeters.md section 4.2 in order and width of its fields.
func TestLayouts(t *testing.T) {
	want := map[string]string{
		"rad-8":            "11/21/26 09:00:14 SN=########## SPO2=097% BPM=072 PI=02.50% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800",
		"radical-7":        "11/21/26 09:00:14 SN=########## SPO2=097% BPM=072 PI=02.50% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC=000800",
		"radical-7-colour": "11/21/26 09:00:14 SN=########## SPO2=097% BPM=072 PI=02.50 SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ALARM=000000 EXC=0000800 EXC1=00000000",
		"radical-5":        "11/21/26 09:00:14 SPO2=097% BPM=072 PI=02.50% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=00 EXC=800",
	}
	number := regexp.MustCompile(`SN=\d{10} `)
	require.Len(t, want, len(masimo.Models()))
	for _, model := range masimo.Models() {
		got := number.ReplaceAllString(last(t, masimo.Options{Model: model, Seed: 4}, healthy), "SN=########## ")
		assert.Equal(t, want[model], got)
	}
	example := "12/01/05 11:56:29 SN=0123456789 SPO2=098% BPM=240 PI=20.00% SPCO=01.0% SPMET=00.5% DESAT=01 PIDELTA=-02 PVI=027 ALARM=0000 EXC=000820"
	assert.Len(t, last(t, masimo.Options{Model: "radical-7"}, healthy), len(example))
}

// The scenario matrix of oximeters.md section 11, row by row.
func TestScenarios(t *testing.T) {
	with := func(change func(*simulators.Vitals)) simulators.Vitals {
		v := healthy
		change(&v)
		return v
	}
	tests := []struct {
		name    string
		options masimo.Options
		vitals  simulators.Vitals
		numbers string
		masks   string
	}{
		{"normal", masimo.Options{}, healthy, "SPO2=097% BPM=072 PI=02.50%", "ALARM=0000 EXC=000800"},
		{"rate above 127", masimo.Options{}, with(func(v *simulators.Vitals) { v.PulseRate = 150 }), "BPM=150", "ALARM=0014 EXC=000800"},
		{"finger out", masimo.Options{}, with(func(v *simulators.Vitals) { v.FingerOut = true }), "SPO2=---% BPM=--- PI=--.--%", "EXC=000820"},
		{"probe unplugged", masimo.Options{}, with(func(v *simulators.Vitals) { v.SensorOff = true }), "SPO2=---% BPM=--- PI=--.--%", "EXC=000801"},
		{"no pulse", masimo.Options{}, with(func(v *simulators.Vitals) { v.PulseRate = 0 }), "SPO2=---% BPM=---", "EXC=000808"},
		{"motion", masimo.Options{}, with(func(v *simulators.Vitals) { v.Motion = 0.5 }), "SPO2=097% BPM=072", "EXC=000C10"},
		{"more motion", masimo.Options{}, with(func(v *simulators.Vitals) { v.Motion = 1 }), "SPO2=---% BPM=---", "EXC=000C18"},
		{"low perfusion", masimo.Options{}, with(func(v *simulators.Vitals) { v.PerfusionIndex = 0.1 }), "PI=00.10%", "EXC=000804"},
		{"low battery", masimo.Options{LowBattery: true}, healthy, "SPO2=097%", "ALARM=0040 EXC=000800"},
		{"desaturation", masimo.Options{}, with(func(v *simulators.Vitals) { v.SpO2 = 78 }), "SPO2=078%", "ALARM=0012 EXC=000800"},
		{"slow pulse, silenced", masimo.Options{Silenced: true}, with(func(v *simulators.Vitals) { v.PulseRate = 40 }), "BPM=040", "ALARM=0038 EXC=000800"},
	}
	for _, tt := range tests {
		got := last(t, tt.options, tt.vitals)
		assert.Contains(t, got, tt.numbers, tt.name)
		assert.True(t, strings.HasSuffix(got, tt.masks), "%s: %s", tt.name, got)
	}
}

func TestSearchesAfterTheFingerCameBack(t *testing.T) {
	out := healthy
	out.FingerOut = true
	all := record(t, masimo.Options{Linger: 2}, append(append(slices.Repeat([]simulators.Vitals{healthy}, 10), slices.Repeat([]simulators.Vitals{out}, 5)...), slices.Repeat([]simulators.Vitals{healthy}, 6)...)...)
	for i, text := range all[10:] {
		switch {
		case i < 2:
			assert.Contains(t, text, "SPO2=097% BPM=072", "the last numbers linger")
			assert.Contains(t, text, "EXC=000824", "as in the captured line")
		case i < 5:
			assert.Contains(t, text, "SPO2=---%")
			assert.Contains(t, text, "EXC=000820")
		case i < 9:
			assert.Contains(t, text, "EXC=000808")
		default:
			assert.Contains(t, text, "SPO2=097% BPM=072")
		}
	}
}

// The numbers follow a step over the seconds that they are averaged over.
func TestNumbersAreAveraged(t *testing.T) {
	low := healthy
	low.SpO2 = 89
	all := record(t, masimo.Options{}, append(slices.Repeat([]simulators.Vitals{healthy}, 10), slices.Repeat([]simulators.Vitals{low}, 8)...)...)
	for i, text := range all[10:] {
		assert.Contains(t, text, fmt.Sprintf("SPO2=0%d%%", 97-i-1))
	}
}

func TestALateStepMakesUpForLittle(t *testing.T) {
	d := masimo.New(masimo.Options{})
	d.Step(epoch, healthy, nil)
	tx, wake := d.Step(epoch.Add(time.Hour+time.Millisecond), healthy, nil)
	assert.Equal(t, 2, strings.Count(string(tx), "\r\n"))
	assert.Contains(t, string(tx), "10:00:00")
	assert.Equal(t, epoch.Add(time.Hour+time.Second), wake)
	tx, _ = d.Step(epoch, healthy, nil)
	assert.Empty(t, tx, "a clock that falls back")
}

func TestEqualSeedsGiveEqualBytes(t *testing.T) {
	assert.Equal(t, last(t, masimo.Options{Seed: 7}, healthy), last(t, masimo.Options{Seed: 7}, healthy))
	assert.NotEqual(t, last(t, masimo.Options{Seed: 7}, healthy), last(t, masimo.Options{Seed: 8}, healthy))
}

// Whatever the truth, no line is longer or shorter than those of its model, and no number is one that the instrument
// cannot print.
func TestAnyTruthGivesALine(t *testing.T) {
	form := regexp.MustCompile(`^\d\d/\d\d/\d\d \d\d:\d\d:\d\d SN=\d{10} SPO2=(\d{3}|---)% BPM=(\d{3}|---) PI=(\d\d\.\d\d|--\.--)% .*ALARM=[0-9A-F]{4} EXC=[0-9A-F]{6}\r\n$`)
	rapid.Check(t, func(t *rapid.T) {
		d := masimo.New(masimo.Options{Linger: rapid.IntRange(0, 9).Draw(t, "linger")})
		number := rapid.Float64()
		now := epoch
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			tx, wake := d.Step(now, simulators.Vitals{
				PulseRate: number.Draw(t, "rate"), SpO2: number.Draw(t, "SpO2"), PerfusionIndex: number.Draw(t, "perfusion"),
				Motion: number.Draw(t, "motion"), FingerOut: rapid.Bool().Draw(t, "finger"), SensorOff: rapid.Bool().Draw(t, "sensor"),
			}, nil)
			require.Regexp(t, form, string(tx))
			now = wake
		}
	})
}

func BenchmarkStep(b *testing.B) {
	d := masimo.New(masimo.Options{})
	now := epoch
	b.ReportAllocs()
	for b.Loop() {
		_, now = d.Step(now, healthy, nil)
	}
}
