package pm6750_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/pm6750"
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
	_, frames := devicetest.SteadyState(t, pm6750.Driver(), 50*time.Millisecond, stream(2))
	assert.Equal(t, 102*devicetest.Steps, frames)
}
