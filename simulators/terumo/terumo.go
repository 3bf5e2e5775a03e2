package terumo

import (
	"fmt"
	"time"

	"bedside/simulators"
	"bedside/simulators/internal/button"
)

// Options select what the monitor does. Its button is pressed by the truth.
type Options struct {
	Seed   uint64        // drives the cycle; equal seeds give equal bytes
	Repeat time.Duration // staff press the button that often, from the first Step on; zero for never
}

// Device is one monitor. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step returns
// are overwritten by the next Step.
type Device struct {
	button *button.Button
	buf    []byte
}

// New returns a monitor with an empty cuff.
func New(o Options) *Device { return &Device{button: button.New(o.Seed, o.Repeat)} }

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.button.Inflated() }

// Cycles returns how many cycles have begun.
func (d *Device) Cycles() int { return d.button.Cycles() }

// Step passes the time since the last one, and returns the frame of a cycle that is over.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	if r, over := d.button.Step(now, &truth); over && r.Class == 0 {
		d.buf = fmt.Appendf(d.buf, "\x02R1,000000000,%s,%03d,%03d,%03d,%03d,0000,0000,00000,000\x03",
			now.Format("060102,150405"), r.Systolic, r.Mean, r.Diastolic, r.Rate)
		var bcc byte
		for _, b := range d.buf {
			bcc += b
		}
		d.buf = append(d.buf, bcc)
	}
	return d.buf, d.button.Wake()
}
