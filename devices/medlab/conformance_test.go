package medlab_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/medlab"
)

// longest is what the receiver holds at most: an unfinished packet.
const longest = 96

func TestConformance(t *testing.T) {
	devicetest.Run(t, medlab.Driver(), "testdata", devicetest.Pending(longest))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, medlab.Driver(), "testdata", devicetest.Pending(longest))
}
