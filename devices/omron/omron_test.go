package omron_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/omron"
)

// mostPending is what a session holds at most, our bound for a message.
const mostPending = 256

func TestConformance(t *testing.T) {
	devicetest.Run(t, omron.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, omron.Driver(), "testdata", devicetest.Pending(mostPending))
}
