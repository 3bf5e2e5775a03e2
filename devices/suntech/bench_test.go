package suntech_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/suntech"
)

// stream is n result frames in a row.
func stream(n int) []byte { return bytes.Repeat(resultFrame(120, 80, 93, 72, 0), n) }

func session(t testing.TB, set devices.Settings) devices.Session {
	t.Helper()
	s, err := suntech.Driver().NewSession(set)
	require.NoError(t, err)
	return s
}

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, suntech.Driver(), stream(128)) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	s, rx, now := session(t, devices.Settings{}), stream(8), epoch
	step := func() {
		now = now.Add(50 * time.Millisecond)
		out := s.Step(now, rx)
		if out.Frames != 8 {
			t.Fatalf("%d frames, want 8", out.Frames)
		}
	}
	step()
	assert.Zero(t, testing.AllocsPerRun(200, step))
}
