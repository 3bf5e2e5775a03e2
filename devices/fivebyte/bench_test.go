package fivebyte_test

import (
	"fmt"
	"testing"
	"time"

	"bedside/devices"
	"bedside/devices/fivebyte"
)

// BenchmarkStep decodes a calm pulse, cut into reads of several sizes. In real time 300 or 500 bytes arrive a second.
func BenchmarkStep(b *testing.B) {
	for _, size := range []int{5, 64, 4096} {
		b.Run(fmt.Sprintf("read=%d", size), func(b *testing.B) { benchmark(b, size) })
	}
}

func benchmark(b *testing.B, size int) {
	const block = 5 * 4096 // a whole number of frames and of reads of each size
	var stream []byte
	for n := 0; len(stream) < block; n++ {
		stream = shown{rate: 70 + n/60%20, sat: 97, pleth: byte(n*5) & 0x7F}.frame(stream)
	}
	s, err := fivebyte.Driver().NewSession(devices.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	now := start
	at, readings := 0, 0
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		readings += len(s.Step(now, stream[at:at+size]).Readings)
		if at += size; at == len(stream) {
			at = 0
		}
	}
	if b.Elapsed() > 100*time.Millisecond && readings == 0 {
		b.Fatal("no readings")
	}
}
