package terumo_test

import (
	"fmt"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/terumo"
)

// BenchmarkStep decodes frames, cut into reads of several sizes. In real time one comes with each measurement.
func BenchmarkStep(b *testing.B) {
	for _, size := range []int{16, 65, 4096} {
		b.Run(fmt.Sprintf("read=%d", size), func(b *testing.B) { benchmark(b, size) })
	}
}

func benchmark(b *testing.B, size int) {
	const block = 65 * 4096 // a whole number of frames and of reads
	var stream []byte
	for i := 0; len(stream) < block; i++ {
		stream = append(stream, result(measured{at: start.Add(time.Duration(i) * time.Second), systolic: 110 + i%50, diastolic: 80, mean: 90, rate: 72})...)
	}
	s, err := terumo.Driver().NewSession(devices.Settings{})
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

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
