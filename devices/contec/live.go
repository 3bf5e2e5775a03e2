package contec

import "bedside/devices"

// Rate and scale of live data, oximeters.md sections 2.2 and 2.3.
const (
	packetRate = 60
	fullScale  = 127
)

// padLimit bounds how many lost samples are filled in at once, one second (our choice).
const padLimit = packetRate

// Bits of live data, oximeters.md section 2.3.
const (
	strengthMask = 0x0F // byte 2
	searchLong   = 0x10 // byte 2: search takes too long
	probe        = 0x80 // byte 2: probe error or finger out
	searching    = 0x80 // byte 3
	indexInvalid = 0x10 // byte 4
)

// weak is the strength of the signal at or below which it counts as weak, oximeters.md section 11.
const weak = 2

// A key is what a packet says about the pulse, in a form that two packets can be compared by: saturation, rate, and
// flags that take both away. Where a flag is set, the numbers count for nothing and are left out.
type key uint32

const (
	keyProbe  key = 1 << 16
	keySearch key = 1 << 17
	keyLong   key = 1 << 18
	keyFlags      = keyProbe | keySearch | keyLong
)

func (k key) rate() int { return int(k >> 8 & 0xFF) }
func (k key) sat() int  { return int(k & 0xFF) }

// livePacket takes in a live packet that has its nine bytes. Bit k of byte 1 is bit 7 of byte 2+k.
func (s *session) livePacket(p []byte) {
	_ = p[8]
	s.out.Frames++
	s.out.FramedBytes += liveLen
	s.sample(int32(p[3] &^ high))

	bits := p[1]
	first := p[2]&^high | bits<<7
	rate, sat := p[5]&^high|bits<<4&high, p[6]&^high|bits<<3&high
	low, hi := p[7]&^high|bits<<2&high, p[8]&^high|bits<<1&high

	var k key
	if first&probe != 0 {
		k |= keyProbe
	}
	if bits&2 != 0 {
		k |= keySearch
	}
	if first&searchLong != 0 {
		k |= keyLong
	}
	if k == 0 {
		k = key(rate)<<8 | key(sat)
	}
	pi := uint32(hi)<<8 | uint32(low)
	if p[4]&indexInvalid != 0 {
		pi |= indexFlagged
	}
	s.take(k, pi, first&strengthMask <= weak)
}

// sample adds a sample of the pleth, after those that were lost with damaged packets. The first packet after a silence
// proves nothing yet, so it gives none.
func (s *session) sample(v int32) {
	if s.lost > 0 {
		if lost := (s.lost + liveLen/2) / liveLen; s.seen > 0 && lost <= padLimit {
			for range lost {
				s.samples = append(s.samples, devices.MissingSample)
			}
		}
		s.lost = 0
	}
	if s.seen > 0 {
		s.samples = append(s.samples, v)
	}
}

// flushWave gives the samples of this Step.
func (s *session) flushWave() {
	if len(s.samples) == 0 {
		return
	}
	s.out.Waves = append(s.out.Waves, devices.Wave{
		At: s.now, Vital: devices.Pleth, Rate: packetRate, FullScale: fullScale, Samples: s.samples,
	})
}
