package and_test

import (
	"testing"

	"bedside/devices/and"
	"bedside/devices/devicetest"
)

// longest is what may wait for the rest of a frame.
const longest = 200

func TestConformance(t *testing.T) {
	devicetest.Run(t, and.Driver(), "testdata", devicetest.Pending(longest))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, and.Driver(), "testdata", devicetest.Pending(longest))
}
