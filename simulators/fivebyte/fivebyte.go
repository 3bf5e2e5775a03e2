package fivebyte

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/simulators"
	"bedside/simulators/internal/pulse"
)

// Frames a second, oximeters.md section 3.
const (
	contecRate = 60
	berryRate  = 100
)

// lowSat is the saturation below which a Contec raises its own flag; our choice.
const lowSat = 90

// Options select what the instrument is. The zero value is a Contec.
type Options struct {
	Seed  uint64 // drives the noise; equal seeds give equal bytes
	Berry bool
	Zeros bool // missing values are zeros
}

// Device is one instrument. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	rate    int64 // frames a second
	now     time.Time
	origin  time.Time // of the first frame
	sent    int64     // frames, lost ones included
	pulse   pulse.Pulse
	buf     []byte
}

// New returns an instrument that is switched on and streams from its first Step on.
func New(o Options) *Device {
	d := &Device{options: o, rate: contecRate, rng: rand.New(rand.NewPCG(o.Seed, 0x66697665))}
	if o.Berry {
		d.rate = berryRate
	}
	return d
}

// Step returns the frames that are due by now and the moment of the next one. Of a longer time than two seconds only the
// latest are sent (our choice): what is older is lost, as it would be in the buffer of a serial port.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	if d.origin.IsZero() {
		d.origin = now
	}
	if now.After(d.now) {
		d.now = now
	}
	d.buf = d.buf[:0]
	due := int64(d.now.Sub(d.origin))*d.rate/int64(time.Second) + 1
	if late := due - d.sent - 2*d.rate; late > 0 {
		d.sent += late
	}
	for ; d.sent < due; d.sent++ {
		d.pulse.Step(&truth, time.Second/time.Duration(d.rate), d.rng)
		d.buf = d.frame(d.buf, &truth)
	}
	return d.buf, d.origin.Add((time.Duration(d.sent)*time.Second + time.Duration(d.rate) - 1) / time.Duration(d.rate))
}

// fields is what a frame says.
type fields struct {
	strength  byte
	four      bool // search too long, or no signal
	five      bool // low SpO2, or probe unplugged
	beat      bool
	pleth     byte
	bar       byte
	finger    bool
	searching bool
	rate, sat byte
}

// frame appends the frame of this moment.
func (d *Device) frame(to []byte, truth *simulators.Vitals) []byte {
	p := &d.pulse
	f := fields{rate: pulse.MissingRate, sat: pulse.MissingSat}
	switch {
	case truth.SensorOff && d.options.Berry:
		f.five = true
	case truth.FingerOut || truth.SensorOff:
		f.finger, f.four = true, !d.options.Berry
	default:
		wave := pulse.Volume(truth, d.rng)
		f.strength, f.beat = byte(pulse.Strength(truth.PerfusionIndex)), p.Beat()
		f.pleth, f.bar = byte(math.Round(wave*127)), byte(math.Round(wave*15))
		if d.options.Berry {
			f.pleth, f.bar = 1+byte(math.Round(wave*99)), 1+byte(math.Round(wave*14))
			f.four = f.strength == 0
		}
		if p.Tracking() {
			f.rate, f.sat = p.Values()
			f.five = !d.options.Berry && f.sat < lowSat
			break
		}
		f.searching = true
		f.four = f.four || !d.options.Berry && p.Long()
	}
	if d.options.Zeros {
		if f.rate == pulse.MissingRate {
			f.rate = 0
		}
		if f.sat == pulse.MissingSat {
			f.sat = 0
		}
	}
	return f.append(to)
}

func (f *fields) append(to []byte) []byte {
	return append(to,
		0x80|f.strength|bit(f.four, 4)|bit(f.five, 5)|bit(f.beat, 6),
		f.pleth&0x7F,
		f.bar&0x0F|bit(f.finger, 4)|bit(f.searching, 5)|f.rate>>7<<6,
		f.rate&0x7F,
		f.sat&0x7F,
	)
}

func bit(set bool, n int) byte {
	if set {
		return 1 << n
	}
	return 0
}
