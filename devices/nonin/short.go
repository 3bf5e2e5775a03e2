package nonin

import "bedside/devices"

// short takes in what may be a frame of format 1, while the format is not known, and finds it with the last but one of the
// proof: the frame after it is read as one.
func (s *session) short(f []byte, at int64) {
	m := &s.numbers
	s.out.Frames++
	s.out.FramedBytes += shortLen
	rate, sat := numbersRate(f), int(f[2])
	apart := s.pausedAt[0].Sub(s.pausedAt[1])
	if at != m.next || !closeRate(rate, m.rate) || !closeSat(sat, m.sat) || apart < rhythmLow || apart > rhythmHigh {
		m.shorts = 0
	}
	m.next, m.rate, m.sat = at+shortLen, rate, sat
	need := shortProof - 1
	if s.last == format1 {
		need = 1 // it is what was heard before
	}
	if m.shorts++; m.shorts < need {
		return
	}
	s.found(format1)
	s.judged(rate, sat, m.status(f[0], 0, false), false)
}

// shortFrames decodes frames of format 1 from buf[p] on and returns how far it came. A frame begins where the line was
// quiet; a byte that follows one at once says that it was no frame of this format, or that the line adds bytes.
func (s *session) shortFrames(p int) int {
	for p < s.n {
		at := s.off + int64(p)
		if s.after(at) {
			switch s.shape(s.buf[p:s.n], at, shortLen) {
			case more:
				return p
			case yes:
				s.shortFrame(s.buf[p:p+shortLen:p+shortLen], at)
				p += shortLen
				continue
			}
		}
		s.drop(at, devices.BadFrame)
		p++
		if s.noise++; s.noise >= shortNoise || at == s.numbers.next {
			s.forget()
			return p
		}
	}
	return p
}

// shortFrame takes in a frame of format 1. The format has no sensor alarm: bit 6 is all it says about the sensor.
func (s *session) shortFrame(f []byte, at int64) {
	s.out.Frames++
	s.out.FramedBytes += shortLen
	s.noise, s.numbers.next = 0, at+shortLen
	s.judged(numbersRate(f), int(f[2]), s.numbers.status(f[0], 0, false), true)
}
