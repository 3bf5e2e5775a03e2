package dinamap_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices/devicetest"
	"bedside/devices/dinamap"
)

// stream is n replies in a row.
func stream(n int) []byte { return bytes.Repeat(checked(" NA1000012120080093"), n) }

// BenchmarkStep decodes results. In real time one comes a second at most.
func BenchmarkStep(b *testing.B) { devicetest.Benchmark(b, dinamap.Driver(), stream(128)) }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	_, frames := devicetest.SteadyState(t, dinamap.Driver(), time.Microsecond, stream(8))
	assert.Equal(t, 8*devicetest.Steps, frames)
}
