package nonin

import "bedside/devices"

// Form of a line of text, oximeters.md section 1.7: 0 stands for a digit, # for a digit or a dash. Places of the numbers
// in the second.
const (
	textClock = "00:00:00 " // model 8600V
	textForm  = "SPO2=### HR=###"

	textSat, textRate, textDigits = 5, 12, 3
)

// textTail is how many bytes may follow the numbers, our choice: " F" while averages are fast, "*" when the event key was
// pressed, and a blank between them or at the end.
const textTail = 4

// textShape reports whether b begins with a line, and where its numbers and its end are. The first byte of the line end
// belongs to it.
func textShape(b []byte) (core, size int, v verdict) {
	if len(b) > 0 && digit(b[0]) {
		if v = follows(b, textClock); v != yes {
			return 0, 0, v
		}
		core = len(textClock)
	}
	if v = follows(b[core:], textForm); v != yes {
		return 0, 0, v
	}
	end := core + len(textForm)
	if !whole(b[core+textSat:]) || !whole(b[core+textRate:]) {
		return 0, 0, no
	}
	for i := end; i < len(b); i++ {
		switch b[i] {
		case '\r', '\n':
			return core, i + 1, yes
		case ' ', 'F', '*':
			if i-end < textTail {
				continue
			}
		}
		return 0, 0, no
	}
	return 0, 0, more
}

// follows reports whether b begins as the form does.
func follows(b []byte, form string) verdict {
	for i := range min(len(b), len(form)) {
		switch c := b[i]; form[i] {
		case '0':
			if !digit(c) {
				return no
			}
		case '#':
			if !digit(c) && c != '-' {
				return no
			}
		default:
			if c != form[i] {
				return no
			}
		}
	}
	if len(b) < len(form) {
		return more
	}
	return yes
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// whole reports whether b begins with three digits or three dashes.
func whole(b []byte) bool {
	return digit(b[0]) == digit(b[1]) && digit(b[1]) == digit(b[2])
}

// number returns three digits, or missing for dashes.
func number(b []byte, missing int) int {
	if b[0] == '-' {
		return missing
	}
	return int(b[0]-'0')*100 + int(b[1]-'0')*10 + int(b[2]-'0')
}

// textLines decodes lines from buf[p] on and returns how far it came.
func (s *session) textLines(p int) int {
	for p < s.n {
		b, at := s.buf[p:s.n], s.off+int64(p)
		if at == s.text && (b[0] == '\n' || b[0] == '\r') {
			s.out.FramedBytes++
			s.text++
			p++
			continue
		}
		core, size, v := textShape(b)
		switch v {
		case more:
			return p
		case yes:
			s.out.Frames++
			s.out.FramedBytes += size
			s.noise, s.mute, s.text = 0, 0, at+int64(size)
			n := b[core:]
			s.judged(number(n[textRate:], missingRate), number(n[textSat:], missingSat), 0, true)
			p += size
			continue
		}
		s.drop(at, devices.BadFrame)
		p++
		if s.noise++; s.noise >= noiseLimit {
			s.forget()
			return p
		}
	}
	return p
}
