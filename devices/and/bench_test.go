package and_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices/and"
	"bedside/devices/devicetest"
)

// stream is n results in a row.
func stream(n int) []byte { return bytes.Repeat(framed(realText), n) }

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, and.Driver(), stream(128)) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	_, frames := devicetest.SteadyState(t, and.Driver(), time.Microsecond, stream(8))
	assert.Equal(t, 8*devicetest.Steps, frames)
}
