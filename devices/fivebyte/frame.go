package fivebyte

import "encoding/binary"

// The frame, oximeters.md section 3.
const (
	frameLen = 5
	start    = 0x80 // the first byte of a frame has this bit, the four others do not
)

// What tells a stream of frames from the noise of a wrong line setting, in which one place in sixty looks like a frame; our
// choice.
const (
	lockRun   = 8            // frames without a gap between them
	unlockBad = 8 * frameLen // bytes dropped while no two frames followed each other
)

// consume takes in the bytes that arrived.
func (s *session) consume(rx []byte) {
	for len(rx) > 0 {
		b := rx[0]
		if b < start {
			s.dataByte(b)
			rx = rx[1:]
			continue
		}
		s.end()
		// A frame that is there as a whole, with the byte that begins the next, needs no copy.
		if len(rx) > frameLen && rx[frameLen] >= start && allLow(rx[1:frameLen]) {
			s.whole(rx[:frameLen])
			rx = rx[frameLen:]
			continue
		}
		s.frame[0], s.n = b, 1
		rx = rx[1:]
	}
}

// allLow reports whether none of the four bytes after a start has its bit.
func allLow(b []byte) bool { return binary.LittleEndian.Uint32(b)&0x80808080 == 0 }

// end ends the frame at hand, because another begins. A frame is believed to be whole only now: had it gained a byte on the
// line, there would be one more before the next start.
func (s *session) end() {
	switch s.n {
	case 0:
		return
	case frameLen:
		s.whole(s.frame[:])
	default:
		s.broken(s.n)
	}
	s.n = 0
}

func (s *session) dataByte(b byte) {
	if s.n == 0 || s.n == frameLen { // belongs to no frame, or makes this one too long
		s.broken(s.n + 1)
		s.n = 0
		return
	}
	s.frame[s.n] = b
	s.n++
}

// broken gives up bytes.
func (s *session) broken(n int) {
	s.joined = false
	s.Drop(n)
	if !s.locked {
		s.Drop(s.run * frameLen)
		s.run = 0
		return
	}
	if s.bad += n; s.bad >= unlockBad {
		s.locked, s.bad = false, 0
	}
}

// whole takes a frame that has its five bytes, and no more.
func (s *session) whole(p []byte) {
	if !s.locked {
		if s.run++; s.run < lockRun {
			return
		}
		s.locked = true
		s.Frame(s.run-1, (s.run-1)*frameLen)
		s.Gap((s.run - 1) * frameLen)
		s.run = 0
	}
	if s.joined {
		s.bad = 0
	}
	s.joined = true
	s.Frame(1, frameLen)
	s.say(p)
}
