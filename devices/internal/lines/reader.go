package lines

// Max is the longest line in bytes without its end, our choice: the longest of the protocols that use it has about 180.
// A longer one is given up in pieces of this size.
const Max = 256

// Line is what a [Reader] found.
type Line struct {
	Text   []byte // without the line end; empty for a blank line; valid until the next call and while rx is
	Size   int    // bytes it took off the stream, its end included
	Broken bool   // longer than Max, or the rest of such a line; Text is then nil
	Whole  bool   // set by a [Listener]: the end of another line was heard just before it
}

// Reader cuts a stream into lines. A carriage return and a line feed each end one; a pair of them, in whichever order, ends
// a line and a blank one. The zero value is ready. It is not safe for concurrent use, and holds at most Max bytes.
type Reader struct {
	buf  [Max]byte
	n    int
	long bool // the present line was longer than Max
}

// Next takes the next line off rx and returns what follows it. Without a whole line it keeps the bytes, returns no rest,
// and reports false.
func (r *Reader) Next(rx []byte) (line Line, rest []byte, ok bool) {
	for i, c := range rx {
		if c == '\n' || c == '\r' {
			return r.end(rx[:i]), rx[i+1:], true
		}
		if r.n+i == Max {
			r.n, r.long = 0, true
			return Line{Size: Max, Broken: true}, rx[i:], true
		}
	}
	r.n += copy(r.buf[r.n:], rx)
	return Line{}, nil, false
}

func (r *Reader) end(last []byte) Line {
	n, long := r.n, r.long
	r.n, r.long = 0, false
	if long {
		return Line{Size: n + len(last) + 1, Broken: true}
	}
	if n > 0 {
		n += copy(r.buf[n:], last)
		last = r.buf[:n]
	}
	return Line{Text: last, Size: len(last) + 1}
}

// Void forgets the line that has begun and returns how many bytes that were.
func (r *Reader) Void() int {
	n := r.n
	r.n, r.long = 0, false
	return n
}
