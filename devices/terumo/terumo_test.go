package terumo_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/terumo"
)

// mostPending is what a session holds at most, our bound for a message.
const mostPending = 80

func TestConformance(t *testing.T) {
	devicetest.Run(t, terumo.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, terumo.Driver(), "testdata", devicetest.Pending(mostPending))
}
