package nonin_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/nonin"
)

// A session holds at most the proof of format 7, three frames, less one byte.
const mostPending = 14

func TestConformance(t *testing.T) {
	devicetest.Run(t, nonin.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, nonin.Driver(), "testdata", devicetest.Pending(mostPending))
}
