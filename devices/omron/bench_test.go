package omron_test

import (
	"testing"
	"time"

	"bedside/devices/devicetest"
	"bedside/devices/omron"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// BenchmarkStep decodes lines. In real time one comes with each measurement.
func BenchmarkStep(b *testing.B) {
	var stream []byte
	for i := range 1024 {
		stream = append(stream, format5(measured{at: start.Add(time.Duration(i) * time.Minute), systolic: 110 + i%50, diastolic: 80, rate: 72})...)
	}
	devicetest.Benchmark(b, omron.Driver(), stream)
}
