package and

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/cuff"
	"bedside/simulators/internal/answers"
)

// Bytes of cuffs.md section 2a.
const (
	ack = 0x06
	nak = 0x15
	stx = 0x02
	etx = 0x03
)

// Our choices where cuffs.md section 2a says nothing.
const (
	maxLate      = 10 * time.Minute // a later Step makes up for no more than that
	answerFirst  = 10 * time.Millisecond
	answerSpread = 40 * time.Millisecond
	writeUp      = 2 * time.Second // from the end of a cycle to its result
	usualBaud    = 2400
	bitsPerByte  = 10
	longest      = 64 // bytes of a frame from the host
)

var head = []byte{0x16, 0x16, 0x01, '0', '0'}

// Options select what the monitor is. The zero value is a TM-2657 at 2400 baud that sends its results by itself and has
// none yet.
type Options struct {
	Seed    uint64
	Baud    int           // zero stands for 2400
	Quiet   bool          // results are not sent by themselves
	Deaf    bool          // answers no RB while it measures; else with the last result
	Refuses bool          // refuses every start
	Old     *cuff.Result  // the last result before the first Step; nil for none
	OldAge  time.Duration // how long ago that was, by the monitor's clock
	Clock   time.Duration // how wrong the monitor's clock is
	Code    int           // the error number of a failed cycle, if not the one that fits its class; zero for that
}

// Device is one monitor. It implements [simulators.Device] and is not safe for concurrent use.
type Device struct {
	options Options
	rng     *rand.Rand
	cuff    *cuff.Cuff
	now     time.Time
	started bool

	rx      []byte
	answers answers.Queue
	buf     []byte
	result  []byte // text of the last result; nil for none
	due     time.Time
	next    []byte // text that becomes the result at due
	counts  cuff.Counts
}

// New returns a monitor that has power from its first Step on.
func New(o Options) *Device {
	if o.Baud == 0 {
		o.Baud = usualBaud
	}
	return &Device{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x616e64)), cuff: cuff.New(o.Seed)}
}

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.cuff.Inflated() }

// Measuring reports whether a cycle was running at the last Step.
func (d *Device) Measuring() bool { return d.cuff.Measuring() }

// Cycles returns how many cycles have begun, whoever began them.
func (d *Device) Cycles() int { return d.cuff.Cycles() }

// Counts returns what the host has done wrong so far.
func (d *Device) Counts() cuff.Counts { return d.counts }

// Step implements [simulators.Device].
func (d *Device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	if !d.started {
		d.started, d.now = true, now
		if d.options.Old != nil {
			d.result = d.text(*d.options.Old, now.Add(-d.options.OldAge))
		}
	}
	if now.After(d.now) {
		dt := min(now.Sub(d.now), maxLate)
		d.now = now
		if r, over := d.cuff.Live(dt, &truth); over {
			d.next, d.due = d.text(r, now), now.Add(writeUp)
		}
	}
	if d.next != nil && !d.now.Before(d.due) {
		d.result, d.next = d.next, nil
		if !d.options.Quiet {
			d.say(0, frame(d.result))
		}
	}
	if truth.CuffPress && d.next == nil {
		d.cuff.Begin(truth.CuffFault)
	}
	d.receive(rx, &truth)
	d.buf = d.answers.Due(d.now, d.buf)
	return d.buf, d.wake()
}

func (d *Device) wake() time.Time {
	wake := d.cuff.Wake(d.now)
	if d.next != nil && (wake.IsZero() || d.due.Before(wake)) {
		wake = d.due
	}
	return d.answers.Wake(wake)
}

