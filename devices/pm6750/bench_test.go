package pm6750_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
)

// stream is n seconds of a board: parameters, and 50 samples of the wave.
func stream(n int) []byte {
	var rx []byte
	for i := range n {
		rx = append(rx, frame(4, 0, 97, byte(70+i%5))...)
		for k := range 50 {
			rx = append(rx, sample(byte(k))...)
		}
	}
	return rx
}

// BenchmarkStep decodes a calm stream. In real time 310 bytes arrive a second.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name  string
		chunk int
	}{{"read=4096", 4096}, {"read=64", 64}, {"read=7", 7}} {
		b.Run(c.name, func(b *testing.B) {
			s, rx, now := session(b, devices.Settings{}), stream(64), epoch
			b.SetBytes(int64(len(rx)))
			b.ReportAllocs()
			for b.Loop() {
				for rest := rx; len(rest) > 0; rest = rest[min(c.chunk, len(rest)):] {
					s.Step(now, rest[:min(c.chunk, len(rest))])
				}
				now = now.Add(time.Millisecond)
			}
		})
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	s, rx, now := session(t, devices.Settings{}), stream(2), epoch
	step := func() {
		now = now.Add(50 * time.Millisecond)
		if out := s.Step(now, rx); out.Frames != 102 {
			t.Fatalf("%d frames, want 102", out.Frames)
		}
	}
	for range 4 {
		step()
	}
	assert.Zero(t, testing.AllocsPerRun(200, step))
}
