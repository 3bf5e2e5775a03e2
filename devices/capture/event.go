package capture

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bedside/devices"
)

// Version is the version of the format that this package writes, and the only one that it reads.
const Version = 1

// Unit is the finest time that is written: a character on the fastest line in use, 115200 baud, takes about as long.
// Our choice.
const Unit = 100 * time.Microsecond

// longestWait bounds the time in one line, so that a damaged digit cannot make a player live through years; our choice.
const longestWait = 24 * time.Hour

// Header is what is known about a whole capture. The zero value is that of one written by hand.
type Header struct {
	Version   int          // 0 if the capture does not say
	Driver    string       // word of the driver, "" if unknown
	Line      devices.Line // zero if unknown
	From      time.Time    // at the beginning, UTC; zero if unknown
	By        string       // version of the program that wrote it, "" if unknown
	Continues bool         // the port was open before
	Unchecked bool         // no check protects the numbers
	Wakes     bool         // every call of the session without bytes is in the capture

	// Settings of the sessions: AllowStart, InitialPressure and Variant; the rest is not kept.
	Settings devices.Settings
}

// Change is what happened to the port.
type Change uint8

// The changes.
const (
	Opened Change = iota + 1
	Closed
)

// Late is how long after a wake fell due the event that covers it may come, in a capture that has its wakes: a busy
// machine calls a session that late at most, else the wake is served at its own moment. Our choice.
const Late = time.Second

// Event is one line of a capture. Exactly one of Rx, Wait, Tx, Order, Port and Woken is set.
type Event struct {
	Line  int             // in the text, counted from 1
	Rx    []byte          // bytes from the device
	Wait  time.Duration   // time that passes
	Tx    []byte          // bytes to the device
	Order devices.Command // that the driver took
	Port  Change
	Woken bool // the session was called without bytes

	Settings devices.Line // of Opened; zero if the line does not say
	Variant  string       // of Opened
}

// FormatLine writes line settings as 9600-8N1.
func FormatLine(l devices.Line) string {
	return strings.Replace(l.String(), " ", "-", 1)
}

// ParseLine reads line settings written as 9600-8N1.
func ParseLine(s string) (devices.Line, error) {
	baud, frame, found := strings.Cut(s, "-")
	rate, err := strconv.ParseUint(baud, 10, 31)
	if !found || err != nil || rate == 0 || len(frame) != 3 {
		return devices.Line{}, notLine(s)
	}
	parity := strings.IndexByte("NOE", frame[1])
	bits, stops := int(frame[0])-'0', int(frame[2])-'0'
	if parity < 0 || bits < 5 || bits > 8 || stops < 1 || stops > 2 {
		return devices.Line{}, notLine(s)
	}
	return devices.Line{Baud: int(rate), DataBits: bits, Parity: devices.Parity(parity), StopBits: stops}, nil
}

func notLine(s string) error {
	return fmt.Errorf("%q are no line settings; write baud, data bits, parity and stop bits like 9600-8N1", clip(s))
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
