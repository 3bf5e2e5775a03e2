package masimo

import (
	"time"

	"bedside/devices"
)

// maxSilence is the silence limit of a device with one line a second, oximeters.md section 0.
const maxSilence = 3 * time.Second

// doubt is how long bytes may arrive without a reading before a session says that it has none, so that the last one does
// not look current (our choice): three lines and the jitter of a USB line.
const doubt = 3500 * time.Millisecond

// Driver describes the Masimo instruments that send serial output ASCII 1. A session only listens and never writes a
// byte. It is safe for concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:       "masimo",
		Title:      "Masimo oximeter, ASCII 1",
		Kind:       devices.Oximeter,
		Line:       devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex},
		Rate:       1,
		Proof:      devices.BySimulator,
		Covered:    "Rad-5, Rad-8, Rad-87, Radical-7",
		MaxSilence: maxSilence,
		NewSession: newSession,
	}
}
