package nellcor_test

import (
	"testing"
	"time"

	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

// BenchmarkStep decodes a calm stream. In real time a line of 63 bytes comes every two seconds.
func BenchmarkStep(b *testing.B) {
	var stream []byte
	for i := range 1024 {
		stream = append(stream, line(start.Add(time.Duration(i)*time.Second), says{rate: 70 + i/3%4, sat: 97, amplitude: 25})...)
	}
	devicetest.Benchmark(b, nellcor.Driver(), stream)
}
