package medlab

import (
	"math/rand/v2"
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/internal/answers"
)

// Our choices where cuffs.md section 8 gives nothing.
const (
	tick           = 50 * time.Millisecond // how finely pressure is computed
	maxLate        = 10 * time.Minute      // a later Step makes up for no more than that
	answerFirst    = 10 * time.Millisecond // fastest answer
	answerSpread   = 30 * time.Millisecond
	byteTime       = 2084 * time.Microsecond // ten bits at 4800 baud
	commandTimeout = 250 * time.Millisecond  // half a command older than that is forgotten
)

// Options select what the module is. The zero value is a healthy one.
type Options struct {
	Seed     uint64
	Dashes   bool // numbers that were not measured are sent as dashes, not as 999
	Mismatch int  // what live packets say of the cuff: 0 right, 1 or 2 wrong for the patient mode
}

// Device is one module. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	now     time.Time // up to where life has been simulated
	started bool

	rx      []byte // part of a host command
	rxSince time.Time
	answers answers.Queue
	buf     []byte

	target  int // initial inflation in mmHg
	neonate bool
	cycle   cycle
	inject  []int             // messages for the next cycles
	fault   devices.CuffClass // of the truth of this Step
	result  result
	counts  Counts
}

// Counts says what a host did that it should not do, and how often.
type Counts struct {
	Forbidden int // manometer, watchdog, reset, pneumatic test or automatic cycles
	Ignored   int // starts while measuring
	Unknown   int // numbers that no document lists
	Malformed int // commands with a wrong sum or form
}

// New returns a module that has power from its first Step on.
func New(o Options) *Device {
	return &Device{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x6d65646c6162)), target: firstTarget}
}

// Inject makes the next cycles end with these messages, one each, whatever the truth. The cycle goes the way that fits:
// 6 and 7 never hold pressure, 12 pumps on until the safety limit, 19 keeps its air until the other one. A message of 0
// leaves its cycle alone.
func (d *Device) Inject(messages ...int) { d.inject = append(d.inject, messages...) }

// Pressure returns the pressure in the cuff in mmHg at the last Step.
func (d *Device) Pressure() float64 { return d.cycle.pressure }

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.cycle.pressure > emptyBelow }

// Measuring reports whether a cycle was running at the last Step.
func (d *Device) Measuring() bool { return d.cycle.phase != idle }

// Cycles returns how many cycles have begun.
func (d *Device) Cycles() int { return d.cycle.count }

// Target returns the initial inflation in mmHg.
func (d *Device) Target() int { return d.target }

// Counts returns what the host has done wrong so far.
func (d *Device) Counts() Counts { return d.counts }

// Step lives on to now, listens to rx, and returns the packets that are due. The wake is zero while nothing moves and
// nothing is owed: then only the host can change anything. CuffPress is ignored: the module has no button of its own.
func (d *Device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	if !d.started {
		d.started, d.now = true, now
	}
	if now.Sub(d.now) > maxLate {
		d.now = now.Add(-maxLate)
	}
	for d.now.Before(now) {
		step := min(tick, now.Sub(d.now))
		d.now = d.now.Add(step)
		d.breathe(step, &truth)
	}
	d.fault = truth.CuffFault
	d.receive(rx)
	d.buf = d.answers.Due(d.now, d.buf)
	return d.buf, d.wake()
}

func (d *Device) wake() time.Time {
	var w time.Time
	if d.cycle.phase != idle || d.cycle.pressure > 0 {
		w = d.now.Add(tick)
	}
	return d.answers.Wake(w)
}

// answer queues a packet: it begins after the usual reaction time, not before the one before it has left.
func (d *Device) answer(content string) {
	text := string(rune(stx)) + content + string(rune(etx)) + string(rune(cr))
	begin := d.now.Add(answerFirst + time.Duration(d.rng.Int64N(int64(answerSpread))))
	d.answers.Add(begin, time.Duration(len(text))*byteTime, []byte(text))
}