// receive takes host bytes and looks for frames in them.
func (d *Device) receive(rx []byte, truth *simulators.Vitals) {
	d.rx = append(d.rx, rx...)
	for {
		i := bytes.Index(d.rx, head)
		if i < 0 {
			d.rx = append(d.rx[:0], d.rx[max(0, len(d.rx)-len(head)+1):]...)
			return
		}
		d.rx = append(d.rx[:0], d.rx[i:]...)
		end := bytes.IndexByte(d.rx, etx)
		if end < 0 && len(d.rx) < longest || end >= 0 && end+1 >= len(d.rx) {
			return
		}
		if end < len(head)+1 || d.rx[len(head)] != stx || bcc(d.rx[len(head)+1:end]) != d.rx[end+1] {
			d.counts.Malformed++
			d.rx = append(d.rx[:0], d.rx[1:]...)
			continue
		}
		text := string(d.rx[len(head)+1 : end])
		d.rx = append(d.rx[:0], d.rx[end+2:]...)
		d.obey(text, truth)
	}
}

func (d *Device) obey(text string, truth *simulators.Vitals) {
	busy := d.cuff.Measuring() || d.next != nil
	switch text {
	case "ST":
		switch {
		case busy:
			d.counts.Busy++
			d.acknowledge(nak)
		case d.options.Refuses:
			d.acknowledge(nak)
		default:
			d.cuff.Begin(truth.CuffFault)
			d.acknowledge(ack)
		}
	case "SP":
		d.cuff.Abort()
		d.acknowledge(ack)
	case "RB":
		switch {
		case busy && d.options.Deaf:
		case d.result == nil:
			d.acknowledge(nak)
		default:
			d.say(d.reaction(), frame(d.result))
		}
	default:
		d.counts.Unknown++
		d.acknowledge(nak)
	}
}

func (d *Device) reaction() time.Duration {
	return answerFirst + time.Duration(d.rng.Int64N(int64(answerSpread)))
}

func (d *Device) acknowledge(b byte) { d.say(d.reaction(), append(bytes.Clone(head), b)) }

// say queues a frame: it begins when the line is free, and is there when its last byte is.
func (d *Device) say(after time.Duration, f []byte) {
	d.answers.Add(d.now.Add(after), time.Duration(len(f)*bitsPerByte)*time.Second/time.Duration(d.options.Baud), f)
}

// text writes a result as the real frame of the page has it.
func (d *Device) text(r cuff.Result, at time.Time) []byte {
	code := codeOf(r.Class)
	if r.Class != 0 && d.options.Code != 0 {
		code = d.options.Code
	}
	moved := 0
	if r.Moved {
		moved = 1
	}
	number := func(n int) string {
		if r.Class != 0 {
			return "   "
		}
		return fmt.Sprintf("%3s", strconv.Itoa(n))
	}
	const sep = "\x1e"
	return []byte("TM2657" + sep + at.Add(d.options.Clock).Format("0601021504") + sep + "RA" + sep + "M" + sep +
		fmt.Sprintf("E%02d", code) + sep + "S" + number(r.Systolic) + sep + "M" + number(r.Mean) + sep +
		"D" + number(r.Diastolic) + sep + "P" + number(r.Rate) + sep + "I00" + sep + "L232" + sep + "p173" + sep +
		"i 0" + sep + fmt.Sprintf("m%d", moved) + sep + "r0" + sep + fmt.Sprintf("t%3d", int(r.Took/time.Second)) + sep +
		"cN" + sep + "l  " + sep + "d" + sep + "h     " + sep + "s     " + sep + "w      " + sep + "f      " + sep +
		"e      " + sep + "b     " + sep)
}

// codeOf returns the error number that fits a class; 45 where the page has none.
func codeOf(c devices.CuffClass) int {
	switch c {
	case 0:
		return 0
	case devices.CuffHardware:
		return 11
	case devices.CuffLeak:
		return 12
	case devices.CuffBlocked:
		return 13
	case devices.CuffOverpressure:
		return 23
	case devices.CuffTimeout:
		return 24
	case devices.CuffUnderinflated:
		return 42
	case devices.CuffWeak:
		return 43
	case devices.CuffMotion:
		return 44
	case devices.CuffRange:
		return 63
	}
	return 45
}

func frame(text []byte) []byte {
	f := append(bytes.Clone(head), stx)
	f = append(f, text...)
	return append(f, etx, bcc(text))
}

func bcc(text []byte) byte {
	var x byte
	for _, c := range text {
		x ^= c
	}
	return x
}
