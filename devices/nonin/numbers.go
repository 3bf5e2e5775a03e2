package nonin

import (
	"time"

	"bedside/devices"
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

const numbersLen = 4

// pause is how long the line is quiet between two frames of format 8, which take 4 ms of each second. A quarter of a
// second is our choice; it is never reached inside formats 2 and 7, which send a frame every 13 ms.
const pause = 250 * time.Millisecond

// heldFrames is how many frames in a row must have bit 6 set without a sensor alarm until it counts as reserved: longer
// than the 10 s for which the values for display are held after the sensor is gone (oximeters.md section 1.2).
const heldFrames = 15

// numbers is what a session knows of format 8.
type numbers struct {
	next      int64 // where the frame after the last one begins
	run       int   // frames in a row, each after a pause
	rate, sat int   // of the last frame
	refused   int
	odd       int // frames in a row with SNSD but no sensor alarm
}

// numbersShape reports whether b begins as a frame of format 8 does: bit 7 set in its first byte only.
func numbersShape(b []byte) verdict {
	for i, x := range b[:min(len(b), numbersLen)] {
		if x&0x80 != 0 != (i == 0) {
			return no
		}
	}
	if len(b) < numbersLen {
		return more
	}
	return yes
}

func numbersRate(f []byte) int { return int(f[0]&numbersHigh)<<7 | int(f[1]) }

// plausible reports whether both values of a frame are in range or missing.
func plausible(f []byte) bool {
	return rateReason(numbersRate(f)) != devices.OutOfRange && satReason(int(f[2])) != devices.OutOfRange
}

func (s *session) paused(at int64) bool { return at == s.pauses[0] || at == s.pauses[1] }

// numberFrames decodes frames of format 8 from buf[p] on and returns how far it came.
func (s *session) numberFrames(p int) int {
	for p < s.n {
		at := s.off + int64(p)
		switch numbersShape(s.buf[p:s.n]) {
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
	switch {
	case at != m.next || m.run == 0:
		m.run = 1
	case s.paused(at):
		m.run = 2
	default:
		m.run = 1
	}
	m.next = at + numbersLen
	rate, sat := numbersRate(f), int(f[2])
	same := closeRate(rate, m.rate) && closeSat(sat, m.sat)
	m.rate, m.sat = rate, sat
	if f[0]&numbersSNSD == 0 {
		m.odd = 0
	} else if f[3]&numbersSNSA == 0 {
		m.odd = min(m.odd+1, heldFrames)
	}
	if m.run < 2 {
		return
	}
	st := m.status(f)
	gone := st&(devices.SensorDisconnected|devices.NoFinger|devices.OutOfTrack) != 0
	if !gone && !same && m.refused < patience {
		m.refused++
		s.contradiction()
		return
	}
	m.refused = 0
	s.give(rate, sat, st, gone)
}

// status translates both status bytes.
func (m *numbers) status(f []byte) devices.Status {
	var flags byte
	if f[0]&numbersSNSD != 0 {
		flags |= statusSNSD
	}
	if f[0]&numbersOOT != 0 {
		flags |= statusOOT
	}
	if f[0]&numbersARTF != 0 {
		flags |= statusARTF
	}
	if f[3]&numbersSNSA != 0 {
		flags |= statusSNSA
	}
	st := statusOf(flags, m.odd >= heldFrames) | stat2Of(f[3])
	if f[0]&numbersLPRF != 0 {
		st |= devices.PerfusionLow
	}
	if f[0]&numbersMPRF != 0 {
		st |= devices.PerfusionMarginal
	}
	return st
}
