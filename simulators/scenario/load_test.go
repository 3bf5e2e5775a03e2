package scenario_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
	"bedside/simulators"
	"bedside/simulators/fault"
	"bedside/simulators/patient"
	"bedside/simulators/scenario"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

func TestNamesAreThoseOfTheFiles(t *testing.T) {
	files, err := filepath.Glob("stories/*.yaml")
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".yaml"))
	}
	assert.ElementsMatch(t, names, scenario.Names())
	_, err = scenario.Find("opera")
	assert.ErrorIs(t, err, scenario.ErrUnknown)
}

func TestStoriesAreWellFormed(t *testing.T) {
	if brevity.Asked() {
		t.Skip("every story under every profile")
	}
	for _, name := range scenario.Names() {
		s := find(t, name)
		assert.Equal(t, name, s.Name, "the file is called as the story is")
		assert.NotEmpty(t, s.Title, name)
		assert.Regexp(t, regexp.MustCompile(`^[A-Z].*\.$`), s.Teaches, name)
		assert.True(t, s.ForbidOthers || len(s.Forbid) > 0, "%s: a story that forbids nothing proves little", name)
		for _, id := range s.Plays() {
			u := s.Under(id)
			assert.True(t, u.ForbidOthers || len(u.Forbid) > 0, "%s, %s: a story that forbids nothing proves little", name, id)
			for _, x := range u.Expect {
				assert.LessOrEqual(t, x.To-x.From, 7*time.Minute, "%s: %s, a window as wide as the story proves little", name, x.Condition)
			}
		}
		times := asked(s)
		for i := 1; i < len(times); i++ {
			assert.GreaterOrEqual(t, times[i]-times[i-1], 2*time.Minute, "%s: an arm needs a rest", name)
		}
		for _, e := range s.Events {
			assert.LessOrEqual(t, e.At+e.For, s.Length, name)
		}
	}
}

// Together the stories say every word of the vocabulary that devices here can express.
func TestStoriesUseTheWholeVocabulary(t *testing.T) {
	kinds, faults, verbs := map[scenario.Kind]bool{}, map[fault.Kind]bool{}, map[scenario.Verb]bool{}
	for _, name := range scenario.Names() {
		s := find(t, name)
		for _, e := range s.Events {
			kinds[e.Kind] = true
		}
		for _, f := range s.Faults {
			faults[f.Kind] = true
		}
		for _, a := range s.Under("spravato").Actions {
			verbs[a.Do] = true
		}
	}
	for k := scenario.FingerOut; k <= scenario.CuffFault; k++ {
		assert.True(t, kinds[k], "no story has %v", k)
	}
	for _, k := range []fault.Kind{fault.Unplug, fault.Stall, fault.Corrupt} {
		assert.True(t, faults[k], "no story has cable fault %d", k)
	}
	unused := []scenario.Verb{scenario.CuffPress, scenario.AlarmOff, scenario.AlarmOn, scenario.InfusionEnd, scenario.LimitsSet}
	for _, v := range scenario.Verbs() {
		if slices.Contains(unused, v) {
			continue // words of which none of the stories needs to tell
		}
		assert.True(t, verbs[v], "no story has %v", v)
	}
}

// everything says every key at least once.
const everything = `
name: all
title: All there is
teaches: Each key once.
length: 1h
seed: 18446744073709551615
patient:
  who: Somebody
  pulse_rate: 61
  spo2: 98
  perfusion_index: 1.5
  systolic: 130
  diastolic: 80
  faster: 2
  doses:
    - {at: 2m, route: intramuscular, systolic: 20, diastolic: 9, pulse_rate: 8, spo2: -1, perfusion: -0.1}
    - {at: 12m, route: sublingual, drug: S-ketamine, amount: 50 mg, by: DR}
    - {at: 13m, route: esketamine, unrecorded: true}
changes:
  - {at: 1m, vital: perfusion_index, by: -0.5, rise: 1s, hold: 2s, fall: 3s}
devices:
  - {name: finger, device: contec}
  - {name: arm, device: suntech, same_arm_as: finger}
events:
  - {at: 1s, for: 2s, what: motion, size: 0.5}
  - {at: 3s, for: 4s, what: cuff_fault, class: timeout}
faults:
  - {at: 5s, for: 6s, device: arm, what: lost_frames, share: 0.5}
actions:
  - {at: 10m, do: cuff-start, every: 20m, until: 50m}
  - {at: 7s, do: acknowledge, condition: spo2_low, by: AK}
  - {at: 8s, do: session-start, route: oral, profile: conservative, age: 70, screening: {mania: yes}}
  - {at: 9s, do: session-phase, phase: baseline, reason: all are here}
  - {at: 10s, do: session-reading, systolic: 120, diastolic: 80, mean: 93, pulse_rate: 70}
  - {at: 11s, do: session-override, gate: predose, prescriber: true, reason: seen}
  - {at: 12s, do: session-dose, drug: ketamine, amount: 10 mg, number: 2}
  - {at: 13s, do: session-confirm, tick: oriented}
  - {at: 14s, do: pause-alarms, for: 2m, sensor: true, reason: a walk}
  - {at: 15s, do: symptom, name: chest_pain}
  - {at: 16s, do: note, text: all is well}
  - {at: 17s, do: limits-set, condition: spo2_low, spo2: 91, delay: 20s, beyond: true, reason: known}
expect:
  - {condition: spo2_low, event: escalated, device: finger, priority: high, from: 1m, to: 2m}
  - {condition: hr_low}
  - {condition: hr_low, event: realarmed}
  - {condition: hr_low, called: everyone, signal: audio_paused}
forbid: [bp_low, hr_high]
profiles:
  any: {}
  spravato: {like: conservative, without: [hr_low]}
  conservative: {expect: [{condition: hr_high}], forbid: everything else}
`

