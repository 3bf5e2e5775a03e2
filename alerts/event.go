package alerts

import (
	"time"

	"bedside/devices"
)

// Change is what happened to an occurrence.
type Change uint8

// The changes of the public contract.
const (
	Raised       Change = iota + 1 // a new occurrence is active
	Updated                        // still active, another value is the worst so far
	Escalated                      // its priority went up
	Deescalated                    // its priority went down
	Acknowledged                   // a person has seen it
	Latched                        // the violation is over; the occurrence waits for acknowledgement
	Ended                          // the violation is over and the occurrence with it
	Reset                          // a latched occurrence was acknowledged and is over
)

var changeNames = [...]string{
	"unknown", "raised", "updated", "escalated", "deescalated", "acknowledged", "latched", "ended", "reset",
}

// String returns the payload word, such as "raised".
func (c Change) String() string { return changeNames[min(int(c), len(changeNames)-1)] }

// State is the state of an occurrence.
type State uint8

// The states of the public contract. A pending condition has no occurrence yet and is not published.
const (
	Inactive State = iota
	Active
	LatchedState
)

// String returns the payload word, such as "active".
func (s State) String() string {
	return [...]string{"inactive", "active", "latched"}[min(s, LatchedState)]
}

// Alert is one occurrence of a condition: one continuous period in which it is true.
type Alert struct {
	Occurrence     string // condition id, a dash, and a number that never repeats in this room
	Condition      string
	Title          string
	Kind           Kind
	Priority       Priority
	State          State
	Device         string // the device it is about; empty for faults of the surroundings
	Since          time.Time
	Acknowledged   bool
	AcknowledgedBy string
	HasValue       bool // Vital, Value, Limit and Side are set
	Vital          devices.Vital
	Value          int  // the value that changed the alert last
	Limit          int  // the limit that fired
	Side           Side // on which the limit is violated
	HasBaseline    bool // Baseline is the person's own value of Vital
	Baseline       int
	Signal         Signal    // what people perceive of it
	SilentUntil    time.Time // when a signal that is not on sounds again; zero if that has no moment
	Called         []string  // who or what was called because nobody acknowledged it, in order; never changed in place
	Text           string
}

// Effect is something that the shell is asked to do because of what was judged.
type Effect struct {
	Kind      EffectKind
	Condition string        // that asks for it
	After     time.Duration // from now
}

// EffectKind is what is asked for.
type EffectKind uint8

// The effects.
const (
	// AskCuff asks for a cuff reading After the one that was just judged. A later one of the same condition replaces it.
	AskCuff EffectKind = iota + 1
	// Remind asks for a brief cue that something is silenced.
	Remind
	// SuspensionOver asks to tell that the signals of Condition are back: nobody did it, their suspension has ended.
	SuspensionOver
)

// Event is a change of one occurrence, with its state after the change.
type Event struct {
	Change Change
	Alert  Alert
}
