package capture

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bedside/devices"
)

// Text writes the facts as the beginning of a capture of this version.
func (h *Header) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "= capture %d\n", Version)
	fact := func(word, value string) {
		if value != "" {
			fmt.Fprintf(&b, "= %s %s\n", word, value)
		}
	}
	fact("driver", h.Driver)
	if h.Line.Baud > 0 {
		fact("line", FormatLine(h.Line))
	}
	fact("variant", h.Settings.Variant)
	if !h.From.IsZero() {
		fact("from", h.From.UTC().Format(time.RFC3339Nano))
	}
	fact("by", h.By)
	flag := func(word string, set bool) {
		if set {
			b.WriteString("= " + word + "\n")
		}
	}
	flag("continues", h.Continues)
	flag("allow-start", h.Settings.AllowStart)
	if h.Settings.InitialPressure != 0 {
		fact("initial-pressure", strconv.Itoa(h.Settings.InitialPressure))
	}
	flag("wakes", h.Wakes)
	flag("unchecked", h.Unchecked)
	return b.String()
}

// Encoder writes events as lines. Times are those between the events, rounded so that the errors do not add up. The
// methods append to dst and return it; with room in dst they allocate nothing. An Encoder is not safe for concurrent use.
type Encoder struct{ at time.Time }

// From sets the moment at which a capture begins and returns it, rounded down to a Unit, for its header.
func (e *Encoder) From(at time.Time) time.Time {
	e.at = at.Add(-time.Duration(at.Nanosecond()) % Unit)
	return e.at
}

// At returns the moment that the lines so far lead to, never later than the last event.
func (e *Encoder) At() time.Time { return e.at }

// Rx appends bytes that came from the device at that moment.
func (e *Encoder) Rx(dst []byte, at time.Time, b []byte) []byte {
	return appendHex(e.wait(dst, at), b)
}

// Tx appends bytes that were written to the device at that moment.
func (e *Encoder) Tx(dst []byte, at time.Time, b []byte) []byte {
	return appendHex(append(e.wait(dst, at), '>', ' '), b)
}

// Woken appends that the session was called without bytes.
func (e *Encoder) Woken(dst []byte, at time.Time) []byte { return append(e.wait(dst, at), '.', '\n') }

// Order appends an order that the driver took.
func (e *Encoder) Order(dst []byte, at time.Time, c devices.Command) []byte {
	return append(append(append(e.wait(dst, at), '!', ' '), c.String()...), '\n')
}

// Opened appends that the port was opened with these line settings and, if not empty, this variant of the driver.
func (e *Encoder) Opened(dst []byte, at time.Time, l devices.Line, variant string) []byte {
	dst = append(append(e.wait(dst, at), "^ open "...), FormatLine(l)...)
	if variant != "" {
		dst = append(append(dst, ' '), variant...)
	}
	return append(dst, '\n')
}

// Closed appends that the port was closed or lost; why is for people, one line.
func (e *Encoder) Closed(dst []byte, at time.Time, why string) []byte {
	dst = append(e.wait(dst, at), "^ close"...)
	if why != "" {
		dst = append(append(dst, " # "...), strings.ReplaceAll(why, "\n", " ")...)
	}
	return append(dst, '\n')
}

// wait appends the time since the last event. A moment before it counts as the same.
func (e *Encoder) wait(dst []byte, at time.Time) []byte {
	for {
		units := int64(min(at.Sub(e.at), longestWait) / Unit)
		if units <= 0 {
			return dst
		}
		e.at = e.at.Add(time.Duration(units) * Unit)
		dst = append(appendWait(dst, units), '\n')
	}
}

// appendWait writes so many units as milliseconds, or as seconds from one second on.
func appendWait(dst []byte, units int64) []byte {
	second := int64(time.Second / Unit)
	millisecond := int64(time.Millisecond / Unit)
	one, suffix, digits := millisecond, "ms", 1
	if units >= second {
		one, suffix, digits = second, "s", 4
	}
	dst = strconv.AppendInt(append(dst, '@', '+'), units/one, 10)
	if part := units % one; part > 0 {
		for ; part%10 == 0; part /= 10 {
			digits--
		}
		dst = append(dst, '.')
		for scale := power(digits - 1); scale > part; scale /= 10 {
			dst = append(dst, '0')
		}
		dst = strconv.AppendInt(dst, part, 10)
	}
	return append(dst, suffix...)
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789ABCDEF"
	for i, c := range b {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return append(dst, '\n')
}
