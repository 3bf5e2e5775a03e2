package masimo_test

import (
	"testing"
	"time"

	"bedside/devices/devicetest"
	"bedside/devices/masimo"
)

// BenchmarkStep decodes a calm stream. In real time one line of 127 bytes comes a second.
func BenchmarkStep(b *testing.B) {
	var stream []byte
	for i := range 1024 {
		stream = append(stream, line(start.Add(time.Duration(i)*time.Second), says{rate: 70 + i/3%4, sat: 97, perfusion: 250})...)
	}
	devicetest.Benchmark(b, masimo.Driver(), stream)
}
