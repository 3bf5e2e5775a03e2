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

// BenchmarkSlow decodes the formats that speak once a second or less, a frame a Step as they come, and text and replayed
// spot checks in reads of 4096 bytes. In real time 3 to 25 bytes arrive a second.
func BenchmarkSlow(b *testing.B) {
	fill := func(frames ...[]byte) []byte {
		var rx []byte
		for i := 0; len(rx)+40 < 4096; i++ {
			rx = append(rx, frames[i%len(frames)]...)
		}
		return rx
	}
	for _, bm := range []struct {
		name string
		rx   []byte
	}{
		{"format=1/read=3", short},
		{"format=8/read=4", four},
		{"format=13/read=22", spots[0]},
		{"format=13/read=4096", fill(spots[0], spots[1])},
		{"text/read=17", line},
		{"text/read=4096", fill(line, []byte("SPO2=098 HR=073 F\r\n"))},
		{"text with a clock/read=4096", fill([]byte("12:34:56 SPO2=098 HR=073\r\n"))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			s, err := nonin.Driver().NewSession(devices.Settings{})
			if err != nil {
				b.Fatal(err)
			}
			now, frames := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 0
			b.SetBytes(int64(len(bm.rx)))
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Second)
				frames += s.Step(now, bm.rx).Frames
			}
			if b.Elapsed() > 100*time.Millisecond && frames < 100 {
				b.Fatal("no frames")
			}
		})
	}
}
