package contec

import "bedside/devices/internal/packets"

// Rate and scale of live data, oximeters.md sections 2.2 and 2.3.
const (
	packetRate = 60
	fullScale  = 127
)

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

// Flags of a key: what takes rate and saturation away.
const (
	keyProbe  packets.Key = 1 << 16
	keySearch packets.Key = 1 << 17
	keyLong   packets.Key = 1 << 18
)

// livePacket takes in a live packet that has its nine bytes. Bit k of byte 1 is bit 7 of byte 2+k.
func (s *session) livePacket(p []byte) {
	_ = p[8]
	s.Frame(1, liveLen)
	s.Sample(int32(p[3] &^ high))

	bits := p[1]
	first := p[2]&^high | bits<<7
	rate, sat := p[5]&^high|bits<<4&high, p[6]&^high|bits<<3&high
	low, hi := p[7]&^high|bits<<2&high, p[8]&^high|bits<<1&high

	var k packets.Key
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
		k = packets.Numbers(rate, sat)
	}
	pi := uint32(hi)<<8 | uint32(low)
	if p[4]&indexInvalid != 0 {
		pi |= indexFlagged
	}
	s.indexes[s.at%packets.Window] = pi
	s.at++
	if s.Believe(k, first&strengthMask <= weak) {
		s.publish(k)
	}
}
