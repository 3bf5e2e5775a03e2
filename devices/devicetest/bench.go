package devicetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"bedside/devices"
)

// Benchmark measures how fast a session of d decodes a stream over and over, in reads of 4096 bytes and of 16, one a
// millisecond of its clock. The stream is a whole number of intact frames. Every driver has a BenchmarkStep that calls it,
// once for each format, so that the figures of drivers can be compared.
func Benchmark(b *testing.B, d devices.Driver, stream []byte) {
	b.Helper()
	const most = 4096
	rx := stream
	for len(rx)%most != 0 {
		rx = bytes.Repeat(rx, 2) // the places of the frames in a read come round again after 4096 streams at most
	}
	for _, size := range []int{most, 16} {
		b.Run(fmt.Sprintf("read=%d", size), func(b *testing.B) {
			s := Open(b, d, devices.Settings{})
			now, at, framed, received := Start, 0, 0, 0
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Millisecond)
				framed += s.Step(now, rx[at:at+size]).FramedBytes
				received += size
				if at += size; at == len(rx) {
					at = 0
				}
			}
			if received > most && framed < received/2 {
				b.Fatal("most of the stream was not decoded")
			}
		})
	}
}
