package nellcor_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

// A session holds at most the longest line it takes, without its end.
const mostPending = 256

func TestConformance(t *testing.T) {
	devicetest.Run(t, nellcor.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, nellcor.Driver(), "testdata", devicetest.Pending(mostPending))
}
