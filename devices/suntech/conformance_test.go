package suntech_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/suntech"
)

// longest is the longest frame of the module, the version text.
const longest = 67

func TestConformance(t *testing.T) {
	devicetest.Run(t, suntech.Driver(), "testdata", devicetest.Pending(longest))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, suntech.Driver(), "testdata", devicetest.Pending(longest))
}
