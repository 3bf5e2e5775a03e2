package alerts

import "bedside/devices"

// Input is something that happened: one of the types below.
type Input interface{ isInput() }

// Observed is a reading of a device. It is proof that the device is there.
type Observed struct {
	Device  string
	Reading *devices.Reading // read during Step, not kept
}

// SourceLost says that a device cannot be heard. It never ends or starts a physiological condition.
type SourceLost struct {
	Device string
	Cause  Trigger // PortLost or DeviceSilent
	Reason string  // in words, for the alert's text; such as "unplugged" or "permission denied"
}

// SourceBack says that a device can be heard again: the port is open and valid frames arrive.
type SourceBack struct{ Device string }

// LineQuality is a count of what a device's line carried since the last LineQuality of that device.
type LineQuality struct {
	Device      string
	Good, Bad   int  // frames that passed their check, and faults
	PlethMoving bool // the pleth wave changed; true where the device has none
}

// CuffChanged is a change of state of a cuff.
type CuffChanged struct {
	Device string
	State  devices.CuffState
}

// Fault raises or ends a condition of the agent's surroundings, such as "broker_lost".
type Fault struct {
	Condition string // ID of a declared condition with Trigger SystemFault; others are ignored
	Active    bool
	Text      string // what is wrong and what to do, for the alert's text
}

// Acknowledge marks one occurrence as seen by a person. It never changes the condition itself; a latched occurrence
// ends by it.
type Acknowledge struct {
	Occurrence string
	By         string // who: name or initials of staff, not empty
}

// Tick is the passing of time alone.
type Tick struct{}

func (Observed) isInput()    {}
func (SourceLost) isInput()  {}
func (SourceBack) isInput()  {}
func (LineQuality) isInput() {}
func (CuffChanged) isInput() {}
func (Fault) isInput()       {}
func (Acknowledge) isInput() {}
func (Tick) isInput()        {}
