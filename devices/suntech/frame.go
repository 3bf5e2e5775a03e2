package suntech

import (
	"bytes"

	"bedside/devices"
)

// Frame layout of both directions (cuffs.md section 1).
const (
	hostHead   = 0x3A // first byte of a frame to the module
	moduleHead = 0x3E // first byte of a frame from the module
	minFrame   = 4    // LEN of the shortest reply, an acknowledgement
	maxFrame   = 67   // LEN of the longest reply, the version text
)

// receiver cuts the bytes of the module into frames. It keeps at most one unfinished frame, so its memory is bounded
// whatever arrives, and it allocates nothing.
//
// Every byte received is in exactly one of three places: in a frame that was handed out, in junk or damaged, or still
// waiting in buf.
type receiver struct {
	buf  [maxFrame]byte // an unfinished frame; buf[0] is moduleHead whenever n > 0
	n    int
	done [maxFrame]byte // the frame handed out last, if it came out of buf

	junk    int // bytes given up because no frame can contain them there
	damaged int // bytes given up because the frame they began failed its check, one a frame
	frames  int // frames handed out
	framed  int // bytes in them
}

// next returns the first whole frame of what is waiting and rx, and what is left of rx. A nil frame means that all of
// rx was used up. The frame is valid until the next call.
func (r *receiver) next(rx []byte) (frame, rest []byte) {
	for {
		if frame := r.whole(); frame != nil {
			return frame, rx
		}
		if r.n == 0 {
			// The common case copies nothing: a whole good frame at the start of rx.
			i := bytes.IndexByte(rx, moduleHead)
			if i < 0 {
				r.junk += len(rx)
				return nil, nil
			}
			r.junk += i
			rx = rx[i:]
			if n := frameLen(rx); n > 0 && n <= len(rx) && sum(rx[:n]) == 0 {
				r.frames++
				r.framed += n
				return rx[:n], rx[n:]
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

// whole looks for a frame in what is waiting. A start that turns out wrong costs exactly one byte: the next frame may
// begin right behind it.
func (r *receiver) whole() []byte {
	for r.n > 0 {
		switch n := frameLen(r.buf[:r.n]); {
		case n < 0:
			r.drop(&r.junk)
		case n == 0 || n > r.n:
			return nil
		case sum(r.buf[:n]) != 0:
			r.drop(&r.damaged)
		default:
			frame := r.done[:copy(r.done[:n], r.buf[:n])]
			r.n = copy(r.buf[:], r.buf[n:r.n])
			r.frames++
			r.framed += n
			return frame
		}
	}
	return nil
}

// giveUp treats the unfinished frame as a false start and returns the next whole frame behind it, nil if none is left
// and nothing waits any more.
func (r *receiver) giveUp() []byte {
	for r.n > 0 {
		r.drop(&r.junk)
		if frame := r.whole(); frame != nil {
			return frame
		}
	}
	return nil
}

func (r *receiver) drop(counter *int) {
	*counter++
	r.n = copy(r.buf[:], r.buf[1:r.n])
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

// frameLen returns the length that the frame at the start of b claims, 0 if its LEN byte has not come yet, and -1 if no
// frame can begin so.
func frameLen(b []byte) int {
	switch {
	case len(b) > 0 && b[0] != moduleHead:
		return -1
	case len(b) < 2:
		return 0
	case b[1] < minFrame || b[1] > maxFrame:
		return -1
	}
	return int(b[1])
}

// sum adds the bytes modulo 256; it is 0 for a whole good frame, because the last byte is the two's complement of the
// others.
func sum(b []byte) byte {
	var s byte
	for _, c := range b {
		s += c
	}
	return s
}
