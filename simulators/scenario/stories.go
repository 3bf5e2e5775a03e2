package scenario

import (
	"time"

	"bedside/devices"
	"bedside/simulators/patient"
)

// All returns every story, the calmest first. All figures in them are our choice, within what profiles.md section 2
// reports of people; the limits they stay under or cross are those of its section 4.
func All() []Scenario { return []Scenario{calm(), rise(), crisis(), messy()} }

// at is a time of a story.
func at(minutes, seconds int) time.Duration {
	return time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second
}

// every returns the times from first to last, one a step.
func every(first, last, step time.Duration) []time.Duration {
	var times []time.Duration
	for t := first; t <= last; t += step {
		times = append(times, t)
	}
	return times
}

func calm() Scenario {
	return Scenario{
		Name: "calm", Title: "Somebody at rest",
		Teaches: "A quiet session makes no sound: values, trends and a cuff every five minutes, and no alert.",
		Length:  30 * time.Minute,
		Patient: patient.Options{
			Rest: patient.Rest{PulseRate: 68, SpO2: 97.5, PerfusionIndex: 2.5, Systolic: 118, Diastolic: 74},
		},
		CuffAt: every(at(0, 30), at(30, 0), 5*time.Minute),
	}
}

func rise() Scenario {
	return Scenario{
		Name: "rise", Title: "An expected rise",
		Teaches: "After a dose pressure and pulse climb by as much as in most people and come back: drawn and counted, " +
			"not shouted.",
		Length: 45 * time.Minute,
		Patient: patient.Options{
			Rest:  patient.Rest{PulseRate: 70, SpO2: 97.5, PerfusionIndex: 2.5, Systolic: 120, Diastolic: 75},
			Route: patient.Intravenous, DoseAt: at(2, 0), Haste: 2.5,
			Response: &patient.Response{Systolic: 20, Diastolic: 12, PulseRate: 12, SpO2: -0.5, Perfusion: -0.15},
		},
		CuffAt: append([]time.Duration{at(0, 20)}, every(at(4, 0), at(44, 0), 4*time.Minute)...),
	}
}

func crisis() Scenario {
	return Scenario{
		Name: "crisis", Title: "A crisis, twice",
		Teaches: "Systolic pressure beyond 180 alerts at once and is escalated when the next cuff cycle confirms it; then " +
			"the saturation falls through 92, 90 and 85 and comes back, and both alerts wait to be acknowledged.",
		Length: 22 * time.Minute,
		Patient: patient.Options{
			Rest:  patient.Rest{PulseRate: 74, SpO2: 97.5, PerfusionIndex: 2.2, Systolic: 126, Diastolic: 78},
			Route: patient.Intravenous, DoseAt: at(1, 30), Haste: 5,
			Response: &patient.Response{Systolic: 26, Diastolic: 12, PulseRate: 14, SpO2: -0.5, Perfusion: -0.15},
			Offsets: []patient.Offset{
				{Vital: devices.Systolic, From: at(3, 0), Rise: at(3, 0), Hold: at(5, 0), Fall: at(5, 0), Size: 40},
				{Vital: devices.Diastolic, From: at(3, 0), Rise: at(3, 0), Hold: at(5, 0), Fall: at(5, 0), Size: 10},
				{Vital: devices.SpO2, From: at(12, 30), Rise: at(2, 0), Hold: at(1, 0), Fall: at(2, 0), Size: -15},
				{Vital: devices.PulseRate, From: at(12, 30), Rise: at(1, 0), Hold: at(2, 0), Fall: at(3, 0), Size: 18},
			},
		},
		CuffAt: []time.Duration{
			at(0, 20), at(3, 0), at(8, 30), at(10, 30), at(13, 0), at(16, 0), at(19, 0),
		},
	}
}

func messy() Scenario {
	return Scenario{
		Name: "messy", Title: "Everything that comes loose",
		Teaches: "Finger out, motion, pulled cables and failed cuff cycles: a value is missing with its reason, never " +
			"wrong or old, and the conversation resumes by itself.",
		Length: 21 * time.Minute,
		Patient: patient.Options{
			Rest: patient.Rest{PulseRate: 72, SpO2: 97, PerfusionIndex: 1.8, Systolic: 124, Diastolic: 78},
			Offsets: []patient.Offset{ // a cold hand
				{Vital: devices.PerfusionIndex, From: at(17, 30), Rise: at(0, 20), Hold: at(1, 0), Fall: at(0, 20), Size: -1.7},
			},
		},
		Events: []Event{
			{Kind: FingerOut, At: at(2, 0), For: 30 * time.Second},
			{Kind: Moving, At: at(4, 0), For: 40 * time.Second, Size: 0.45},
			{Kind: Unplugged, At: at(6, 0), For: 20 * time.Second, Device: devices.Oximeter},
			{Kind: CuffLoose, At: at(7, 50), For: time.Minute},
			{Kind: Moving, At: at(10, 35), For: 35 * time.Second, Size: 0.8},
			{Kind: Unplugged, At: at(13, 0), For: 20 * time.Second, Device: devices.Cuff},
			{Kind: NoisyCable, At: at(14, 30), For: 30 * time.Second, Device: devices.Oximeter, Size: 0.01},
			{Kind: FrozenCable, At: at(15, 30), For: 8 * time.Second, Device: devices.Oximeter},
			{Kind: SensorOff, At: at(16, 30), For: 20 * time.Second},
		},
		CuffAt: []time.Duration{at(0, 20), at(5, 0), at(8, 0), at(10, 30), at(15, 0), at(19, 30)},
	}
}
