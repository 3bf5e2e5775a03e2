package contec_test

import (
	"testing"

	"bedside/devices/contec"
	"bedside/devices/devicetest"
)

// A session holds one packet of live data at most, while it waits for the byte that shows that it was whole.
const mostPending = 9

// Noise between packets is made of bytes that start no packet. A byte with bit 7 is no such noise: after a whole packet
// it says that the packet got a byte too many, and then the packet is given up.
var noise = devicetest.Noise(0x00, 0x16, 0x5A, 0x7C)

func TestConformance(t *testing.T) {
	devicetest.Run(t, contec.Driver(), "testdata", devicetest.Pending(mostPending), noise)
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, contec.Driver(), "testdata", devicetest.Pending(mostPending))
}
