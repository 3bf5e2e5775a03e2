package medlab

import (
	"bytes"

	"bedside/devices"
)

// Layout of the packets of the module (cuffs.md section 8).
const (
	packetStart = 0x02
	packetEnd   = 0x03
	lineEnd     = '\r' // may follow a packet

	livePattern   = "dddCdSd"                             // pressure, cuff, state
	endPattern    = "999"                                 // the end marker, whole
	resultPattern = "Sd;Ad;Cdd;Mdd;Pvvvvvvvvv;Rvvv;Tdddd" // what follows it is not identified

	longest    = 96          // our choice: the documented result has 38 bytes, and what may follow is unknown
	maxContent = longest - 2 // between start and end
)

// receiver cuts the bytes of the module into packets. It keeps at most one unfinished packet and allocates nothing.
//
// Every byte received is in exactly one of three places: in a packet that was accepted, in junk, or still waiting.
type receiver struct {
	buf   [maxContent]byte // content of the unfinished packet
	n     int              // bytes of it, its start included; 0 if none has begun
	ended bool             // the byte before ended a packet that was accepted

	junk, frames, framed int
}

// next returns the content of the first whole packet of what is waiting and rx, and what is left of rx. Nil means that
// all of rx was used up. The content is valid until the next call and while rx is. It is to be accepted or rejected
// before the next call.
func (r *receiver) next(rx []byte) (content, rest []byte) {
	for len(rx) > 0 {
		if r.n == 0 {
			if rx = r.seek(rx); len(rx) == 0 {
				break
			}
			r.n, rx = 1, rx[1:]
		}
		most := maxContent - (r.n - 1)
		i := printable(rx[:min(most, len(rx))])
		switch {
		case i == len(rx):
			r.n += copy(r.buf[r.n-1:], rx)
			return nil, nil
		case rx[i] == packetEnd:
			content = rx[:i]
			if r.n > 1 {
				content = r.buf[:r.n-1+copy(r.buf[r.n-1:], content)]
			}
			r.n = 0
			return content, rx[i+1:]
		}
		r.junk += r.n + i // no packet has this byte, or it is too long
		r.n, rx = 0, rx[i:]
	}
	return nil, nil
}

// seek returns rx from the next start of a packet on.
func (r *receiver) seek(rx []byte) []byte {
	if r.ended {
		r.ended = false
		if rx[0] == lineEnd {
			r.framed++
			rx = rx[1:]
		}
	}
	i := bytes.IndexByte(rx, packetStart)
	if i < 0 {
		i = len(rx)
	}
	r.junk += i
	return rx[i:]
}

func (r *receiver) accept(content []byte) {
	r.frames++
	r.framed += len(content) + 2
	r.ended = true
}

func (r *receiver) reject(content []byte) { r.junk += len(content) + 2 }

// faults appends what was given up since the last call.
func (r *receiver) faults(to []devices.Fault) []devices.Fault {
	if r.junk > 0 {
		to = append(to, devices.Fault{Kind: devices.BadFrame, Bytes: r.junk})
		r.junk = 0
	}
	return to
}

// printable returns how many bytes at the start of b may be in a packet.
func printable(b []byte) int {
	for i, c := range b {
		if c < ' ' || c > '~' {
			return i
		}
	}
	return len(b)
}

// fits reports whether the beginning of b is as the pattern says: d is a digit, v a digit or a dash, anything else
// itself.
func fits(b []byte, pattern string) bool {
	if len(b) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		c := b[i]
		digit := '0' <= c && c <= '9'
		switch p := pattern[i]; p {
		case 'd':
			if !digit {
				return false
			}
		case 'v':
			if !digit && c != '-' {
				return false
			}
		default:
			if c != p {
				return false
			}
		}
	}
	return true
}

// number reads decimal digits.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

// The states that a module may be in while it pushes live packets (cuffs.md section 8). In other states it is at rest.
const (
	stateMeasuring = 3
	stateManometer = 4
	stateWatchdog  = 5
	statePneumatic = 7
)

func busy(state int) bool {
	return state == stateMeasuring || state == stateManometer || state == stateWatchdog || state == statePneumatic
}

// live is a packet that a busy module pushes.
type live struct {
	pressure int // mmHg
	mismatch int // 0 right cuff, 1 neonatal cuff in adult mode, 2 adult cuff in neonatal mode
	state    int
}

func parseLive(b []byte) (l live, ok bool) {
	if len(b) != len(livePattern) || !fits(b, livePattern) {
		return live{}, false
	}
	l = live{pressure: number(b[:3]), mismatch: int(b[4] - '0'), state: int(b[6] - '0')}
	return l, l.mismatch <= 2 && busy(l.state)
}

func isEnd(b []byte) bool { return string(b) == endPattern }
