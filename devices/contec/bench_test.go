package contec_test

import (
	"testing"

	"bedside/devices/contec"
	"bedside/devices/devicetest"
)

// BenchmarkStep decodes a calm pulse. In real time 540 bytes arrive a second.
func BenchmarkStep(b *testing.B) {
	var stream []byte
	for n := range 4096 {
		v := still
		v.rate = 70 + n/60%20
		stream = v.packet(stream, byte(n*5))
	}
	devicetest.Benchmark(b, contec.Driver(), stream)
}
