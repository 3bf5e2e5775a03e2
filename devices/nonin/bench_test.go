package nonin_test

import (
	"fmt"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/nonin"
)

// BenchmarkStep decodes a calm stream, cut into reads of several sizes. In real time 375 bytes arrive a second.
func BenchmarkStep(b *testing.B) {
	for _, format := range []int{2, 7} {
		for _, size := range []int{5, 125, 4096} {
			b.Run(fmt.Sprintf("format=%d/read=%d", format, size), func(b *testing.B) { benchmark(b, format, size) })
		}
	}
}

func benchmark(b *testing.B, format, size int) {
	const block = 125 * 4096 // a whole number of packets and of reads of 4096 bytes
	o := &oximeter{format: format}
	stream := make([]byte, 0, block)
	for len(stream) < block {
		stream = append(stream, o.bytes(numbers{rate: 70 + o.timer/3%20, sat: 97})...)
	}
	s, err := nonin.Driver().NewSession(devices.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at, readings := 0, 0
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
