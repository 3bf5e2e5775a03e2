package scenario

import (
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/fault"
	"bedside/simulators/patient"
)

// Kind is what an event does.
type Kind uint8

// The kinds of event.
const (
	FingerOut   Kind = iota + 1 // the finger leaves the sensor
	SensorOff                   // the sensor is pulled from the oximeter
	Moving                      // the arm moves, by Size 0..1
	CuffLoose                   // the cuff cannot hold pressure
	Unplugged                   // the cable of Device is out
	NoisyCable                  // the cable of Device damages a share of Size of the bytes
	FrozenCable                 // the cable of Device holds everything back
)

// Event happens once, for a while.
type Event struct {
	Kind   Kind
	At     time.Duration // since the start of the story
	For    time.Duration
	Device devices.Kind // for the cable events
	Size   float64      // where the kind has one
}

// Scenario is a story. It is a plain value; its slices are not to be changed.
type Scenario struct {
	Name    string // for command lines: lower-case letters
	Title   string // for people
	Teaches string // what a viewer learns from it, in a sentence
	Length  time.Duration
	Patient patient.Options // the seed comes with Truth
	Events  []Event
	CuffAt  []time.Duration // when a measurement is asked for, in order
}

// Truth returns the vitals of the story as a function of the time since its start. The same seed gives the same
// function. It may be called with any time in any order, allocates nothing, and is safe for concurrent use. After its
// Length the story is over and the person goes on at rest.
func (s *Scenario) Truth(seed uint64) func(t time.Duration) simulators.Vitals {
	o := s.Patient
	o.Seed = seed
	person, events := patient.New(o), s.Events
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
	case Moving:
		v.Motion = max(v.Motion, e.Size)
	case CuffLoose:
		v.CuffLoose = true
	}
}

// Faults returns what happens to the cable of that device, for [fault.Options].
func (s *Scenario) Faults(device devices.Kind) []fault.Window {
	var windows []fault.Window
	for _, e := range s.Events {
		if e.Device != device {
			continue
		}
		w := fault.Window{From: e.At, For: e.For, Rate: e.Size}
		switch e.Kind {
		case Unplugged:
			w.Kind = fault.Unplug
		case NoisyCable:
			w.Kind = fault.Corrupt
		case FrozenCable:
			w.Kind = fault.Stall
		default:
			continue
		}
		windows = append(windows, w)
	}
	return windows
}

// Find returns the story with that name.
func Find(name string) (Scenario, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return Scenario{}, false
}

// Names returns the names of all stories, the calmest first.
func Names() []string {
	all := All()
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return names
}
