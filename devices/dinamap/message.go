package dinamap

import (
	"bytes"

	"bedside/devices"
	"bedside/devices/internal/blind"
	"bedside/devices/internal/lines"
)

// Layout of a message without its CR (cuffs.md section 5).
const (
	checkLen    = 2    // k1 k2, at the end
	least       = 5    // the leading space, two letters, and the check
	reportLen   = 21   // a reply to NA
	statusAt    = 3    // one character
	ageAt       = 6    // four digits; the two characters before are not identified
	systolicAt  = 10   // three digits each, mmHg
	diastolicAt = 13   //
	meanAt      = 16   //
	valid       = '1'  // the only status with which the numbers may be used
	unfailed    = '2'  // one driver treats codes above this as a failed determination
	lastAge     = 9999 // s; what comes after it is not documented
)

// report is a reply to NA. Its numbers mean something only while the status is valid.
type report struct {
	status                    byte
	age                       int // s since the determination
	systolic, diastolic, mean int // mmHg
}

// receiver cuts the bytes of a monitor into messages. It implements [blind.Receiver] and allocates nothing.
type receiver struct {
	lines  lines.Reader
	begun  bool   // part of a line waits in lines
	after  bool   // the last line was a message: a line feed behind it belongs to it
	last   report // what the last Reported says
	frames int
	framed int
	junk   int // bytes that are no message
	failed int // bytes of messages whose check failed
}

// Next implements [blind.Receiver].
func (r *receiver) Next(rx []byte) (blind.Message, []byte) {
	for {
		line, rest, ok := r.cut(rx)
		if !ok {
			return blind.None, nil
		}
		rx = rest
		if m := r.read(line); m != blind.None {
			return m, rest
		}
	}
}

// cut takes the next line off rx. The common case copies nothing and looks at no byte by itself: a whole reply.
func (r *receiver) cut(rx []byte) (line lines.Line, rest []byte, ok bool) {
	if !r.begun && len(rx) > reportLen && rx[reportLen] == '\r' && bytes.IndexByte(rx[:reportLen], '\r') < 0 && bytes.IndexByte(rx[:reportLen], '\n') < 0 {
		return lines.Line{Text: rx[:reportLen], Size: reportLen + 1}, rx[reportLen+1:], true
	}
	line, rest, ok = r.lines.Next(rx)
	r.begun = !ok && (r.begun || len(rx) > 0) || line.Broken
	return line, rest, ok
}

// GiveUp implements [blind.Receiver]. Without its CR a message hides nothing: the line that has begun is forgotten.
func (r *receiver) GiveUp() blind.Message {
	r.junk += r.lines.Void()
	r.begun, r.after = false, false
	return blind.None
}

// Account implements [blind.Receiver].
func (r *receiver) Account(out *devices.Output) {
	out.Frames, out.FramedBytes = r.frames, r.framed
	if r.failed > 0 {
		out.Faults = append(out.Faults, devices.Fault{Kind: devices.BadChecksum, Bytes: r.failed})
	}
	if r.junk > 0 {
		out.Faults = append(out.Faults, devices.Fault{Kind: devices.BadFrame, Bytes: r.junk})
	}
	r.frames, r.framed, r.junk, r.failed = 0, 0, 0, 0
}

// read takes one line. What stands before the message in it is noise.
func (r *receiver) read(line lines.Line) blind.Message {
	after := r.after
	r.after = false
	if len(line.Text) == 0 && !line.Broken && after {
		r.framed += line.Size
		return blind.None
	}
	n := message(line.Text)
	if n == 0 {
		if len(line.Text) >= least {
			r.failed += line.Size
		} else {
			r.junk += line.Size
		}
		return blind.None
	}
	text := line.Text[len(line.Text)-n:]
	r.after = true
	r.frames++
	r.framed += line.Size - (len(line.Text) - n)
	r.junk += len(line.Text) - n
	return r.name(text)
}

// name says what an intact message is. Only the reply to NA is documented: every other message counts as the answer to
// what was asked, whatever its text.
func (r *receiver) name(text []byte) blind.Message {
	if text[1] != 'N' || text[2] != 'A' {
		return blind.Confirmed
	}
	if len(text) != reportLen {
		return blind.Foreign
	}
	rep := report{status: text[statusAt]}
	if rep.status == valid {
		var ok [4]bool
		rep.age, ok[0] = number(text[ageAt:systolicAt])
		rep.systolic, ok[1] = number(text[systolicAt:diastolicAt])
		rep.diastolic, ok[2] = number(text[diastolicAt:meanAt])
		rep.mean, ok[3] = number(text[meanAt : reportLen-checkLen])
		if ok != [4]bool{true, true, true, true} {
			return blind.Foreign
		}
	}
	r.last = rep
	return blind.Reported
}

// message returns the length of the message at the end of a line: all of it, or the longest part that begins like an
// answer to this host's requests; 0 if there is none.
func message(text []byte) int {
	if len(text) < least {
		return 0
	}
	end := len(text) - checkLen
	want := int(text[end]-' ')<<6 + int(text[end+1]-' ')
	if s, ok := sum(text[:end]); ok && s == want && text[0] == ' ' {
		return len(text)
	}
	found, s := 0, 0
	for i := end - 1; i >= 0; i-- {
		c := text[i]
		if c < ' ' || c > '~' {
			break
		}
		s += int(c) - 0x1F
		if c == ' ' && s == want && end-i >= least-checkLen && text[i+1] == 'N' {
			found = len(text) - i
		}
	}
	return found
}

// sum is the check of cuffs.md section 5, and whether all characters can be part of a message. No message is so long that
// the fold-over at FFFFh is met.
func sum(text []byte) (s int, ok bool) {
	ok = true
	for _, c := range text {
		s += int(c)
		ok = ok && c-' ' <= '~'-' '
	}
	return s - 0x1F*len(text), ok
}

// number reads digits only.
func number(text []byte) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
