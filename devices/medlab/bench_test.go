package medlab_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices/devicetest"
	"bedside/devices/medlab"
)

// stream is n results in a row.
func stream(n int) []byte { return bytes.Repeat(resultPacket(120, 80, 93, 72, 0), n) }

// BenchmarkStep decodes results, and the pressures of a measurement. In real time five packets come a second at most.
func BenchmarkStep(b *testing.B) {
	b.Run("results", func(b *testing.B) { devicetest.Benchmark(b, medlab.Driver(), stream(128)) })
	b.Run("pressures", func(b *testing.B) {
		devicetest.Benchmark(b, medlab.Driver(), bytes.Repeat(packet("120C0S3"), 128))
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	_, frames := devicetest.SteadyState(t, medlab.Driver(), 50*time.Millisecond, stream(8))
	assert.Equal(t, 8*devicetest.Steps, frames)
}
