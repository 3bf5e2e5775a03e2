package scenario

import (
	"time"

	"bedside/alerts"
	"bedside/devices"
	"bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/patient"
)

// Scenario is a story. It is a plain value; its slices are not to be changed. All times are since its start.
type Scenario struct {
	Name    string // for command lines: lower-case letters, digits and dashes
	Title   string // for people
	Teaches string // what a viewer learns from it, in a sentence
	Length  time.Duration
	Seed    uint64 // of the person and the noise, unless somebody asks for another
	Who     string // the patient in words; may be empty
	Patient patient.Options
	Devices []Device
	Events  []Event
	Faults  []Fault
	Actions []Action // in the order of their times: what can be done without a session, but see [Scenario.Under]

	Expect []Expectation
	Forbid []string // conditions that must not be raised
	// ForbidOthers says that nothing may be raised or escalated but what Expect names.
	ForbidOthers bool

	Profile string // of the session that it is told with, see [Scenario.Under]; "" for without a session

	orders      []Action // all that staff do where a session runs
	differences differences
}

// Device is a simulated device beside the bed.
type Device struct {
	Name      string // word in subjects and alerts, unique in the story; of its port, if it is several in one
	Simulator string // name in simulators/catalog
	SameArmAs string // of a cuff: name of the oximeter that it blanks while it is inflated; empty for the other arm
}

// Members returns the devices that it is for the room: itself, or the several behind its port, each with a name of its own.
func (d *Device) Members() []devices.Member {
	e, ok := catalog.Find(d.Simulator)
	if !ok {
		return []devices.Member{{Name: d.Name}}
	}
	return e.Members(d.Name)
}

// Kind is what an event does.
type Kind uint8

// The kinds of event.
const (
	FingerOut    Kind = iota + 1 // the finger leaves the sensor
	SensorOff                    // the sensor is pulled from the oximeter
	Searching                    // the oximeter finds no pulse
	LowPerfusion                 // the perfusion index is Size, in per cent
	Motion                       // the arm moves, by Size 0..1
	LowBattery                   // the battery of the oximeter is nearly empty
	CuffLoose                    // the cuff cannot hold pressure
	CuffFault                    // a cuff cycle that begins meanwhile ends with Class
)

var kinds = [...]string{
	FingerOut: "finger_out", SensorOff: "sensor_off", Searching: "searching", LowPerfusion: "low_perfusion",
	Motion: "motion", LowBattery: "low_battery", CuffLoose: "cuff_loose", CuffFault: "cuff_fault",
}

// String returns the word of the file, such as "finger_out".
func (k Kind) String() string { return kinds[min(int(k), len(kinds)-1)] }

// Event is something that happens to the patient's side of the devices, once, for a while.
type Event struct {
	Kind  Kind
	At    time.Duration
	For   time.Duration
	Size  float64           // of Motion and LowPerfusion
	Class devices.CuffClass // of CuffFault
}

// Fault is something that happens to a cable, once, for a while.
type Fault struct {
	Kind   fault.Kind
	At     time.Duration
	For    time.Duration
	Device string  // the name of its port
	Share  float64 // of the bytes, or of the frames, that are hit, where the kind hits a share; zero means one in fifty
}

// Expectation is an alert that must appear: one change of one occurrence.
type Expectation struct {
	Condition string
	Change    alerts.Change
	Again     bool             // the change is that an acknowledgement has run out; Change is Updated
	Called    string           // the change is that somebody more is called, a word of the ladder; Change does not count
	Device    string           // it is about; empty for any
	Priority  *alerts.Priority // after the change; nil for any
	Signal    *alerts.Signal   // the same
	From, To  time.Duration    // earliest and latest
}

// Event returns the word of the file for the change.
func (x *Expectation) Event() string {
	switch {
	case x.Again:
		return again
	case x.Called != "":
		return called + " " + x.Called
	default:
		return x.Change.String()
	}
}
