package nellcor

import (
	"math"
	"time"

	"bedside/simulators"
)

// pageLines is how many data lines follow the headers, oximeters.md section 5.2.
const pageLines = 22

// Our choices where the documents give no number.
const (
	searchLines  = 3               // lines of searching after the sensor was put on; the last one has numbers again
	spoilFrom    = 0.3             // motion from here on is reported
	spoilAll     = 0.8             // and from here on loses the pulse
	rateMin      = 20              // range of the rate that the instrument finds
	rateMax      = 250             //
	satLow       = 85              // limits of the instrument's own alarms
	rateLow      = 40              //
	rateHigh     = 170             //
	averaged     = 8 * time.Second // time over which numbers are averaged
	perPerfusion = 10              // pulse amplitude for a perfusion index of 1 %
	amplitudeMax = 201             // the largest that was seen, oximeters.md section 5.2
	maxLate      = 2               // lines that one Step makes up for when it comes late; what is older is lost
)

// Options select what the instrument is. The zero value is a healthy N-560.
type Options struct {
	Model      string // one of Models; any other means "n-560"
	Seed       uint64 // drives the check number in the header; equal seeds give equal bytes
	LowBattery bool   // LB
	OnBattery  bool   // BU
	Silenced   bool   // AS
	AlarmsOff  bool   // AO
}

// Device is one instrument. It implements [simulators.Device] and is not safe for concurrent use. The bytes that Step
// returns are overwritten by the next Step.
type Device struct {
	options Options
	model   model
	start   time.Time
	sent    int64     // data lines since the start, lost ones included
	rates   []float64 // newest first
	sats    []float64
	search  int // lines of searching still to come
	buf     []byte
}

// New returns an instrument that powers up at its first Step.
func New(o Options) *Device { return &Device{options: o, model: modelOf(o.Model)} }

// Step returns the lines that are due by now and the moment of the next one. Bytes from the host are ignored.
func (d *Device) Step(now time.Time, truth simulators.Vitals, _ []byte) ([]byte, time.Time) {
	if d.start.IsZero() {
		d.start = now
	}
	d.buf = d.buf[:0]
	due := int64(now.Sub(d.start)/d.model.every) + 1
	d.sent = max(d.sent, due-maxLate)
	for ; d.sent < due; d.sent++ {
		if d.sent%pageLines == 0 {
			d.headers()
		}
		s := d.measure(&truth)
		s.battery = d.options.LowBattery || truth.BatteryLow
		d.line(d.moment(d.sent), s)
	}
	return d.buf, d.moment(d.sent)
}

func (d *Device) moment(n int64) time.Time { return d.start.Add(time.Duration(n) * d.model.every) }

// shown is what one line says.
type shown struct {
	sat, rate, amplitude int    // -1 for dashes
	state                string // MO, SD, SO, PS, LP, LM or none
	battery              bool   // LB
}

// measure lives through the time of one line.
func (d *Device) measure(truth *simulators.Vitals) shown {
	lost := func(state string) shown {
		d.rates, d.sats, d.search = d.rates[:0], d.sats[:0], searchLines
		return shown{sat: -1, rate: -1, amplitude: -1, state: state}
	}
	switch {
	case truth.SensorOff:
		return lost("SD")
	case truth.FingerOut:
		return lost("SO")
	case truth.Motion >= spoilAll:
		return lost("LM")
	case !(truth.PulseRate >= rateMin && truth.PulseRate <= rateMax):
		return lost("LP")
	}
	d.search = max(d.search-1, 0)
	if d.search > 0 {
		return shown{amplitude: -1, state: "PS"}
	}
	first := len(d.rates) == 0 && d.sent > 0
	n := int(averaged / d.model.every)
	d.rates = push(d.rates, truth.PulseRate, n)
	d.sats = push(d.sats, truth.SpO2, n)
	s := shown{
		sat: whole(mean(d.sats), 1, 100), rate: whole(mean(d.rates), rateMin, rateMax),
		amplitude: whole(perPerfusion*truth.PerfusionIndex, 1, amplitudeMax),
	}
	switch {
	case first:
		s.amplitude, s.state = -1, "PS"
	case truth.Motion >= spoilFrom:
		s.state = "MO"
	}
	return s
}

// push puts v in front and keeps n.
func push(values []float64, v float64, n int) []float64 {
	if len(values) < n {
		values = append(values, 0)
	}
	copy(values[1:], values)
	values[0] = v
	return values
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
