package masimo_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/masimo"
)

// A session holds at most the longest line it takes, without its end.
const mostPending = 256

func TestConformance(t *testing.T) {
	devicetest.Run(t, masimo.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, masimo.Driver(), "testdata", devicetest.Pending(mostPending))
}
