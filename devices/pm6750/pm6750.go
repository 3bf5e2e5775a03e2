package pm6750

import (
	"errors"
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// The initial cuff pressures of an adult, in mmHg (oximeters.md section 6). The line carries half of it.
const (
	minTarget = 40
	maxTarget = 300
)

// ErrTarget is why a session was not opened: the initial pressure of the settings is not an even number of 40 to 300 mmHg.
var ErrTarget = errors.New("pm6750: initial pressure must be 0 or an even number from 40 to 300 mmHg")

// Driver returns the driver of the Berry PM6750 board.
func Driver() devices.Driver {
	sensor := []devices.Vital{devices.PulseRate, devices.SpO2, devices.Pleth}
	arm := []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean}
	return devices.Driver{
		Name:   "pm6750",
		Title:  "Berry PM6750 board: oximeter and cuff",
		Kind:   devices.Oximeter,
		Line:   devices.Line{Baud: 115200, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals: append(append([]devices.Vital{}, sensor...), arm...),
		Rate:   1,
		Starts: true,
		Proof:  devices.BySimulator,
		Parts: []devices.Part{
			{Kind: devices.Oximeter, Vitals: sensor, Rate: 1},
			{Kind: devices.Cuff, Vitals: arm, Starts: true},
		},

		Covered: "Berry PM6750 board; appears as two devices",
		Vents:   "the board's own time limit, which it reports as state 5 (cuffs.md section 9a, which does not say how long it is)",

		// After enabling, a packet should arrive within 2 s, else the board is dead; cuffs.md section 9a.
		MaxSilence: 2 * time.Second,
		NewSession: newSession,
	}
}

func newSession(set devices.Settings) (devices.Session, error) {
	if p := set.InitialPressure; p != 0 && (p < minTarget || p > maxTarget || p%targetStep != 0) {
		return nil, fmt.Errorf("%w, not %d", ErrTarget, p)
	}
	s := &session{guard: cuff.NewGuard(set), target: set.InitialPressure, ours: set.AllowStart}
	s.want.stop = set.AllowStart
	return s, nil
}
