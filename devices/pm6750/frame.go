package pm6750

import (
	"bytes"

	"bedside/devices"
)

// Frame layout of both directions (oximeters.md section 6).
const (
	head1   = 0x55
	head2   = 0xAA
	minN    = 3    // N of a packet that has only its type
	maxN    = 0x40 // a sane limit; cuffs.md section 9a
	longest = maxN + 2
)

// receiver cuts the bytes of the board into frames. It keeps at most one unfinished frame, so its memory is bounded
// whatever arrives, and it allocates nothing. Every byte received is in exactly one of three places: in a frame that was
// handed out, in junk or damaged, or still waiting in buf.
type receiver struct {
	buf  [longest]byte // an unfinished frame; buf[0] is head1 whenever n > 0
	n    int
	done [longest]byte // the frame handed out last, if it came out of buf

	gap     int // bytes given up since the last frame
	torn    int // of these, between the last two frames
	junk    int // bytes given up because no frame can contain them there
	damaged int // bytes given up because the frame they began failed its check, one a frame
	frames  int // frames handed out
	framed  int // bytes in them
}

// next returns the payload of the first whole frame of what is waiting and rx, and what is left of rx. A nil payload
// means that all of rx was used up. It is valid until the next call.
func (r *receiver) next(rx []byte) (payload, rest []byte) {
	for {
		if f := r.whole(); f != nil {
			return r.hand(f), rx
		}
		if r.n == 0 {
			// The common case copies nothing: a whole good frame at the start of rx.
			if len(rx) > 0 && rx[0] != head1 {
				i := bytes.IndexByte(rx, head1)
				if i < 0 {
					r.give(len(rx), &r.junk)
					return nil, nil
				}
				r.give(i, &r.junk)
				rx = rx[i:]
			}
			if n := frameLen(rx); n > 0 && n <= len(rx) && intact(rx[:n]) {
				return r.hand(rx[:n]), rx[n:]
			}
		}
		if len(rx) == 0 {
			return nil, nil
		}
		r.buf[r.n] = rx[0]
		r.n++
		rx = rx[1:]
	}
}

func (r *receiver) hand(frame []byte) []byte {
	r.frames++
	r.framed += len(frame)
	r.torn, r.gap = r.gap, 0
	return frame[3 : len(frame)-1]
}

// whole looks for a frame in what is waiting. A start that turns out wrong costs exactly one byte: the next frame may
// begin right behind it.
func (r *receiver) whole() []byte {
	for r.n > 0 {
		switch n := frameLen(r.buf[:r.n]); {
		case n < 0:
			r.drop(&r.junk)
		case n == 0 || n > r.n:
			return nil
		case !intact(r.buf[:n]):
			r.drop(&r.damaged)
		default:
			frame := r.done[:copy(r.done[:n], r.buf[:n])]
			r.n = copy(r.buf[:], r.buf[n:r.n])
			return frame
		}
	}
	return nil
}

func (r *receiver) drop(counter *int) {
	r.give(1, counter)
	r.n = copy(r.buf[:], r.buf[1:r.n])
}

// breakOff gives up the unfinished frame, and all that waits with it.
func (r *receiver) breakOff() {
	r.give(r.n, &r.junk)
	r.n = 0
}

func (r *receiver) give(n int, counter *int) {
	*counter += n
	r.gap += n
}

// faults appends what was given up since the last call. Bytes between frames are one fault, however many there were.
func (r *receiver) faults(to []devices.Fault) []devices.Fault {
	for ; r.damaged > 0; r.damaged-- {
		to = append(to, devices.Fault{Kind: devices.BadChecksum, Bytes: 1})
	}
	if r.junk > 0 {
		to = append(to, devices.Fault{Kind: devices.BadFrame, Bytes: r.junk})
		r.junk = 0
	}
	return to
}

// frameLen returns the length that the frame at the start of b claims, 0 if its N has not come yet, and -1 if no frame
// can begin so.
func frameLen(b []byte) int {
	switch {
	case len(b) > 0 && b[0] != head1, len(b) > 1 && b[1] != head2:
		return -1
	case len(b) < 3:
		return 0
	case b[2] < minN || b[2] > maxN:
		return -1
	}
	return int(b[2]) + 2
}

// intact reports whether the last byte is the complement of the sum of all from N on.
func intact(frame []byte) bool {
	var s byte
	for _, c := range frame[2:] {
		s += c
	}
	return s == 0xFF
}
