package terumo

import (
	"errors"
	"fmt"

	"bedside/devices"
)

// Variants of the line; cuffs.md section 11 gives both speeds.
const (
	slow = "9600"
	fast = "19200"
)

// ErrVariant is why a session was not opened: the settings name a variant that the family does not have.
var ErrVariant = errors.New("terumo: no such variant")

// Driver describes the Terumo monitors that send a frame after each measurement. A session only listens: it never writes a
// byte, and takes no orders. The device may be quiet for ever, hence no MaxSilence. It is safe for concurrent use.
func Driver() devices.Driver {
	at := func(baud int) devices.Line {
		return devices.Line{Baud: baud, DataBits: 8, Parity: devices.NoParity, StopBits: 1}
	}
	return devices.Driver{
		Name:     "terumo",
		Title:    "Terumo blood-pressure monitor, overheard",
		Kind:     devices.Cuff,
		Line:     at(9600),
		Variants: []devices.Variant{{Name: slow, Line: at(9600)}, {Name: fast, Line: at(19200)}},
		Vitals:   []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean, devices.PulseRate},
		Proof:    devices.BySimulator,
		Covered:  "Terumo BP-500, BR-500",

		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	switch set.Variant {
	case "", slow, fast:
		return &session{}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrVariant, set.Variant)
}
