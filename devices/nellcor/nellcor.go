package nellcor

import (
	"time"

	"bedside/devices"
)

// maxSilence is the silence limit of a device with a line every two seconds, oximeters.md section 0.
const maxSilence = 5 * time.Second

// doubt is how long bytes may arrive without a reading before a session says that it has none, so that the last one does
// not look current (our choice): three lines and the jitter of a USB line.
const doubt = 7 * time.Second

// Driver describes the Nellcor instruments that print real-time ASCII. A session only listens and never writes a byte: a
// Ctrl-C would stop the output. Rate is that of the N-65; all others send a line every two seconds. It is safe for
// concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:       "nellcor",
		Title:      "Nellcor oximeter, real-time ASCII",
		Kind:       devices.Oximeter,
		Line:       devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2},
		Rate:       1,
		Proof:      devices.BySimulator,
		Covered:    "NPB-290, NPB-295, N-395, N-560, N-595, N-600, N-600x, N-65",
		MaxSilence: maxSilence,
		NewSession: newSession,
	}
}
