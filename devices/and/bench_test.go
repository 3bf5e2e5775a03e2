package and_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/devicetest"
)

// stream is n results in a row.
func stream(n int) []byte { return bytes.Repeat(framed(realText), n) }

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, and.Driver(), stream(128)) }

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
