package dinamap

import (
	"fmt"
	"math/rand/v2"
	"time"

	"bedside/simulators"
	"bedside/simulators/cuff"
	"bedside/simulators/internal/answers"
)

// Our choices where cuffs.md section 5 says nothing.
const (
	maxLate      = 10 * time.Minute      // a later Step makes up for no more than that
	answerFirst  = 10 * time.Millisecond // fastest answer
	answerSpread = 60 * time.Millisecond
	longest      = 40 // bytes of a message from the host
	cr           = '\r'
	lf           = '\n'
	good         = '1' // cuffs.md section 5
	failure      = '3' // any code above 2
	noResult     = '0' // before the first determination
	maxAge       = 9999
)

// Values is a result.
type Values struct{ Systolic, Diastolic, Mean int }

// Options select what the monitor is. The zero value is a healthy one without a result.
type Options struct {
	Seed     uint64
	Old      Values        // the result of a determination before the first Step; zero for none
	OldAge   time.Duration // how long ago it ended
	LineFeed bool          // ends its messages with CR LF
	Wraps    bool          // an age of 9999 s is followed by 0; else it stands still
	Failure  byte          // the status of a failed determination; zero stands for '3'
	Deaf     bool          // answers a start, but does not begin
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

	status byte
	values Values
	ended  time.Time // of the determination that gave values
	counts cuff.Counts
}

// New returns a monitor that has power from its first Step on.
func New(o Options) *Device {
	if o.Failure == 0 {
		o.Failure = failure
	}
	return &Device{
		options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x64696e616d6170)), cuff: cuff.New(o.Seed), status: noResult,
	}
}

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.cuff.Inflated() }

// Measuring reports whether a determination was running at the last Step.
func (d *Device) Measuring() bool { return d.cuff.Measuring() }

// Cycles returns how many determinations have begun, whoever began them.
func (d *Device) Cycles() int { return d.cuff.Cycles() }

// Counts returns what the host has done wrong so far.
func (d *Device) Counts() cuff.Counts { return d.counts }

// Step implements [simulators.Device].
func (d *Device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	if !d.started {
		d.started, d.now = true, now
		if d.options.Old != (Values{}) {
			d.status, d.values, d.ended = good, d.options.Old, now.Add(-d.options.OldAge)
		}
	}
	d.live(now, &truth)
	if truth.CuffPress {
		d.cuff.Begin(truth.CuffFault)
	}
	d.receive(rx, &truth)
	d.buf = d.answers.Due(d.now, d.buf)
	return d.buf, d.answers.Wake(d.cuff.Wake(d.now))
}

func (d *Device) live(now time.Time, truth *simulators.Vitals) {
	if !now.After(d.now) {
		return
	}
	dt := min(now.Sub(d.now), maxLate)
	d.now = now
	r, over := d.cuff.Live(dt, truth)
	switch {
	case !over:
	case r.Class != 0:
		d.status = d.options.Failure
	default:
		d.status, d.ended = good, now
		d.values = Values{r.Systolic, r.Diastolic, r.Mean}
	}
}

// receive takes host bytes. A message ends with CR; a line feed behind it is ignored.
func (d *Device) receive(rx []byte, truth *simulators.Vitals) {
	for _, b := range rx {
		switch {
		case b == lf:
		case b == cr:
			d.obey(d.rx, truth)
			d.rx = d.rx[:0]
		case len(d.rx) < longest:
			d.rx = append(d.rx, b)
		}
	}
}

// obey carries out one message without its CR. One whose check is wrong is not answered: the page knows no refusal.
func (d *Device) obey(msg []byte, truth *simulators.Vitals) {
	n := len(msg) - 2
	if n < 3 || check(msg[:n]) != [2]byte(msg[n:]) {
		d.counts.Malformed++
		return
	}
	switch string(msg[:n]) {
	case " NA":
		d.answer(d.report())
	case " NC0":
		d.answer(" NC")
		if d.options.Deaf {
			return
		}
		if !d.cuff.Begin(truth.CuffFault) {
			d.counts.Busy++
		}
	case " ND":
		d.answer(" ND")
		d.cuff.Abort()
	default:
		d.counts.Unknown++
	}
}

// report is the reply to NA without check and CR.
func (d *Device) report() string {
	if d.ended.IsZero() {
		return fmt.Sprintf(" NA%c00%04d%03d%03d%03d", d.status, 0, 0, 0, 0)
	}
	age := int(d.now.Sub(d.ended) / time.Second)
	if d.options.Wraps {
		age %= maxAge + 1
	}
	return fmt.Sprintf(" NA%c00%04d%03d%03d%03d",
		d.status, min(age, maxAge), d.values.Systolic, d.values.Diastolic, d.values.Mean)
}

func (d *Device) answer(text string) {
	at := d.now.Add(answerFirst + time.Duration(d.rng.Int64N(int64(answerSpread))))
	k := check([]byte(text))
	msg := append([]byte(text), k[0], k[1], cr)
	if d.options.LineFeed {
		msg = append(msg, lf)
	}
	d.answers.Add(at, 0, msg)
}

// check returns k1 and k2 of cuffs.md section 5.
func check(text []byte) [2]byte {
	sum := 0
	for _, c := range text {
		sum += int(c) - 0x1F
	}
	for sum > 0xFFFF {
		sum -= 0xFFF
	}
	return [2]byte{byte(sum>>6) + 0x20, byte(sum&0x3F) + 0x20}
}
