package dinamap_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
)

// longest is what may wait for its line end.
const longest = 256

func TestConformance(t *testing.T) {
	devicetest.Run(t, dinamap.Driver(), "testdata", devicetest.Pending(longest))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, dinamap.Driver(), "testdata", devicetest.Pending(longest))
}
