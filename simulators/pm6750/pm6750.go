package pm6750

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/internal/pulse"
)

const (
	second   = time.Second
	tick     = 20 * time.Millisecond // how finely the board lives
	maxLate  = 2 * time.Minute       // a later Step makes up for no more than that (our choice)
	waveHigh = 100                   // largest wave sample (our choice; the pages give one sample, 40)
)

// Options select what the board is. The zero value is a healthy one.
type Options struct {
	Seed     uint64
	WaveRate int  // samples a second: 50, as measured, if 0; the manual says 40
	Marks    bool // beat marks of type 31, by turns without and with a byte of data
	Child    bool // patient mode of the board
}

// Counts says what a host has done, and what it should not do.
type Counts struct {
	Forbidden int // pressure test, calibrations, leak test, or the command that no manual has
	Patient   int // patient mode set
	Malformed int // orders with a wrong check
	Targets   int // initial pressures set
	Starts    int // starts carried out
	Stops     int
}

// Device is one board. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step returns
// are overwritten by the next Step.
type Device struct {
	options Options
	rng     *rand.Rand
	now     time.Time // up to where life has been simulated
	started bool
	mute    bool

	params, wave     bool
	paramsAt, waveAt time.Time // when the next packet is due
	pulse            pulse.Pulse
	beating          bool
	marks            int

	target float64
	cycle  cycle
	rx     []byte
	buf    []byte
	counts Counts
}

// New returns a board that has power from its first Step on.
func New(o Options) *Device {
	if o.WaveRate <= 0 {
		o.WaveRate = 50
	}
	return &Device{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x706d36373530)), cycle: cycle{state: stateInitialised}}
}

// Kinds returns what the board is beside the bed: two devices.
func (d *Device) Kinds() []devices.Kind { return []devices.Kind{devices.Oximeter, devices.Cuff} }

// Mute makes the board fall silent and deaf, as some do until their power is switched off and on; false is that.
func (d *Device) Mute(mute bool) {
	if d.mute && !mute {
		d.params, d.wave = false, false
		d.cycle = cycle{state: stateInitialised}
	}
	d.mute = mute
}

// Pressure returns the pressure in the cuff in mmHg at the last Step.
func (d *Device) Pressure() float64 { return d.cycle.pressure }

// Inflated reports whether there was air in the cuff at the last Step.
func (d *Device) Inflated() bool { return d.cycle.pressure > emptyBelow }

// Measuring reports whether a measurement was running at the last Step.
func (d *Device) Measuring() bool { return d.cycle.running() }

// Counts returns what the host has done so far.
func (d *Device) Counts() Counts { return d.counts }

// Step lives on to now, hears rx, and returns the packets that are due. The wake is zero while nothing is enabled and
// nothing moves: then only the host, or somebody at the board, can change anything.
func (d *Device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	d.buf = d.buf[:0]
	if !d.started {
		d.started, d.now = true, now
	}
	if now.Sub(d.now) > maxLate {
		d.now = now.Add(-maxLate)
	}
	if truth.CuffPress {
		d.press()
	}
	for d.lives() && !now.Before(d.now.Add(tick)) {
		d.now = d.now.Add(tick)
		d.live(&truth)
	}
	if !d.lives() && now.After(d.now) {
		d.now = now
	}
	d.hear(rx)
	if !d.lives() {
		return d.buf, time.Time{}
	}
	return d.buf, d.now.Add(tick)
}

// lives reports whether time changes anything.
func (d *Device) lives() bool {
	return d.params || d.wave || d.cycle.running() || d.cycle.pressure > 0 || d.cycle.tail > 0
}

// live lives through one tick.
func (d *Device) live(truth *simulators.Vitals) {
	d.pulse.Step(truth, tick, d.rng)
	d.breathe(truth)
	if d.mute {
		return
	}
	d.mark()
	for d.wave && !d.now.Before(d.waveAt) {
		d.waveAt = d.waveAt.Add(second / time.Duration(d.options.WaveRate))
		d.buf = frame(d.buf, packetWave, d.sample(truth))
	}
	if d.params && !d.now.Before(d.paramsAt) {
		d.paramsAt = d.paramsAt.Add(second)
		d.buf = d.appendParams(d.buf, truth)
	}
	d.report()
}

// mark sends a beat mark with each beat.
func (d *Device) mark() {
	beat := d.pulse.Beat()
	if beat && !d.beating && d.options.Marks && d.params {
		if d.marks++; d.marks%2 == 0 {
			d.buf = frame(d.buf, packetPulse, 0)
		} else {
			d.buf = frame(d.buf, packetPulse)
		}
	}
	d.beating = beat
}

func (d *Device) sample(truth *simulators.Vitals) byte {
	if truth.FingerOut || truth.SensorOff {
		return 0
	}
	return byte(math.Round(waveHigh * pulse.Volume(truth, d.rng)))
}

// appendParams appends the packet of SpO2 and pulse rate: status, SpO2, pulse rate.
func (d *Device) appendParams(b []byte, truth *simulators.Vitals) []byte {
	rate, sat := byte(pulse.MissingRate), byte(pulse.MissingSat)
	status := byte(0)
	switch {
	case truth.SensorOff:
		status = 1
	case truth.FingerOut:
		status = 2
	case d.pulse.Tracking():
		rate, sat = d.pulse.Values()
	case d.pulse.Long():
		status = 4
	default:
		status = 3
	}
	return frame(b, packetSpO2, status, sat, rate)
}
