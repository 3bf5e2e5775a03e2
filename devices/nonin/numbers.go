package nonin

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// Bits of the two status bytes of format 8, oximeters.md section 1.4. SPA and the battery are those of STAT2.
const (
	numbersSNSD = 0x40 // sensor disconnected on 3150 and 4100, else reserved
	numbersOOT  = 0x20
	numbersLPRF = 0x10
	numbersMPRF = 0x08
	numbersARTF = 0x04
	numbersHigh = 0x03 // HR8 and HR7
	numbersSNSA = 0x08 // in the second status byte
)

// Sizes of a frame of format 8, and of format 1, which is the same without the second status byte: oximeters.md sections
// 1.4 and 1.5.
const (
	numbersLen = 4
	shortLen   = 3
)

// heldFrames is how many frames in a row must have bit 6 set without a sensor alarm until it counts as reserved: longer
// than the 10 s for which the values for display are held after the sensor is gone (oximeters.md section 1.2).
const heldFrames = 15

// shortProof is how many frames of format 1 in a row are seen before one is believed, our choice: one more than of the
// others, because a frame of format 8 that lost its last byte looks like one, and does not say that its values are held.
const shortProof = 3

// rhythmLow and rhythmHigh bound the time between two frames of format 1 until it is found, our choice: one second, and
// the jitter of a USB line.
const rhythmLow, rhythmHigh = 500 * time.Millisecond, 1500 * time.Millisecond

// shortNoise is how many bytes are dropped without a good frame of format 1 until all formats are looked for again (our
// choice): three frames.
const shortNoise = 3 * shortLen

// numbers is what a session knows of formats 8 and 1.
type numbers struct {
	next   int64 // where the frame after the last one begins
	run    int   // frames in a row, each after a pause
	shorts int   // the same of format 1, while it is not found yet
	odd    int   // frames in a row with SNSD but no sensor alarm

	rate, sat int // of the last frame that may have been one of format 1
}

// shape reports whether b, at that position, begins as a frame of so many bytes does: bit 7 set in its first byte only,
// and no pause inside.
func (s *session) shape(b []byte, at int64, length int) verdict {
	for i, x := range b[:min(len(b), length)] {
		if x&0x80 != 0 != (i == 0) || i > 0 && s.after(at+int64(i)) {
			return no
		}
	}
	if len(b) < length {
		return more
	}
	return yes
}

// detectNumbers reports which of formats 8 and 1 may begin at buf[p], and how many bytes its frame has. Three bytes are
// one of format 1 only if the line is quiet after them, which the next byte tells.
func (s *session) detectNumbers(p int) (int, verdict) {
	b, at := s.buf[p:s.n], s.off+int64(p)
	if !s.after(at) {
		return 0, no
	}
	three := s.shape(b, at, shortLen)
	switch {
	case three != yes:
		return 0, three
	case !plausible(b):
		return 0, no
	case len(b) == shortLen:
		return 0, more
	case s.after(at + shortLen):
		return shortLen, yes
	}
	return numbersLen, s.shape(b, at, numbersLen)
}

func numbersRate(f []byte) int { return int(f[0]&numbersHigh)<<7 | int(f[1]) }

// plausible reports whether both values of a frame are in range or missing.
func plausible(f []byte) bool {
	return rateReason(numbersRate(f)) != devices.OutOfRange && satReason(int(f[2])) != devices.OutOfRange
}

// numberFrames decodes frames of format 8 from buf[p] on and returns how far it came.
func (s *session) numberFrames(p int) int {
	for p < s.n {
		at := s.off + int64(p)
		switch s.shape(s.buf[p:s.n], at, numbersLen) {
		case more:
			return p
		case yes:
			s.number(s.buf[p:p+numbersLen:p+numbersLen], at)
			p += numbersLen
			continue
		}
		// Nothing but its rhythm speaks for this format, so one byte out of place is enough to doubt it.
		s.drop(at, devices.BadFrame)
		s.forget()
		return p + 1
	}
	return p
}

// number takes in a frame of the right shape. It is believed from the second in a row on, each after a pause.
func (s *session) number(f []byte, at int64) {
	m := &s.numbers
	s.out.Frames++
	s.out.FramedBytes += numbersLen
	if at == m.next && m.run > 0 && s.after(at) {
		m.run = 2
	} else {
		m.run = 1
	}
	m.next = at + numbersLen
	if f[0]&numbersSNSD == 0 {
		m.odd = 0
	} else if f[3]&numbersSNSA == 0 {
		m.odd = min(m.odd+1, heldFrames)
	}
	st := m.status(f[0], f[3], m.odd >= heldFrames)
	s.judged(numbersRate(f), int(f[2]), st, m.run >= 2)
}

// judged takes the numbers of a frame that no check protects, and gives them as a reading if the frames before agree and it may.
// Flags and missing numbers take both values away at once; what comes after them has to be proven anew.
func (s *session) judged(rate, sat int, st devices.Status, may bool) {
	noRate, noSat := rateReason(rate) != 0, satReason(sat) != 0
	if away := gone(st); away || noRate || noSat {
		s.judge.Reset()
		if !noRate {
			rate = missingRate
		}
		if !noSat {
			sat = missingSat
		}
		if may {
			s.give(rate, sat, st, away)
		}
		return
	}
	switch v := s.judge.Hear(rate, sat, 0); {
	case !may:
	case v == lines.Believed:
		s.give(rate, sat, st, false)
	case v == lines.Doubted:
		s.contradiction()
	}
}

// gone reports whether flags take the values away.
func gone(st devices.Status) bool {
	return st&(devices.SensorDisconnected|devices.NoFinger|devices.OutOfTrack) != 0
}

// status translates the status bytes. Format 1 has no second one, so it is 0.
func (m *numbers) status(first, second byte, reserved bool) devices.Status {
	var flags byte
	if first&numbersSNSD != 0 {
		flags |= statusSNSD
	}
	if first&numbersOOT != 0 {
		flags |= statusOOT
	}
	if first&numbersARTF != 0 {
		flags |= statusARTF
	}
	if second&numbersSNSA != 0 {
		flags |= statusSNSA
	}
	st := statusOf(flags, reserved) | stat2Of(second)
	if first&numbersLPRF != 0 {
		st |= devices.PerfusionLow
	}
	if first&numbersMPRF != 0 {
		st |= devices.PerfusionMarginal
	}
	return st
}
