package nonin

import (
	"math/rand/v2"
	"time"

	"bedside/simulators"
)

// Timing, from oximeters.md sections 1.2 and 1.4.
const (
	frameRate    = 75 // frames a second
	packetFrames = 25 // frames in a packet
	flagFrames   = 12 // a pulse raises the perfusion flags that long, 160 ms
	holdFrames   = 10 * frameRate
)

// maxLate bounds how many frames one Step makes up for when it comes late: two seconds' worth (our choice). What is
// older is lost, as it would be in the buffer of a serial port.
const maxLate = 2 * frameRate

// ASCII stands for the lines of text in Options.Format.
const ASCII = 'A'

// Options select what the instrument is. The zero value is a healthy instrument in format 2.
type Options struct {
	Format     int    // serial data format: 1, 2, 7, 8, 13 or ASCII; any other number means 2
	Seed       uint64 // drives the arbitrary bytes and the noise; equal seeds give equal bytes
	LowBattery bool   // raise the low-battery bit, in the formats that have one

	// Of lines of text.
	Clock  bool            // each line begins with the time, as those of an 8600V
	Fast   bool            // averages are fast, which the end of each line says
	Events []time.Duration // when the event key is pressed, since power-up; it marks the next line

	// Of format 13.
	Stored int           // old measurements in the memory, which are sent at power-up, oldest first
	Repeat time.Duration // how long after a measurement the finger counts as put in again; zero is never
}

// Device is one instrument. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	start   time.Time
	sent    int64 // frames since the start, lost ones included
	pulse   pulse
	display display
	spot    spot
	events  []time.Duration // still to come
	slots   [packetFrames]byte
	buf     []byte
}

// New returns an instrument that powers up at its first Step.
func New(o Options) *Device {
	switch o.Format {
	case 1, 7, 8, 13, ASCII:
	default:
		o.Format = 2
	}
	return &Device{options: o, events: o.Events, rng: rand.New(rand.NewPCG(o.Seed, 0x6e6f6e696e))}
}

// Step returns the frames that are due by now and the moment of the next one. Bytes from the host are ignored, as a
// free-running module ignores them.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	if d.start.IsZero() {
		d.start = now
	}
	d.buf = d.buf[:0]
	due := int64(now.Sub(d.start))*frameRate/int64(time.Second) + 1
	if late := due - d.sent - maxLate; late > 0 {
		d.sent += late
		d.fill(truth)
	}
	for ; d.sent < due; d.sent++ {
		d.frame(&truth)
	}
	return d.buf, d.moment(d.nextSend())
}

// streams reports whether the instrument sends a frame in each frame time, and not once a second or less.
func (d *Device) streams() bool { return d.options.Format == 2 || d.options.Format == 7 }

// nextSend returns the number of the next frame that puts bytes on the line.
func (d *Device) nextSend() int64 {
	if d.streams() {
		return d.sent
	}
	return (d.sent + frameRate - 1) / frameRate * frameRate
}

// moment returns when frame n is due, rounded up so that a Step at that moment finds it due.
func (d *Device) moment(n int64) time.Time {
	return d.start.Add(time.Duration((n*int64(time.Second) + frameRate - 1) / frameRate))
}

// frame lives through one frame time and appends what the format sends in it.
func (d *Device) frame(truth *simulators.Vitals) {
	d.pulse.step(truth, d.rng)
	d.display.step(d.sent, &d.pulse)
	if !d.streams() {
		if d.sent%frameRate == 0 {
			d.second(truth)
		}
		return
	}
	slot := int(d.sent % packetFrames)
	if slot == 0 {
		d.fill(*truth)
	}
	d.buf = d.appendFrame(d.buf, slot, truth)
}

// second appends what is sent once a second or less.
func (d *Device) second(truth *simulators.Vitals) {
	switch d.options.Format {
	case ASCII:
		if d.sent == 0 {
			d.buf = d.appendHeader(d.buf)
		}
		d.buf = d.appendLine(d.buf)
	case 13:
		if d.sent == 0 {
			d.replay()
		}
		d.measure(truth)
	default:
		d.buf = d.appendNumbers(d.buf, truth)
	}
}

// clock is what the instrument takes for the time.
func (d *Device) clock() time.Time { return d.moment(d.sent) }
