package and_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
)

// stream is n results in a row.
func stream(n int) []byte { return bytes.Repeat(framed(realText), n) }

func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name  string
		chunk int
	}{{"whole reads", 138 * 32}, {"reads of 16 bytes", 16}} {
		b.Run(c.name, func(b *testing.B) {
			s, rx, now := session(b, devices.Settings{}), stream(32), devicetest.Start
			b.SetBytes(int64(len(rx)))
			b.ReportAllocs()
			for b.Loop() {
				for rest := rx; len(rest) > 0; rest = rest[min(c.chunk, len(rest)):] {
					s.Step(now, rest[:min(c.chunk, len(rest))])
				}
				now = now.Add(time.Microsecond)
			}
		})
	}
}

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