func TestEveryKeyArrives(t *testing.T) {
	s, err := scenario.Parse("all.yaml", []byte(everything))
	require.NoError(t, err)
	high, paused := alerts.High, alerts.SignalAudioPaused
	assert.Equal(t, scenario.Scenario{
		Name: "all", Title: "All there is", Teaches: "Each key once.", Who: "Somebody", Length: time.Hour, Seed: 1<<64 - 1,
		Patient: patient.Options{
			Rest:  patient.Rest{PulseRate: 61, SpO2: 98, PerfusionIndex: 1.5, Systolic: 130, Diastolic: 80},
			Route: patient.Intramuscular, DoseAt: 2 * time.Minute, Haste: 2,
			Response: &patient.Response{Systolic: 20, Diastolic: 9, PulseRate: 8, SpO2: -1, Perfusion: -0.1},
			Later: []patient.Dose{
				{Route: patient.Sublingual, At: 12 * time.Minute}, {Route: patient.Esketamine, At: 13 * time.Minute},
			},
			Offsets: []patient.Offset{{
				Vital: devices.PerfusionIndex, From: time.Minute, Size: -0.5,
				Rise: time.Second, Hold: 2 * time.Second, Fall: 3 * time.Second,
			}},
		},
		Devices: []scenario.Device{{Name: "finger", Simulator: "contec"}, {Name: "arm", Simulator: "suntech", SameArmAs: "finger"}},
		Events: []scenario.Event{
			{Kind: scenario.Motion, At: time.Second, For: 2 * time.Second, Size: 0.5},
			{Kind: scenario.CuffFault, At: 3 * time.Second, For: 4 * time.Second, Class: devices.CuffTimeout},
		},
		Faults: []scenario.Fault{{Kind: fault.DropFrame, At: 5 * time.Second, For: 6 * time.Second, Device: "arm", Share: 0.5}},
		Actions: []scenario.Action{
			{Do: scenario.Acknowledge, At: 7 * time.Second, Condition: "spo2_low", By: "AK"},
			{Do: scenario.PauseAlarms, At: 14 * time.Second, For: 2 * time.Minute, Sensor: true, Reason: "a walk", By: "RN"},
			{Do: scenario.Symptom, At: 15 * time.Second, Name: "chest_pain", By: "RN"},
			{Do: scenario.CuffStart, At: 10 * time.Minute, Device: "arm", By: "RN"},
			{Do: scenario.CuffStart, At: 30 * time.Minute, Device: "arm", By: "RN"},
			{Do: scenario.CuffStart, At: 50 * time.Minute, Device: "arm", By: "RN"},
		},
		Expect: []scenario.Expectation{
			{
				Condition: "spo2_low", Change: alerts.Escalated, Device: "finger", Priority: &high,
				From: time.Minute, To: 2 * time.Minute,
			},
			{Condition: "hr_low", Change: alerts.Raised, To: time.Hour},
			{Condition: "hr_low", Change: alerts.Updated, Again: true, To: time.Hour},
			{Condition: "hr_low", Change: alerts.Raised, Called: "everyone", Signal: &paused, To: time.Hour},
		},
		Forbid: []string{"bp_low", "hr_high"},
	}, scenario.Scenario{
		Name: s.Name, Title: s.Title, Teaches: s.Teaches, Length: s.Length, Seed: s.Seed, Who: s.Who, Patient: s.Patient,
		Devices: s.Devices, Events: s.Events, Faults: s.Faults, Actions: s.Actions, Expect: s.Expect, Forbid: s.Forbid,
		ForbidOthers: s.ForbidOthers, Profile: s.Profile,
	})
	for row := range strings.Lines(scenario.Reference()) {
		key := regexp.MustCompile("^\\| `(?:[a-z<>]+(?:\\[\\])?\\.)*([a-z0-9_]+)`").FindStringSubmatch(row)
		if key != nil {
			assert.Contains(t, everything, key[1]+":", "the test lacks a key")
		}
	}
}

