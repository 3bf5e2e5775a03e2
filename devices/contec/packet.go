package contec

import (
	"encoding/binary"
	"time"

	"bedside/devices"
)

// Types of packets that mean something to this driver, oximeters.md section 2.2.
const (
	typeLive    = 0x01 // real-time data
	typeAnswer  = 0x0B // command, reason
	typeGone    = 0x0D // the device disconnects, reason
	typeIndex   = 0x0E // perfusion index in live data: 0 yes, 1 no
	typeCommand = 0x7D // host to device only
)

// Sizes, oximeters.md section 2.2.
const (
	liveLen = 9
	start   = 0x80 // a byte below this starts a packet
	high    = 0x80 // every other byte of a packet has this bit
)

// lengthOf returns how long a packet of that type is, 0 for types that no device sends, oximeters.md section 2.2.
func lengthOf(kind byte) int {
	const lengths = "" +
		"\x00\x09\x09\x09\x09\x09\x04\x08\x08\x06\x04\x04\x02\x03\x03\x08" + // 00 to 0F
		"\x03\x09\x08\x09\x09\x09" // 10 to 15
	if int(kind) >= len(lengths) {
		return 0
	}
	return int(lengths[kind])
}

// consume takes in the bytes that arrived.
func (s *session) consume(rx []byte) {
	for len(rx) > 0 {
		b := rx[0]
		if b >= start {
			s.dataByte(b)
			rx = rx[1:]
			continue
		}
		s.end()
		// A packet that is there as a whole, with the byte that ends it, needs no copy.
		if b == typeLive && len(rx) > liveLen && rx[liveLen] < start && allHigh(rx[1:liveLen]) {
			s.livePacket(rx[:liveLen])
			rx = rx[liveLen:]
			continue
		}
		s.begins(b)
		rx = rx[1:]
	}
}

// allHigh reports whether the eight bytes after a type all have bit 7.
func allHigh(b []byte) bool {
	const mask = 0x8080808080808080
	return binary.LittleEndian.Uint64(b)&mask == mask
}

// end ends the packet at hand, because another begins. A live packet is believed to be whole only now: had it gained a
// byte on the line, there would be one more before the next start.
func (s *session) end() {
	switch s.n {
	case 0:
		return
	case liveLen:
		s.livePacket(s.packet[:])
	default:
		s.Drop(s.n)
	}
	s.n = 0
}

// begins begins a packet of that type.
func (s *session) begins(b byte) {
	if s.need = lengthOf(b); s.need == 0 {
		s.Drop(1)
		return
	}
	s.packet[0], s.n = b, 1
}

func (s *session) dataByte(b byte) {
	if s.n == 0 || s.n == liveLen { // belongs to no packet, or makes this one too long
		s.Drop(s.n + 1)
		s.n = 0
		return
	}
	s.packet[s.n] = b
	if s.n++; s.n == s.need && s.packet[0] != typeLive {
		s.otherPacket(s.packet[:s.n])
		s.n = 0
	}
}

// otherPacket takes in a whole packet that is not live data. Most types are known only to be skipped.
func (s *session) otherPacket(p []byte) {
	s.Frame(1, len(p))
	switch p[0] {
	case typeIndex:
		s.learnIndex(p)
	case typeAnswer:
		if reason := p[3]&^high | p[1]<<6&high; reason != 0 {
			s.Fault(devices.DeviceError, int(reason))
		}
	case typeGone:
		s.Fault(devices.DeviceError, int(p[2]&^high|p[1]<<7))
	}
}

// learnIndex notes whether live data has a perfusion index. Only an answer to our question counts, and only an exact
// one: a damaged packet of another type can look like it. One changed or added byte makes a yes of a no, so a yes is asked
// for again before live data starts; a no takes a value away and needs no second word.
func (s *session) learnIndex(p []byte) {
	if s.index != indexUnknown || s.asked.IsZero() || s.now.Sub(s.asked) > time.Second || p[1] != high {
		return
	}
	switch p[2] &^ high {
	case 0:
		if !s.affirmed {
			if s.affirmed = true; s.asking {
				s.send(commandIndex)
			}
			return
		}
		s.index = indexYes
	case 1:
		s.index = indexNo
	default:
		return
	}
	if s.asking {
		s.goLive()
	}
}
