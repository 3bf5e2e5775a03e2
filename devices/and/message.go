package and

import (
	"bytes"

	"bedside/devices"
	"bedside/devices/internal/blind"
)

// Layout of a frame (cuffs.md section 2a).
const (
	ack      = 0x06
	nak      = 0x15
	stx      = 0x02
	etx      = 0x03
	between  = 0x1E // between two fields
	headLen  = 5    // 16 16 01 and the address
	shortest = 6    // an acknowledgement
	maxFrame = 200  // our choice: the longest that was published has 138
)

// head begins every frame in both directions: two SYN, SOH, and the address "00", which is the only one in use.
var head = []byte{0x16, 0x16, 0x01, '0', '0'}

// receiver cuts the bytes of a monitor into messages. It implements [blind.Receiver], keeps at most one unfinished frame,
// and allocates nothing.
type receiver struct {
	buf    [maxFrame]byte // what waits; buf[0] is the first byte of head whenever n > 0
	n      int
	judged int            // bytes at the beginning of buf that can be a frame's
	done   [maxFrame]byte // the frame handed out last, if it came out of buf

	text    []byte // the text of the last Reported; valid until the next call
	frames  int
	framed  int
	junk    int // bytes given up because no frame can contain them there
	damaged int // bytes given up because the frame they began failed its check, one a frame
}

// Next implements [blind.Receiver].
func (r *receiver) Next(rx []byte) (blind.Message, []byte) {
	for {
		if m := r.whole(); m != blind.None {
			return m, rx
		}
		if r.n == 0 {
			// The common case copies nothing: a whole good frame at the start of rx.
			i := bytes.IndexByte(rx, head[0])
			if i < 0 {
				r.junk += len(rx)
				return blind.None, nil
			}
			r.junk += i
			rx = rx[i:]
			if n := measure(rx, 0); n > 0 && intact(rx[:n]) {
				return r.hand(rx[:n]), rx[n:]
			}
		}
		if len(rx) == 0 {
			return blind.None, nil
		}
		n := copy(r.buf[r.n:], rx)
		r.n += n
		rx = rx[n:]
	}
}

// whole looks for a frame in what is waiting. A start that turns out wrong costs exactly one byte: the next frame may
// begin right behind it.
func (r *receiver) whole() blind.Message {
	for r.n > 0 {
		switch n := measure(r.buf[:r.n], r.judged); {
		case n < 0, n == 0 && r.n == maxFrame:
			r.drop(&r.junk)
		case n == 0:
			r.judged = r.n - 1 // the last byte may be an ETX whose BCC is on its way
			return blind.None
		case !intact(r.buf[:n]):
			r.drop(&r.damaged)
		default:
			frame := r.done[:copy(r.done[:n], r.buf[:n])]
			r.shift(n)
			return r.hand(frame)
		}
	}
	return blind.None
}

// GiveUp implements [blind.Receiver].
func (r *receiver) GiveUp() blind.Message {
	for r.n > 0 {
		r.drop(&r.junk)
		if m := r.whole(); m != blind.None {
			return m
		}
	}
	return blind.None
}

// drop gives up the first byte that waits, and with it, as junk, all up to the next one that can begin a frame.
func (r *receiver) drop(counter *int) {
	*counter++
	n := 1
	if i := bytes.IndexByte(r.buf[1:r.n], head[0]); i >= 0 {
		n += i
	} else {
		n = r.n
	}
	r.junk += n - 1
	r.shift(n)
}

func (r *receiver) shift(n int) {
	r.n = copy(r.buf[:], r.buf[n:r.n])
	r.judged = 0
}

// hand counts a frame and says what it is. Only monitors of the family are believed to mean what the page says.
func (r *receiver) hand(frame []byte) blind.Message {
	r.frames++
	r.framed += len(frame)
	switch frame[headLen] {
	case ack:
		return blind.Confirmed
	case nak:
		return blind.Refused
	}
	r.text = frame[headLen+1 : len(frame)-2]
	if !bytes.HasPrefix(r.text, model) {
		return blind.Foreign
	}
	return blind.Reported
}

// Account implements [blind.Receiver].
func (r *receiver) Account(out *devices.Output) {
	out.Frames, out.FramedBytes = r.frames, r.framed
	r.frames, r.framed = 0, 0
	for ; r.damaged > 0; r.damaged-- {
		out.Faults = append(out.Faults, devices.Fault{Kind: devices.BadChecksum, Bytes: 1})
	}
	if r.junk > 0 {
		out.Faults = append(out.Faults, devices.Fault{Kind: devices.BadFrame, Bytes: r.junk})
		r.junk = 0
	}
}

// measure returns the length of the frame at the start of b, 0 if more bytes have to come, and -1 if no frame can begin
// so. The first judged bytes are known to be right.
func measure(b []byte, judged int) int {
	for i := judged; i < min(headLen, len(b)); i++ {
		if b[i] != head[i] {
			return -1
		}
	}
	if len(b) < shortest {
		return 0
	}
	switch b[headLen] {
	case ack, nak:
		return shortest
	case stx:
	default:
		return -1
	}
	for i := max(judged, shortest); i < min(len(b), maxFrame-1); i++ {
		switch c := b[i]; {
		case c == etx && i+1 == len(b):
			return 0
		case c == etx:
			return i + 2
		case c != between && (c < ' ' || c > '~'):
			return -1
		}
	}
	if len(b) >= maxFrame {
		return -1
	}
	return 0
}

// intact checks the text against its BCC, the XOR of all its bytes. An acknowledgement has no check.
func intact(frame []byte) bool {
	if len(frame) == shortest {
		return true
	}
	var bcc byte
	for _, c := range frame[shortest : len(frame)-2] {
		bcc ^= c
	}
	return bcc == frame[len(frame)-1]
}
