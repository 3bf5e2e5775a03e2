package pm6750_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/pm6750"
)

func TestConformance(t *testing.T) { devicetest.Run(t, pm6750.Driver(), "testdata") }

func FuzzSession(f *testing.F) { devicetest.Fuzz(f, pm6750.Driver(), "testdata") }
