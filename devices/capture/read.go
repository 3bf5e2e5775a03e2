package capture

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bedside/devices"
)

// Error is a place in a capture that cannot be read. Everything before it was whole.
type Error struct {
	Name   string // of the capture
	Line   int    // counted from 1
	Offset int64  // of the line's first byte
	Err    error
}

// Error names the capture, the line, the byte and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("capture: %s, line %d: %v (at byte %d)", e.Name, e.Line, e.Err, e.Offset)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// ErrTruncated is the reason for a capture that ends in the middle of a line.
var ErrTruncated = errors.New("the text ends in the middle of this line: its writer was stopped, or the disk was full")

// longestText is the longest line that is read; a read of 4096 bytes, the most that the kernel keeps, has 12 kB.
const longestText = 64 << 10

// Reader reads a capture event by event. It is not safe for concurrent use.
type Reader struct {
	name   string
	in     *bufio.Reader
	header Header
	line   int
	offset int64 // of the next line
	events int
	first  *Event
	failed error
}

// NewReader reads the facts at the beginning of a capture; name stands for it in errors. It fails with an [*Error], or
// with what in failed with.
func NewReader(name string, in io.Reader) (*Reader, error) {
	r := &Reader{name: name, in: bufio.NewReaderSize(in, longestText)}
	e, err := r.next()
	switch {
	case err == nil:
		r.first = &e
	case errors.Is(err, io.EOF):
		r.failed = err
	default:
		return nil, err
	}
	return r, nil
}

// Header returns the facts about the whole.
func (r *Reader) Header() Header { return r.header }

// Next returns the next event, io.EOF at the end, an [*Error] for a line that makes no sense, or what the reader below
// failed with. After an error it returns the same error for ever.
func (r *Reader) Next() (Event, error) {
	if r.first != nil {
		e := *r.first
		r.first = nil
		return e, nil
	}
	if r.failed != nil {
		return Event{}, r.failed
	}
	e, err := r.next()
	r.failed = err
	return e, err
}

// next reads up to the next event and takes facts on the way.
func (r *Reader) next() (Event, error) {
	for {
		at := r.offset
		text, err := r.in.ReadSlice('\n')
		r.offset += int64(len(text))
		cut := errors.Is(err, io.EOF)
		if cut && len(text) == 0 {
			return Event{}, io.EOF
		}
		r.line++
		fail := func(err error) (Event, error) {
			return Event{}, &Error{Name: r.name, Line: r.line, Offset: at, Err: err}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return fail(fmt.Errorf("longer than %d bytes; this is no capture", longestText))
		case cut && r.header.Version > 0:
			return fail(ErrTruncated)
		case err != nil && !cut:
			return Event{}, fmt.Errorf("capture: %s: %w", r.name, err)
		}
		line, _, _ := strings.Cut(string(text), "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if line[0] == '=' && r.events == 0 {
			if err := r.header.take(strings.TrimSpace(line[1:])); err != nil {
				return fail(err)
			}
			continue
		}
		e, err := parseEvent(line)
		if err != nil {
			return fail(err)
		}
		e.Line = r.line
		r.events++
		return e, nil
	}
}

func parseEvent(line string) (e Event, err error) {
	rest := strings.TrimSpace(line[1:])
	switch line[0] {
	case '=':
		err = fmt.Errorf("%q stands after the first event", clip(rest))
	case '@':
		e.Wait, err = parseWait(rest)
	case '>':
		e.Tx, err = parseHex(rest)
	case '!':
		e.Order, err = parseOrder(rest)
	case '.':
		if e.Woken = rest == ""; !e.Woken {
			err = fmt.Errorf("%q stands behind a wake", clip(rest))
		}
	case '^':
		err = e.parseChange(rest)
	default:
		e.Rx, err = parseHex(line)
	}
	return e, err
}

func parseWait(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimPrefix(s, "+"))
	if err != nil {
		return 0, fmt.Errorf("%q is no duration", clip(s))
	}
	if d < 0 || d > longestWait {
		return 0, fmt.Errorf("%q is not between nothing and %v", clip(s), longestWait)
	}
	return d, nil
}

func parseHex(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil, fmt.Errorf("%q is no row of bytes in hexadecimal digits", clip(s))
	}
	return b, nil
}

func parseOrder(s string) (devices.Command, error) {
	for _, c := range []devices.Command{devices.CuffStart, devices.CuffStop} {
		if c.String() == s {
			return c, nil
		}
	}
	return 0, fmt.Errorf("unknown order %q", clip(s))
}

func (e *Event) parseChange(s string) (err error) {
	words := strings.Fields(s)
	switch {
	case len(words) == 1 && words[0] == "close":
		e.Port = Closed
	case len(words) >= 1 && len(words) <= 3 && words[0] == "open":
		e.Port = Opened
		if len(words) > 1 {
			e.Settings, err = ParseLine(words[1])
		}
		if len(words) > 2 {
			e.Variant = words[2]
		}
	default:
		err = fmt.Errorf("%q is nothing that happens to a port", clip(s))
	}
	return err
}

// take notes a fact.
func (h *Header) take(fact string) (err error) {
	word, arg, _ := strings.Cut(fact, " ")
	arg = strings.TrimSpace(arg)
	switch word {
	case "capture":
		if arg != strconv.Itoa(Version) {
			return fmt.Errorf("format version %q; this program reads version %d", clip(arg), Version)
		}
		h.Version = Version
	case "driver":
		h.Driver = arg
	case "line":
		h.Line, err = ParseLine(arg)
	case "variant":
		h.Settings.Variant = arg
	case "from":
		if h.From, err = time.Parse(time.RFC3339Nano, arg); err != nil {
			return fmt.Errorf("from: %q is no moment like 2026-11-22T09:40:12Z", clip(arg))
		}
		h.From = h.From.UTC()
	case "by":
		h.By = arg
	case "continues":
		h.Continues = true
	case "allow-start":
		h.Settings.AllowStart = true
	case "initial-pressure":
		if h.Settings.InitialPressure, err = strconv.Atoi(arg); err != nil {
			return fmt.Errorf("initial-pressure: %q is no whole number", clip(arg))
		}
	case "wakes":
		h.Wakes = true
	case "unchecked":
		h.Unchecked = true
	default:
		return fmt.Errorf("unknown fact %q", clip(fact))
	}
	return err
}
