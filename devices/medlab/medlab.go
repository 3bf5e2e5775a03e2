package medlab

import (
	"errors"
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// ErrInflation is why a session was not opened: the initial pressure of the settings is none that the module knows.
var ErrInflation = errors.New("medlab: initial pressure must be 0, 100, 120, 140, 160 or 180 mmHg")

// Driver returns the driver of the Medlab family of ASCII modules.
func Driver() devices.Driver {
	return devices.Driver{
		Name:   "medlab",
		Title:  "Medlab-family blood-pressure module",
		Kind:   devices.Cuff,
		Line:   devices.Line{Baud: 4800, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals: []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean, devices.PulseRate},
		Starts: true,
		Asks:   devices.AsksFreely, // the result of the last cycle: at 4800 baud cuffs.md has no device that takes it for an order
		Proof:  devices.BySimulator,

		Covered: "SINNOR N6, UN300C (ABATON)",
		Vents: "the module's own limit, of which no document of the family speaks; the general standard asks for 180 s and " +
			"300 mmHg (cuffs.md section 14)",

		// Three polls of the idle module and a second for their answers; three periods is the rule of cuffs.md section 14.7.
		MaxSilence: 3*idlePoll + time.Second,
		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	if p := set.InitialPressure; p != 0 && inflations(p) == "" {
		return nil, fmt.Errorf("%w, not %d", ErrInflation, p)
	}
	s := &session{inflation: set.InitialPressure, guard: cuff.NewGuard(set)}
	s.pace.Planned = hear
	return s, nil
}
