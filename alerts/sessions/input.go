package sessions

import (
	"time"

	"bedside/devices"
)

// Input is something that happened: one of the types below. By is who did it: name or initials of staff.
type Input interface{ isInput() }

// Start begins a session.
type Start struct {
	Code      string // pseudonymous: letters, digits and dashes, at most 32
	Route     string // a word of the profiles: intranasal, iv, im, sublingual, oral
	Profile   string // id; empty for the one of the route
	By        string
	Age       int               // years; 0 for not told
	Screening map[string]Answer // by the words of [Questions]
	Missing   string            // why no nurse is reached, in words; empty if one is, or none is expected to be
	Uncovered string            // why the session begins nevertheless
}

// Dose is a dose that was given now.
type Dose struct {
	Drug   string
	Amount string // with its unit, as staff write it: "28 mg"
	Device int    // number of the nasal device, from 1; 0 for other routes
	By     string
}

// InfusionEnd says that the infusion has ended. Without it, it ends as the profile says.
type InfusionEnd struct{ By string }

// SetPhase moves the session to a phase by hand; the later ones follow at their distances.
type SetPhase struct {
	Phase  Phase // Baseline, or one of the profile
	By     string
	Reason string
}

// Note is a remark, or one of [Marks] with or without words of its own.
type Note struct {
	Text string // may be empty with a Mark, whose words it has then
	Mark string // a word of Marks, or empty
	ID   string // by which it can be taken back; empty for never
	By   string
}

// TakeBack takes a note back that was recorded by a wrong press, within seconds of it. Both stay in the list.
type TakeBack struct {
	Note string // its ID
	By   string
}

// Symptom is something that somebody sees; those that the profile names are alerts, too.
type Symptom struct {
	Name string
	By   string
}

// SymptomOver says that it is seen no longer.
type SymptomOver struct {
	Name string
	By   string
}

// Override lets a session go on although a gate is not met.
type Override struct {
	Gate       string // GatePredose or GateDischarge
	By         string
	Prescriber bool // By is the prescriber, who alone overrides a hard gate
	Reason     string
}

// Confirm is a tick of a clinician on the list of the discharge gate.
type Confirm struct {
	Tick string
	By   string
}

// Enter is a blood pressure that staff measured by hand. Mean and PulseRate may be 0 for not measured.
type Enter struct {
	Systolic, Diastolic, Mean, PulseRate int
	By                                   string
}

// Pause is a planned pause, such as for the bathroom. It ends by itself.
type Pause struct {
	For    time.Duration
	By     string
	Reason string
}

// Resume ends a pause early.
type Resume struct{ By string }

// End ends the session.
type End struct {
	By     string
	Reason string // why it ends before the discharge gate is met; may be empty if it is
}

// Observed is a reading of a device.
type Observed struct {
	Device  string
	Reading *devices.Reading // read during Step, not kept
}

// CuffChanged is a change of state of a cuff.
type CuffChanged struct {
	Device string
	State  devices.CuffState
}

// CuffRefused says that the cuff was asked and would not: it counts as an attempt.
type CuffRefused struct{ Reason string }

// Recheck is the request of an alarm condition for another reading.
type Recheck struct {
	Condition string
	After     time.Duration
}

// Alarms says what alerts there are: for the discharge gate.
type Alarms struct {
	Urgent  int // active, High or Medium
	Latched int // over and not acknowledged
}

// Reach says how the way to the nurse was tried last: for the predose gate. It stays until the next one, also from one session
// to the next.
type Reach struct {
	Required bool      `json:"required,omitempty"` // a nurse's station belongs to the room
	OK       bool      `json:"ok,omitempty"`       // the nurse on duty has answered the last test
	By       string    `json:"by,omitempty"`       // who did
	At       time.Time `json:"at,omitzero"`        // when the test was sent
}

// Tick is the passing of time alone.
type Tick struct{}

func (Start) isInput()       {}
func (Dose) isInput()        {}
func (InfusionEnd) isInput() {}
func (SetPhase) isInput()    {}
func (Note) isInput()        {}
func (TakeBack) isInput()    {}
func (Symptom) isInput()     {}
func (SymptomOver) isInput() {}
func (Override) isInput()    {}
func (Confirm) isInput()     {}
func (Enter) isInput()       {}
func (Pause) isInput()       {}
func (Resume) isInput()      {}
func (End) isInput()         {}
func (Observed) isInput()    {}
func (CuffChanged) isInput() {}
func (CuffRefused) isInput() {}
func (Recheck) isInput()     {}
func (Alarms) isInput()      {}
func (Reach) isInput()       {}
func (Tick) isInput()        {}
