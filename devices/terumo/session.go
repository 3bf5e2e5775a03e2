package terumo

import (
	"bytes"
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// The frame, cuffs.md section 11.
const (
	stx = 0x02
	etx = 0x03

	frameMax = 80 // bytes; our choice, a result has 65
)

// session implements devices.Session. All of its memory is allocated once.
type session struct {
	cuff.Overheard
	buf  [frameMax]byte // from a start on
	n    int            // bytes in buf
	seen int            // of them, those that are known to be start and body
}

// Step implements devices.Session.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	if s.Enter(now, len(rx)) {
		s.drop(s.n)
		s.n = 0
	}
	for len(rx) > 0 {
		if s.n == 0 {
			skip := bytes.IndexByte(rx, stx)
			if skip < 0 {
				skip = len(rx)
			}
			s.drop(skip)
			if rx = rx[skip:]; len(rx) == 0 {
				break
			}
		}
		taken := copy(s.buf[s.n:], rx)
		s.n += taken
		rx = rx[taken:]
		s.settle()
	}
	return s.Leave()
}

type verdict uint8

const (
	unfinished verdict = iota
	intact
	badSum
	noFrame
)

// settle takes what frames there are in buf. What cannot become one costs one byte, and the search goes on with the next.
func (s *session) settle() {
	for s.n > 0 {
		size, v := s.judge()
		switch v {
		case unfinished:
			return
		case intact:
			s.Frame(1, size)
			s.message(s.buf[1 : size-2])
		case badSum:
			s.Fault(devices.BadChecksum, 1)
			size = 1
		case noFrame:
			s.drop(1)
			size = 1
		}
		s.goOn(size)
	}
}

// judge looks at the frame that begins buf, and returns its size if it is there.
func (s *session) judge() (size int, v verdict) {
	for s.seen = max(s.seen, 1); s.seen < s.n; s.seen++ {
		switch c := s.buf[s.seen]; {
		case c == etx && s.seen == frameMax-1:
			return 0, noFrame // there is no room for its check: the longest frame ends one byte sooner
		case c == etx && s.seen+1 == s.n:
			return 0, unfinished
		case c == etx:
			size = s.seen + 2
			if sum(s.buf[:size-1]) != s.buf[size-1] {
				return 0, badSum
			}
			return size, intact
		case c < ' ' || c > '~':
			return 0, noFrame
		}
	}
	if s.n == frameMax {
		return 0, noFrame
	}
	return 0, unfinished
}

// sum returns the sum of all bytes, start and end included (cuffs.md section 11).
func sum(b []byte) (bcc byte) {
	for _, c := range b {
		bcc += c
	}
	return bcc
}

// goOn moves on to the next start in buf, not before from.
func (s *session) goOn(from int) {
	s.seen = 0
	i := bytes.IndexByte(s.buf[from:s.n], stx)
	if i < 0 {
		s.drop(s.n - from)
		s.n = 0
		return
	}
	s.drop(i)
	s.n = copy(s.buf[:], s.buf[from+i:s.n])
}

func (s *session) drop(n int) {
	if n > 0 {
		s.Fault(devices.BadFrame, n)
	}
}
