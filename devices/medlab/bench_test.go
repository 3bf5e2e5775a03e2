package medlab_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
)

// stream is n results in a row.
func stream(n int) []byte { return bytes.Repeat(resultPacket(120, 80, 93, 72, 0), n) }

func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name  string
		rx    []byte
		chunk int
	}{
		{"whole reads", stream(128), 4096},
		{"reads of 7 bytes", stream(128), 7},
		{"live packets", bytes.Repeat(packet("120C0S3"), 128), 4096},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, now := session(b, devices.Settings{}), epoch
			b.SetBytes(int64(len(c.rx)))
			b.ReportAllocs()
			for b.Loop() {
				for rest := c.rx; len(rest) > 0; rest = rest[min(c.chunk, len(rest)):] {
					s.Step(now, rest[:min(c.chunk, len(rest))])
				}
				now = now.Add(time.Millisecond)
			}
		})
	}
}

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
	step()
	assert.Zero(t, testing.AllocsPerRun(200, step))
}
