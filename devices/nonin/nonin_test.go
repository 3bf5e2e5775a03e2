package nonin_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/nonin"
)

// A session holds at most the longest packet of format 13 that it takes, less one byte.
const mostPending = 38

func TestConformance(t *testing.T) {
	devicetest.Run(t, nonin.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, nonin.Driver(), "testdata", devicetest.Pending(mostPending))
}
