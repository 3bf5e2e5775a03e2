package suntech

import (
	"math/rand/v2"
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/internal/answers"
)

// Our choices where cuffs.md section 1 gives a range or nothing.
const (
	tick         = 50 * time.Millisecond  // how finely pressure is computed
	maxLate      = 10 * time.Minute       // a later Step makes up for no more than that
	answerFirst  = 4 * time.Millisecond   // fastest answer
	answerSpread = 12 * time.Millisecond  // with this on top it stays within the 20 ms of the documents
	frameTimeout = 250 * time.Millisecond // half a frame older than that is answered with T
	abortTakes   = 300 * time.Millisecond // from A to K
)

// quirkWindow is how close to an abort a new initial inflation swallows the abort's answer, cuffs.md section 1.
const quirkWindow = 500 * time.Millisecond

// hostGap is the least time between two frames of the host, cuffs.md section 1.
const hostGap = 100 * time.Millisecond

// Model is the sort of module.
type Model uint8

// The models, which differ in their version string and in the form of the self-test they take.
const (
	Advantage Model = iota // version begins LX
	APlus                  // version begins SB
)

// Options select what the module is. The zero value is a healthy Advantage.
type Options struct {
	Seed     uint64
	Model    Model
	SelfTest byte // code that the self-test answers; 0 is healthy
}

// Device is one module. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	now     time.Time // up to where life has been simulated
	started bool

	rx      []byte // part of a host frame
	rxSince time.Time
	heard   time.Time // when the last whole host frame came
	answers answers.Queue
	buf     []byte

	target int // initial inflation in mmHg
	set    time.Time
	cycle  cycle
	inject []byte            // error codes for the next cycles
	fault  devices.CuffClass // of the truth of this Step
	result result

	counts Counts
}

// Counts says what a host did that it should not do, and how often.
type Counts struct {
	Forbidden int // pneumatics, calibration, sleep or venous stasis commands
	Hurried   int // frames sooner than 100 ms after the one before
	Malformed int // frames with a wrong check or cut short
}

// New returns a module that has power from its first Step on.
func New(o Options) *Device {
	return &Device{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x73756e74656368)), target: initialInflation}
}

// Inject makes the next cycles end with these error codes, one each, whatever the truth. The cycle goes the way that
// fits the code: 87 never holds pressure, 88 keeps its air until the safety limit, 89 pumps on until the other one.
// A code of 0 leaves its cycle alone.
func (d *Device) Inject(codes ...byte) { d.inject = append(d.inject, codes...) }

// Pressure returns the pressure in the cuff in mmHg at the last Step.
func (d *Device) Pressure() float64 { return d.cycle.pressure }

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.cycle.pressure > emptyBelow }

// Measuring reports whether a cycle was running at the last Step.
func (d *Device) Measuring() bool { return d.cycle.phase != idle }

// Cycles returns how many cycles have begun.
func (d *Device) Cycles() int { return d.cycle.count }

// Counts returns what the host has done wrong so far.
func (d *Device) Counts() Counts { return d.counts }

// Step lives on to now, listens to rx, and returns the answers that are due. The wake is zero while nothing moves and
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
	if late := d.rxSince.Add(frameTimeout); len(d.rx) > 0 && (w.IsZero() || late.Before(w)) {
		w = late
	}
	return d.answers.Wake(w)
}

// answer queues a frame for the usual reaction time from now.
func (d *Device) answer(data ...byte) {
	d.answerIn(answerFirst+time.Duration(d.rng.Int64N(int64(answerSpread))), data...)
}

func (d *Device) answerIn(delay time.Duration, data ...byte) {
	d.answers.Add(d.now.Add(delay), 0, frame(data))
}
