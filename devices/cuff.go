package devices

import (
	"errors"
	"time"
)

// CuffPhase is what a cuff is doing.
type CuffPhase uint8

// The phases of a cuff cycle. Deflating is reported only where the device tells it apart.
const (
	CuffIdle CuffPhase = iota + 1
	CuffInflating
	CuffDeflating
	CuffDone   // the cycle ended with a result, which is in a Reading of the same Output
	CuffFailed // the cycle ended without a result; Class says why
)

var cuffPhases = [...]string{
	CuffIdle: "idle", CuffInflating: "inflating", CuffDeflating: "deflating", CuffDone: "done", CuffFailed: "failed",
}

// String returns the word used in payloads, such as "inflating".
func (p CuffPhase) String() string { return word(cuffPhases[:], int(p)) }

// Busy reports whether air may be in the cuff.
func (p CuffPhase) Busy() bool { return p == CuffInflating || p == CuffDeflating }

// CuffClass is why a cuff cycle gave no result: one vocabulary for the error codes of every device family.
type CuffClass uint8

// The classes. A device's own code travels beside the class in [CuffState].Code.
const (
	CuffWeak          CuffClass = iota + 1 // weak or absent oscillometric signal
	CuffMotion                             // artefact, erratic signal
	CuffRange                              // pressure outside the range of the device
	CuffTimeout                            // measuring time exceeded
	CuffLeak                               // leak or loose cuff
	CuffBlocked                            // pneumatic blockage
	CuffOverpressure                       // too much pressure in the cuff
	CuffAborted                            // stopped by a person or by the host
	CuffIndeterminate                      // no result, or a code that no document explains
	CuffUnderinflated                      // not inflated far enough
	CuffMismatch                           // cuff does not fit the patient mode
	CuffHardware                           // supply, transducer, calibration or self-test
	CuffNoAnswer                           // the device did not answer in time; found by the driver
)

var cuffClasses = [...]string{
	CuffWeak: "weak", CuffMotion: "motion", CuffRange: "range", CuffTimeout: "timeout", CuffLeak: "leak",
	CuffBlocked: "blocked", CuffOverpressure: "overpressure", CuffAborted: "aborted",
	CuffIndeterminate: "indeterminate", CuffUnderinflated: "underinflated", CuffMismatch: "mismatch",
	CuffHardware: "hardware", CuffNoAnswer: "no_answer",
}

// String returns the word used in payloads, such as "leak".
func (c CuffClass) String() string { return word(cuffClasses[:], int(c)) }

// CuffState is a change of what the cuff does, or a new momentary pressure.
type CuffState struct {
	At          time.Time
	Phase       CuffPhase
	Pressure    int  // mmHg, momentary; only if HasPressure
	HasPressure bool // false where the device does not tell, or said "not available"
	Class       CuffClass
	Code        int // the device's own code behind Class, 0 if it gave none
}

// Command is an order to a device.
type Command uint8

// The orders there are. Nothing here calibrates, or drives a pump or a valve: the project never sends such bytes.
const (
	CuffStart Command = iota + 1 // begin one measurement
	CuffStop                     // end the measurement and release the air, now
)

var commandNames = [...]string{CuffStart: "cuff-start", CuffStop: "cuff-stop"}

// String returns the verb of the command, such as "cuff-start".
func (c Command) String() string { return word(commandNames[:], int(c)) }

// Why a [Commander] refuses. The device has been sent nothing.
var (
	ErrStartNotAllowed = errors.New("cuff may only be started by staff: configure start: agent to allow it")
	ErrCuffBusy        = errors.New("cuff is measuring")
	ErrCuffTooSoon     = errors.New("cuff was used less than a minute ago")
	ErrNotReady        = errors.New("device has not answered yet")
	ErrUnsupported     = errors.New("device does not take this command")
)

// Commander is a [Session] that takes orders.
type Commander interface {
	// Command returns the bytes to write for c, or why it is refused: one of the errors above. CuffStop is never
	// refused for timing. An order that moves air is sent once; the session never repeats it by itself.
	Command(now time.Time, c Command) (Output, error)
}