// TestBad compares the whole report of each wrong file, carets included.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad-*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			s, err := scenario.Parse(filepath.Base(file), text)
			require.Error(t, err)
			assert.Nil(t, s)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			assert.Equal(t, string(want), err.Error()+"\n")
		})
	}
}

// Events hold from their time to their end and touch only what they are about; a pulse that the finger hides is still
// there for the cuff.
func TestEventsHaveTheirTimes(t *testing.T) {
	s, err := scenario.Parse("x.yaml", []byte(`
name: x
title: x
teaches: x
length: 10m
events:
  - {at: 1m, for: 10s, what: finger_out}
  - {at: 2m, for: 10s, what: sensor_off}
  - {at: 3m, for: 10s, what: searching}
  - {at: 4m, for: 10s, what: low_perfusion, size: 0.2}
  - {at: 5m, for: 10s, what: motion, size: 0.7}
  - {at: 6m, for: 10s, what: low_battery}
  - {at: 7m, for: 10s, what: cuff_loose}
  - {at: 8m, for: 10s, what: cuff_fault, class: weak}
`))
	require.NoError(t, err)
	finger, arm := s.Truth(1, devices.Oximeter), s.Truth(1, devices.Cuff)
	said := []func(simulators.Vitals) bool{
		func(v simulators.Vitals) bool { return v.FingerOut },
		func(v simulators.Vitals) bool { return v.SensorOff },
		func(v simulators.Vitals) bool { return v.PulseRate == 0 && v.PerfusionIndex == 0 },
		func(v simulators.Vitals) bool { return v.PerfusionIndex == 0.2 },
		func(v simulators.Vitals) bool { return v.Motion == 0.7 },
		func(v simulators.Vitals) bool { return v.BatteryLow },
		func(v simulators.Vitals) bool { return v.CuffLoose },
		func(v simulators.Vitals) bool { return v.CuffFault == devices.CuffWeak },
	}
	for i, is := range said {
		for at := time.Duration(0); at < s.Length; at += time.Second {
			from := s.Events[i].At
			assert.Equal(t, at >= from && at < from+10*time.Second, is(finger(at)), "%v at %v", s.Events[i].Kind, at)
		}
	}
	assert.Positive(t, arm(3*time.Minute+time.Second).PulseRate)
}

func TestSqueezeTakesThePulseAway(t *testing.T) {
	v := find(t, "calm").Truth(1, devices.Oximeter)(time.Minute)
	assert.Equal(t, v, scenario.Squeeze(v, v.Mean-1))
	blind := scenario.Squeeze(v, v.Mean)
	assert.Zero(t, blind.PulseRate)
	assert.Equal(t, v.SpO2, blind.SpO2)
}

// FuzzParse: either a story whose times lie within it, or a report with places.
func FuzzParse(f *testing.F) {
	f.Add(everything)
	for _, name := range []string{"messy", "second-dose", "same-arm-cuff"} {
		text, ok := scenario.Text(name)
		require.True(f, ok)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := scenario.Parse("fuzz.yaml", []byte(text))
		if err != nil {
			var all scenario.Errors
			if s != nil || !errors.As(err, &all) || len(all) == 0 || all[0].Message == "" {
				t.Fatalf("%v, %v", s, err)
			}
			return
		}
		if s.Name == "" || s.Length <= 0 || len(s.Devices) == 0 {
			t.Fatalf("accepted although it is not valid: %+v", s)
		}
		if !slices.IsSortedFunc(s.Actions, func(a, b scenario.Action) int { return int(a.At - b.At) }) {
			t.Fatalf("actions are not in order: %+v", s.Actions)
		}
		for _, x := range s.Expect {
			if x.Condition == "" || x.From > x.To || x.To > s.Length {
				t.Fatalf("%+v", x)
			}
		}
		s.Truth(1, devices.Oximeter)(s.Length / 2)
	})
}

func BenchmarkParse(b *testing.B) {
	text, ok := scenario.Text("messy")
	require.True(b, ok)
	for b.Loop() {
		if _, err := scenario.Parse("messy.yaml", text); err != nil {
			b.Fatal(err)
		}
	}
}
