package dinamap_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
)

// stream is n replies in a row.
func stream(n int) []byte { return bytes.Repeat(checked(" NA1000012120080093"), n) }

func session(t testing.TB, set devices.Settings) devices.Session {
	t.Helper()
	s, err := dinamap.Driver().NewSession(set)
	require.NoError(t, err)
	return s
}

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, dinamap.Driver(), stream(128)) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	s, rx, now := session(t, devices.Settings{}), stream(8), devicetest.Start
	step := func() {
		now = now.Add(time.Microsecond)
		if out := s.Step(now, rx); out.Frames != 8 {
			t.Fatalf("%d frames, want 8", out.Frames)
		}
	}
	step()
	assert.Zero(t, testing.AllocsPerRun(200, step))
}
