package suntech

import (
	"errors"
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// The initial inflation targets that the driver accepts, in mmHg: the range for which frames are documented (cuffs.md
// section 1).
const (
	minInflation = 120
	maxInflation = 200
)

// ErrInflation is why a session was not opened: the initial pressure of the settings is outside 120..200 mmHg.
var ErrInflation = errors.New("suntech: initial pressure must be 0 or 120 to 200 mmHg")

// Driver returns the driver of SunTech Advantage and A+ modules.
func Driver() devices.Driver {
	return devices.Driver{
		Name:   "suntech",
		Title:  "SunTech Advantage blood-pressure module",
		Kind:   devices.Cuff,
		Line:   devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean, devices.PulseRate},
		Starts: true,
		Asks:   devices.AsksFreely, // module data, self-test, pressure: cuffs.md has no device that takes any of it for an order
		Proof:  devices.BySimulator,

		Covered: "SunTech Advantage, Advantage A+ (OEM modules)",
		Vents:   "the module's safety processor, after about 130 s or at 300 mmHg (cuffs.md section 1, inferred)",

		// Three polls of the idle module and a second for their answers; three periods is the rule of cuffs.md section 14.7.
		MaxSilence: 3*idlePoll + time.Second,
		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	if p := set.InitialPressure; p != 0 && (p < minInflation || p > maxInflation) {
		return nil, fmt.Errorf("%w, not %d", ErrInflation, p)
	}
	s := &session{inflation: set.InitialPressure, guard: cuff.NewGuard(set), phase: opening}
	s.pace.Planned = askModule
	return s, nil
}
