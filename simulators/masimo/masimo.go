package masimo

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/simulators"
)

// Our choices where the documents give no number.
const (
	searchLines = 4   // lines of searching after the sensor was put on
	spoilFrom   = 0.3 // motion from here on makes the numbers doubtful
	spoilAll    = 0.8 // and from here on impossible
	piLow       = 0.3 // perfusion index in % below which EXC says low perfusion
	satLow      = 90  // limits of the instrument's own alarms
	rateLow     = 50
	rateHigh    = 140
	maxLate     = 2 // lines that one Step makes up for when it comes late; what is older is lost
)

// averaged is how many seconds the numbers are averaged over, a usual setting of such instruments (our choice).
const averaged = 8

// Range of the rate that the instrument prints, oximeters.md section 4.2.
const (
	rateMin = 25
	rateMax = 240
)

// Options select what the instrument is. The zero value is a healthy Rad-8.
type Options struct {
	Model      string // one of Models; any other means "rad-8"
	Seed       uint64 // drives the serial number; equal seeds give equal bytes
	LowBattery bool   // set the low-battery bit of ALARM
	Silenced   bool   // alarms of the instrument are silenced
	Linger     int    // seconds for which the last numbers stay on the line after the finger or the sensor has gone
}

// Device is one instrument. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	layout  layout
	serial  uint64
	start   time.Time
	sent    int64 // lines since the start, lost ones included
	rates   [averaged]float64
	sats    [averaged]float64
	beats   int // how many of them are valid, newest first
	search  int // lines of searching still to come
	gone    int // lines since the sensor lost the finger
	buf     []byte
}

// New returns an instrument that powers up at its first Step.
func New(o Options) *Device {
	rng := rand.New(rand.NewPCG(o.Seed, 0x6d6173696d6f))
	return &Device{options: o, layout: layoutOf(o.Model), serial: rng.Uint64N(1e10)}
}

// Step returns the lines that are due by now and the moment of the next one. Bytes from the host are ignored: ASCII 1 has
// no commands.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	if d.start.IsZero() {
		d.start = now
	}
	d.buf = d.buf[:0]
	due := int64(now.Sub(d.start)/time.Second) + 1
	d.sent = max(d.sent, due-maxLate)
	for ; d.sent < due; d.sent++ {
		d.line(d.moment(d.sent), d.measure(&truth))
	}
	return d.buf, d.moment(d.sent)
}

func (d *Device) moment(n int64) time.Time { return d.start.Add(time.Duration(n) * time.Second) }

// shown is what one line says.
type shown struct {
	rate, sat  int // -1 for dashes
	perfusion  int // hundredths of a per cent, -1 for dashes
	alarm, exc uint32
}

// measure lives through one second.
func (d *Device) measure(truth *simulators.Vitals) shown {
	s := shown{rate: -1, sat: -1, perfusion: -1, exc: excRunning, alarm: d.standing(truth)}
	if truth.SensorOff || truth.FingerOut {
		s.exc |= excSensorOff
		if truth.SensorOff {
			s.exc = excRunning | excNoSensor
		}
		if d.gone++; d.gone <= d.options.Linger && d.beats > 0 {
			d.numbers(&s, truth)
			s.exc |= excLowPerfusion // as in the captured line
			return s
		}
		d.beats, d.search = 0, searchLines
		return s
	}
	d.gone = 0
	if truth.Motion >= spoilAll || !(truth.PulseRate >= rateMin && truth.PulseRate <= rateMax) {
		d.beats, d.search = 0, max(d.search, 1)
	}
	if truth.Motion >= spoilFrom {
		s.exc |= excInterference | excLowSignalIQ
	}
	if d.search > 0 {
		d.search--
		s.exc |= excPulseSearch
		return s
	}
	copy(d.rates[1:], d.rates[:])
	copy(d.sats[1:], d.sats[:])
	d.rates[0], d.sats[0] = truth.PulseRate, truth.SpO2
	d.beats = min(d.beats+1, averaged)
	d.numbers(&s, truth)
	if truth.PerfusionIndex < piLow {
		s.exc |= excLowPerfusion
	}
	s.alarm |= limits(&s)
	return s
}

// standing returns the bits of ALARM that do not depend on the patient.
func (d *Device) standing(truth *simulators.Vitals) (alarm uint32) {
	if d.options.LowBattery || truth.BatteryLow {
		alarm |= alarmLowBattery
	}
	if d.options.Silenced {
		alarm |= alarmSilenced
	}
	return alarm
}

// numbers fills in what is averaged.
func (d *Device) numbers(s *shown, truth *simulators.Vitals) {
	s.rate = whole(mean(d.rates[:d.beats]), rateMin, rateMax)
	s.sat = whole(mean(d.sats[:d.beats]), 1, 100)
	s.perfusion = whole(100*truth.PerfusionIndex, 2, 2000) // 0.02 to 20 %, the range of the maker's index
}

// limits returns the bits of ALARM that the numbers raise.
func limits(s *shown) (alarm uint32) {
	if s.sat >= 0 && s.sat < satLow {
		alarm |= alarmActive | alarmSatLow
	}
	if s.rate > rateHigh {
		alarm |= alarmActive | alarmRateHigh
	}
	if s.rate >= 0 && s.rate < rateLow {
		alarm |= alarmActive | alarmRateLow
	}
	return alarm
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// whole rounds v, or returns -1 if it is outside low..high or no number at all.
func whole(v float64, low, high int) int {
	if v = math.Round(v); v >= float64(low) && v <= float64(high) {
		return int(v)
	}
	return -1
}
