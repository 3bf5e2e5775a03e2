package devices

import "time"

// Measurement is one known value. An unknown value is never a Measurement: it is an [Absence].
type Measurement struct {
	Vital Vital
	Value int // in the unit and decimals of Vital
}

// Absence says that a vital which the device can measure has no usable value now, and why.
type Absence struct {
	Vital  Vital
	Reason Reason
}

// Reason is why a value is absent.
type Reason uint8

// The reasons of the public contract; the first that applies, in the order of this list, is the one reported.
const (
	SensorOff    Reason = iota + 1 // sensor disconnected from the instrument, or off the patient
	FingerOut                      // sensor connected, no finger in it
	SensorFault                    // sensor or instrument reports a defect
	Searching                      // the instrument looks for a pulse
	Artifact                       // motion or interference makes the value unusable
	LowPerfusion                   // too little pulsation to measure
	OutOfRange                     // a number arrived that the range of the vital excludes
	HeldValue                      // the device repeats an old value and says so
	Stale                          // no news within the limit; set by the agent, never by a driver
	NotMeasured                    // the device did not measure it this time
)

var reasons = [...]string{
	SensorOff: "sensor_off", FingerOut: "finger_out", SensorFault: "sensor_fault", Searching: "searching",
	Artifact: "artifact", LowPerfusion: "low_perfusion", OutOfRange: "out_of_range", HeldValue: "held_value",
	Stale: "stale", NotMeasured: "not_measured",
}

// String returns the word used in payloads, such as "finger_out".
func (r Reason) String() string { return word(reasons[:], int(r)) }

// Status is a set of flags that qualify a whole reading. A flag never removes a value by itself: a driver that holds a
// value back says so with an [Absence].
type Status uint32

// The flags of the public contract.
const (
	SensorDisconnected Status = 1 << iota
	NoFinger
	SearchingPulse
	SearchTimeout
	PerfusionLow
	PerfusionMarginal
	WeakSignal
	Motion     // artifact or interference on this pulse
	OutOfTrack // no run of good pulses: sustained artifact
	AmbientLight
	SensorDefect
	BatteryLow
	DeviceAlarm
	DeviceAlarmSilenced
	HighQuality // the device's own mark of a good measurement, such as Nonin SmartPoint
)

var statusNames = [...]string{
	"sensor_disconnected", "finger_out", "searching", "search_timeout", "low_perfusion", "marginal_perfusion",
	"weak_signal", "artifact", "out_of_track", "ambient_light", "sensor_fault", "low_battery", "device_alarm",
	"device_alarm_silenced", "high_quality",
}

// Has reports whether all flags of f are set.
func (s Status) Has(f Status) bool { return s&f == f }

// Names returns the payload words of the flags that are set, in the order of their declaration; nil if none is.
func (s Status) Names() []string {
	var names []string
	for i, n := range statusNames {
		if s&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Reading is what a device said at one moment. Values measured together travel together: the three pressures of one
// cuff cycle are one Reading. Every vital of the driver that the message covers is in exactly one of the two lists.
type Reading struct {
	At           time.Time // when the byte that completed the proof arrived; never the device's own clock
	Measurements []Measurement
	Absences     []Absence
	Status       Status
	Of           Kind // which part of a driver with [Driver.Parts] measured this; zero if the driver is one device
	Spot         bool // a single measurement (cuff cycle, spot check), not part of a continuous stream
}

// Value returns the value of v, and whether the reading has one.
func (r *Reading) Value(v Vital) (int, bool) {
	for _, m := range r.Measurements {
		if m.Vital == v {
			return m.Value, true
		}
	}
	return 0, false
}

// Absent returns why v has no value, and whether the reading says so.
func (r *Reading) Absent(v Vital) (Reason, bool) {
	for _, a := range r.Absences {
		if a.Vital == v {
			return a.Reason, true
		}
	}
	return 0, false
}

// MissingSample stands in a [Wave] for a sample that was lost or damaged on the line.
const MissingSample int32 = -1

// Wave is a run of equidistant samples, oldest first.
type Wave struct {
	At        time.Time // of the last sample
	Vital     Vital
	Rate      int     // samples a second
	FullScale int32   // largest possible sample; samples run from 0
	Samples   []int32 // MissingSample marks a gap
}

func word(words []string, i int) string {
	if i > 0 && i < len(words) {
		return words[i]
	}
	return "unknown"
}
