package scenario

import (
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/fault"
	"bedside/simulators/patient"
)

// Truth returns the vitals of the story, as a device of that kind could measure them, as a function of the time since its
// start. The same seed gives the same function. It may be called with any time in any order, allocates nothing, and is
// safe for concurrent use. After its Length the story is over and the person goes on at rest.
func (s *Scenario) Truth(seed uint64, kind devices.Kind) func(t time.Duration) simulators.Vitals {
	o := s.Patient
	o.Seed = seed
	person := patient.New(o)
	var events []Event
	for _, e := range s.Events {
		if e.Kind != Searching || kind == devices.Oximeter { // a pulse that the finger hides is still there for the cuff
			events = append(events, e)
		}
	}
	return func(t time.Duration) simulators.Vitals {
		v := person.At(t)
		for i := range events {
			if e := &events[i]; t >= e.At && t < e.At+e.For {
				e.apply(&v)
			}
		}
		return v
	}
}

func (e *Event) apply(v *simulators.Vitals) {
	switch e.Kind {
	case FingerOut:
		v.FingerOut = true
	case SensorOff:
		v.SensorOff = true
	case Searching:
		pulseless(v)
	case LowPerfusion:
		v.PerfusionIndex = e.Size
	case Motion:
		v.Motion = max(v.Motion, e.Size)
	case LowBattery:
		v.BatteryLow = true
	case CuffLoose:
		v.CuffLoose = true
	case CuffFault:
		v.CuffFault = e.Class
	}
}

// pulseless takes away what an oximeter measures by.
func pulseless(v *simulators.Vitals) { v.PulseRate, v.PerfusionIndex, v.Pleth = 0, 0, 0.5 }

// Squeeze returns what a sensor beyond a cuff on the same arm can measure while that pressure, in mmHg, is in the cuff.
// From the mean arterial pressure on too little blood passes for a pulse (our choice).
func Squeeze(v simulators.Vitals, pressure float64) simulators.Vitals {
	if pressure >= v.Mean {
		pulseless(&v)
	}
	return v
}

// Windows returns what happens to the cable of that device, for [fault.Options].
func (s *Scenario) Windows(device string) []fault.Window {
	var windows []fault.Window
	for _, f := range s.Faults {
		if f.Device == device {
			windows = append(windows, fault.Window{Kind: f.Kind, From: f.At, For: f.For, Rate: f.Share})
		}
	}
	return windows
}
