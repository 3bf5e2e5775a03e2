package omron

import (
	"fmt"
	"time"

	"bedside/simulators"
	"bedside/simulators/cuff"
	"bedside/simulators/internal/button"
)

// Options select what the monitor is. The zero value is a HBP-9030 whose button nobody presses but the truth.
type Options struct {
	Seed    uint64        // drives the cycle; equal seeds give equal bytes
	HBP9020 bool          // the other model
	Patient string        // identity that was entered, at most 20 characters
	Repeat  time.Duration // staff press the button that often, from the first Step on; zero for never
}

// Device is one monitor. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step returns
// are overwritten by the next Step.
type Device struct {
	options Options
	button  *button.Button
	buf     []byte
}

// New returns a monitor with an empty cuff.
func New(o Options) *Device { return &Device{options: o, button: button.New(o.Seed, o.Repeat)} }

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.button.Inflated() }

// Cycles returns how many cycles have begun.
func (d *Device) Cycles() int { return d.button.Cycles() }

// Step passes the time since the last one, and returns the line of a cycle that is over.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	r, over := d.button.Step(now, &truth)
	if over {
		d.line(now, &r)
	}
	return d.buf, d.button.Wake()
}

// line appends the line of a result.
func (d *Device) line(now time.Time, r *cuff.Result) {
	failed := r.Class != 0
	switch {
	case d.options.HBP9020 && failed:
	case d.options.HBP9020:
		d.buf = fmt.Appendf(d.buf, "bp,%-20.20s,%s,%03d,%03d,%03d,%03d,3\r\n",
			d.options.Patient, now.Format("2006/01/02,15:04"), r.Systolic, r.Mean, r.Diastolic, r.Rate)
	case failed:
		d.buf = fmt.Appendf(d.buf, "%s,%-20.20s,1,   ,   ,   ,%d\r\n", now.Format("2006,01,02,15,04"), d.options.Patient, moved(r))
	default:
		d.buf = fmt.Appendf(d.buf, "%s,%-20.20s,0,%03d,%03d,%03d,%d\r\n",
			now.Format("2006,01,02,15,04"), d.options.Patient, r.Systolic, r.Diastolic, r.Rate, moved(r))
	}
}

func moved(r *cuff.Result) int {
	if r.Moved {
		return 1
	}
	return 0
}
