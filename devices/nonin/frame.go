package nonin

import "bedside/devices"

// format is the data format that is heard.
type format uint8

const (
	formatUnknown format = iota
	format1
	format2
	format7
	format8
	format13
	formatText
)

// fullScale returns the largest pleth sample of the format, oximeters.md sections 1.2 and 1.3.
func (f format) fullScale() int32 {
	if f == format7 {
		return 65535
	}
	return 255
}

// start2 is the first byte of a frame of format 2. Formats 1, 7 and 8 begin with a byte of which bit 7 is set, format 13
// with 0, and a line with a character that can be printed: the first byte tells them apart.
const start2 = 0x01

// Sizes and rates of formats 2 and 7, oximeters.md section 1.2.
const (
	frameLen     = 5
	packetFrames = 25
	packetLen    = packetFrames * frameLen
	frameRate    = 75
)

// How many consecutive good frames prove that the session is in step: two, and three where no start byte helps
// (oximeters.md section 0, resync).
const (
	proof2 = 2
	proof7 = 3
)

// headed reports whether f begins as a frame of format 2 or 7 does: the start byte of format 2, and bit 7 of STATUS.
func headed(f []byte, fm format) bool {
	if fm == format2 {
		return f[0] == start2 && f[1]&0x80 != 0
	}
	return f[0]&0x80 != 0
}

// good reports whether f is a frame of format 2 or 7: its head, and CK, the sum of the first four bytes.
func good(f []byte, fm format) bool {
	_ = f[4]
	return f[0]+f[1]+f[2]+f[3] == f[4] && headed(f, fm)
}

// verdict is what the bytes at hand say about a question.
type verdict uint8

const (
	no verdict = iota
	yes
	more // too few bytes to tell
)

// row reports whether b begins with n consecutive good frames.
func row(b []byte, fm format, n int) verdict {
	for ; n > 0; n-- {
		if len(b) < frameLen {
			return head(b, fm)
		}
		if !good(b, fm) {
			return no
		}
		b = b[frameLen:]
	}
	return yes
}

// head reports whether less than a frame can still become one.
func head(b []byte, fm format) verdict {
	switch {
	case len(b) > 0 && fm == format2 && b[0] != start2:
	case len(b) > 1 && fm == format2 && b[1]&0x80 == 0:
	case len(b) > 0 && fm == format7 && b[0]&0x80 == 0:
	default:
		return more
	}
	return no
}

// detect looks for any of the formats from buf[p] on and returns how far it came. Those with a check go first: formats 8
// and 1 are considered only where neither 2 nor 7 can be, and only after a pause, because only 1 frame a second comes.
func (s *session) detect(p int) int {
	for p < s.n {
		b, at := s.buf[p:s.n], s.off+int64(p)
		kind := devices.BadFrame
		switch c := b[0]; {
		case c == start2 || c >= 0x80:
			size, v := s.detectBinary(p)
			if v == more || s.format != formatUnknown {
				return p
			}
			if v == yes {
				s.short(b[:size:size], at)
				p += size
				if s.format != formatUnknown {
					return p
				}
				continue
			}
		case c == 0:
			size, v := spotShape(b)
			if v == more {
				return p
			}
			if v == yes {
				s.spot(b[:size])
				p += size
				continue
			}
			if size > 0 {
				kind = devices.BadChecksum
			}
		default:
			switch _, _, v := textShape(b); v {
			case more:
				return p
			case yes:
				s.found(formatText)
				return p
			}
		}
		s.drop(at, kind)
		p++
	}
	return p
}

// detectBinary looks for the formats whose first byte is 1 or has bit 7 set at buf[p]. It settles all but format 1, whose
// frames it only finds.
func (s *session) detectBinary(p int) (int, verdict) {
	b := s.buf[p:s.n]
	two, seven := row(b, format2, proof2), row(b, format7, proof7)
	switch {
	case two == yes:
		s.found(format2)
		return 0, yes
	case two == no && seven == yes:
		s.found(format7)
		return 0, yes
	case two == more || seven == more:
		return 0, more
	}
	size, v := s.detectNumbers(p)
	if v == yes && size == numbersLen {
		s.found(format8)
	}
	return size, v
}

// inStep reports whether a frame may begin at buf[p], which is not where the last one ended. Where frames were damaged
// but none of their bytes lost or added, one good frame is enough; elsewhere it takes as many as after the start.
func (s *session) inStep(p int) verdict {
	need := proof2
	if s.format == format7 {
		need = proof7
	}
	if gap := s.off + int64(p) - s.stream.next; gap%frameLen == 0 && gap < packetLen && gap > 0 {
		need = 1
	}
	return row(s.buf[p:s.n], s.format, need)
}

// streamFrames decodes frames of format 2 or 7 from buf[p] on and returns how far it came.
func (s *session) streamFrames(p int) int {
	for s.n-p >= frameLen {
		f := s.buf[p : p+frameLen : p+frameLen]
		at := s.off + int64(p)
		if at == s.stream.next && good(f, s.format) {
			s.frame(f, at)
			p += frameLen
			continue
		}
		switch s.inStep(p) {
		case yes:
			s.gap(at)
			s.frame(f, at)
			p += frameLen
			continue
		case more:
			return p
		}
		kind := devices.BadFrame
		if headed(f, s.format) {
			kind = devices.BadChecksum
		}
		s.drop(at, kind)
		s.stream.clean = false
		p++
		if s.noise++; s.noise >= noiseLimit {
			s.forget()
			return p
		}
	}
	return p
}
