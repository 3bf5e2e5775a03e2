package fivebyte_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/fivebyte"
)

// mostPending is what a session holds at most: seven frames that do not count yet, and one that is not ended.
const mostPending = 8 * 5

func TestConformance(t *testing.T) {
	devicetest.Run(t, fivebyte.Driver(), "testdata", devicetest.Pending(mostPending))
}

func FuzzSession(f *testing.F) {
	devicetest.Fuzz(f, fivebyte.Driver(), "testdata", devicetest.Pending(mostPending))
}

func TestAnUnknownVariantIsRefused(t *testing.T) {
	_, err := fivebyte.Driver().NewSession(devices.Settings{Variant: "smiths"})
	require.ErrorIs(t, err, fivebyte.ErrVariant)
}
