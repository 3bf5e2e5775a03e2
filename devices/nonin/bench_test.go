package nonin_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nonin"
)

// BenchmarkStep decodes a calm stream of each format that can be told from bytes alone. In real time 375 bytes arrive a
// second in formats 2 and 7, and 17 to 25 in the others.
func BenchmarkStep(b *testing.B) {
	run := func(name string, stream []byte) {
		b.Run(name, func(b *testing.B) { devicetest.Benchmark(b, nonin.Driver(), stream) })
	}
	for _, format := range []int{2, 7} {
		o := &oximeter{format: format}
		var stream []byte
		for range 1024 {
			stream = append(stream, o.bytes(numbers{rate: 70 + o.timer/3%20, sat: 97})...)
		}
		run(fmt.Sprintf("format=%d", format), stream)
	}
	run("format=13", append(bytes.Clone(spots[0]), spots[1]...))
	run("text", append(bytes.Clone(line), "SPO2=098 HR=073 F\r\n"...))
	run("text with a clock", []byte("12:34:56 SPO2=098 HR=073\r\n"))
}

// BenchmarkSlow decodes the formats that are told by their pauses, a frame a Step as they come. In real time 3 or 4 bytes
// arrive a second.
func BenchmarkSlow(b *testing.B) {
	for _, bm := range []struct {
		name string
		rx   []byte
	}{
		{"format=1/read=3", short},
		{"format=8/read=4", four},
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
