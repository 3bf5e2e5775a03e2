package fivebyte_test

import (
	"testing"

	"bedside/devices/devicetest"
	"bedside/devices/fivebyte"
)

// BenchmarkStep decodes a calm pulse. In real time 300 or 500 bytes arrive a second.
func BenchmarkStep(b *testing.B) {
	var stream []byte
	for n := range 4096 {
		stream = shown{rate: 70 + n/60%20, sat: 97, pleth: byte(n*5) & 0x7F}.frame(stream)
	}
	devicetest.Benchmark(b, fivebyte.Driver(), stream)
}
