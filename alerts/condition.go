package alerts

import (
	"slices"
	"time"

	"bedside/devices"
)

// Kind is the origin of a condition.
type Kind uint8

// The origins there are.
const (
	Physiological Kind = iota + 1 // the patient
	Technical                     // equipment, line, network or the agent itself
)

// String returns "physiological" or "technical".
func (k Kind) String() string {
	return [...]string{"unknown", "physiological", "technical"}[min(int(k), 2)]
}

// Priority is how fast somebody must respond.
type Priority uint8

// The priorities, lowest first, so that they compare.
const (
	Information Priority = iota // recorded and shown, no signal
	Low                         // awareness
	Medium                      // prompt response
	High                        // immediate response
)

var priorityNames = [...]string{"information", "low", "medium", "high"}

// String returns the payload word, such as "high".
func (p Priority) String() string { return priorityNames[min(p, High)] }

// ParsePriority returns the priority with that name.
func ParsePriority(name string) (Priority, bool) {
	for i, n := range priorityNames {
		if n == name {
			return Priority(i), true
		}
	}
	return 0, false
}

// Side is the side of a bound on which a value violates it.
type Side uint8

// The sides. AtLeast includes the bound itself ("systolic >= 180"), Below excludes it ("SpO2 < 90"), as profiles.md
// section 4 words its rules.
const (
	AtLeast Side = iota + 1
	Below
)

// String returns the payload word: "above" or "below", or "" for no side.
func (s Side) String() string {
	return [...]string{"", "above", "below"}[min(s, Below)]
}

// Bound is a limit on one vital with its own clear level. Between the limit and the clear level nothing changes: a
// violation that has begun goes on, one that has not does not begin.
type Bound struct {
	Vital devices.Vital
	Side  Side
	Limit int // in the unit of Vital
	Clear int // AtLeast: back to normal at Clear or less. Below: back to normal at Clear or more.
	// Adjust is how far a session may change Limit; Clear goes with it.
	Adjust Adjust
}

// Relative is a limit that follows the person's own baseline. It lies at the outermost of the parts that are set, so that
// "pulse >= max(baseline + 30, 1.3 baseline)" is one Relative. Without a baseline of its vital only Limit is left of it; if
// that is not set either, it judges nothing.
type Relative struct {
	Vital   devices.Vital
	Side    Side
	Delta   int // so far beyond the baseline, in the unit of Vital; 0 for none
	Percent int // at this share of the baseline, in per cent: 130 for 1.3 times; 0 for none
	Limit   int // never nearer to normal than this, in the unit of Vital; 0 for none
	Back    int // distance from the limit at which it is over: AtLeast at limit - Back, Below at limit + Back
}

// Recheck asks for another cuff reading after one that violated the condition.
type Recheck struct {
	After time.Duration // since the reading; 0 for no request
}

// Escalation raises the priority of a condition that goes on. Whichever of its reasons comes first raises it. By After
// or Readings it stays up until the occurrence ends; by WhileHigh it falls back when the reason is gone.
type Escalation struct {
	After     time.Duration // since the occurrence became active; 0 for never
	Readings  int           // violating readings in a row, the first included; 0 for never
	WhileHigh bool          // as long as a physiological occurrence is High and nobody has acknowledged it
	During    []string      // only while one of these is among the marks of the [Context]; empty for always
	Sole      devices.Vital // only of a device that has measured this vital, while no other device does; 0 for any
	Priority  Priority      // raises the priority to this
}

// Trigger is what makes a technical condition true.
type Trigger uint8

// The triggers. Limits are the bounds of a physiological condition; each of the others is a declared technical cause.
const (
	Limits       Trigger = iota // a Bound is violated
	PortLost                    // port of a device gone or not to be opened
	DeviceSilent                // port open, no valid frame within the driver's silence limit
	SensorOff                   // sensor disconnected, off the patient, or defective
	SignalPoor                  // searching, motion or low perfusion: no usable value although the sensor is on
	FrameErrors                 // too many damaged frames
	CuffFailed                  // consecutive cuff cycles without a result
	DataFrozen                  // identical values and a flat pleth while the sensor is on
	SystemFault                 // a fault of the agent's surroundings, named by the shell with its condition id
	Lasting                     // other conditions, named in Of, last; each may take over from the other
	Reported                    // a person reports it, by one of Names
)

// ofDevice reports whether the trigger is about one device, so that each has a state machine of its own.
func (t Trigger) ofDevice() bool { return t >= PortLost && t <= DataFrozen }

// Condition is a declared alarm condition: all of them come from one list, for the engine, the console, the metrics
// and the documentation alike.
type Condition struct {
	ID          string // payload and subject word: lower-case letters, digits, underscores
	Title       string // for people, such as "Severe hypertension"
	Kind        Kind
	Trigger     Trigger
	Bounds      []Bound       // any of them or of Relative; for Trigger Limits only
	Relative    []Relative    // for Trigger Limits only
	Of          []string      // ids of the conditions that last; for Trigger Lasting only
	Names       []string      // what may be reported, each an occurrence of its own; for Trigger Reported only
	During      []string      // judged only while one of these is among the marks of the [Context]; empty for always
	Priority    Priority      // when it becomes active
	Hold        time.Duration // how long the violation must last before it is active; readings of a cuff need none
	AdjustHold  Adjust        // how far a session may change Hold, in milliseconds
	Readings    int           // how many violating readings in a row it takes to become active; 0 and 1 for one
	ClearHold   time.Duration // how long it must be over before the occurrence ends
	Recheck     Recheck       // cuff readings that a violating one asks for
	Escalations []Escalation
	Latching    bool   // at High: after its end it stays visible until acknowledged
	Source      string // where the numbers come from
}

// clone returns a copy that shares nothing with c.
func (c *Condition) clone() Condition {
	out := *c
	out.Bounds, out.Relative = slices.Clone(c.Bounds), slices.Clone(c.Relative)
	out.Of, out.Names, out.During = slices.Clone(c.Of), slices.Clone(c.Names), slices.Clone(c.During)
	out.Escalations = slices.Clone(c.Escalations)
	for i := range out.Escalations {
		out.Escalations[i].During = slices.Clone(out.Escalations[i].During)
	}
	return out
}
