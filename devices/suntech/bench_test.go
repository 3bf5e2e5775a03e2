package suntech_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices/devicetest"
	"bedside/devices/suntech"
)

// stream is n result frames in a row.
func stream(n int) []byte { return bytes.Repeat(resultFrame(120, 80, 93, 72, 0), n) }

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, suntech.Driver(), stream(128)) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	_, frames := devicetest.SteadyState(t, suntech.Driver(), 50*time.Millisecond, stream(8))
	assert.Equal(t, 8*devicetest.Steps, frames)
}
