package alerts

import (
	"time"

	"bedside/devices"
)

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

// Context is where the session stands and what this person's own baseline is. It stays until the next one. The zero value
// says that there is no session: relative limits and conditions with [Condition.During] then rest.
type Context struct {
	Marks    []string              // words for the phase and for what else is the case, compared with [Condition.During]
	Baseline map[devices.Vital]int // in the unit of the vital; one that is not there is not known
	// Tighter moves the absolute limits of a vital towards normal by so many units, because there is no baseline to judge by.
	Tighter map[devices.Vital]int
}

// Symptom is a person's report that one of [Condition.Names] is seen.
type Symptom struct {
	Name string // others are ignored
	By   string // who: name or initials of staff
}

// SymptomOver is a person's report that it is seen no longer.
type SymptomOver struct{ Name string }

// PauseAudio silences what sounds now, for a while: it goes on to show. What gets worse breaks it, and a new High occurrence.
type PauseAudio struct {
	For time.Duration // at most [MaxAudioPause]; 0 for [DefaultAudioPause]
	By  string        // who: name or initials of staff, not empty
}

// PauseAlarms keeps all signals about the patient back for a while, such as for a walk to the bathroom. Technical ones go
// on, but for those of the sensor if Sensor says that it is being handled. What gets worse breaks it, and a new High
// occurrence.
type PauseAlarms struct {
	For    time.Duration // at most [MaxAlarmPause]
	Sensor bool
	By     string
	Reason string // not empty
}

// Resume ends both pauses.
type Resume struct{ By string }

// SwitchOff keeps the signals of one condition back: suspends them For a while, after which they come back by themselves, or until
// the session ends. What can be High cannot be switched off.
type SwitchOff struct {
	Condition string
	By        string
	Reason    string        // not empty
	For       time.Duration // from [MinSuspension] to [MaxSuspension]; 0: until the session ends
}

// SwitchOn ends a SwitchOff.
type SwitchOn struct {
	Condition string
	By        string
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
func (Context) isInput()     {}
func (Symptom) isInput()     {}
func (SymptomOver) isInput() {}
func (PauseAudio) isInput()  {}
func (PauseAlarms) isInput() {}
func (Resume) isInput()      {}
func (SwitchOff) isInput()   {}
func (SwitchOn) isInput()    {}
func (Tick) isInput()        {}
