package nellcor_test

import (
	"fmt"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/nellcor"
)

// BenchmarkStep decodes a calm stream, cut into reads of several sizes. In real time a line of 63 bytes comes every two seconds.
func BenchmarkStep(b *testing.B) {
	for _, size := range []int{16, 63, 4096} {
		b.Run(fmt.Sprintf("read=%d", size), func(b *testing.B) { benchmark(b, size) })
	}
}

func benchmark(b *testing.B, size int) {
	const block = 63 * 4096 // a whole number of lines and of reads
	var stream []byte
	for i := 0; len(stream) < block; i++ {
		stream = append(stream, line(start.Add(time.Duration(i)*time.Second), says{rate: 70 + i/3%4, sat: 97, amplitude: 25})...)
	}
	s, err := nellcor.Driver().NewSession(devices.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	now, at, readings := start, 0, 0
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		end := min(at+size, len(stream))
		now = now.Add(time.Millisecond)
		readings += len(s.Step(now, stream[at:end]).Readings)
		if at = end; at == len(stream) {
			at = 0
		}
	}
	if b.Elapsed() > 100*time.Millisecond && readings == 0 {
		b.Fatal("no readings")
	}
}
