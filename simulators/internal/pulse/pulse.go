// Package pulse is what the simulated finger oximeters of several makers have in common: they count beats, average four of
// them, and search for a pulse that is lost. What documents do not say is our choice.
package pulse

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/simulators"
)

// What such a device can show, oximeters.md sections 0, 2.3 and 3.
const (
	MissingRate = 0xFF
	MissingSat  = 0x7F

	lowestRate, highestRate = 18, 254
)

// Our choices where the documents give no number.
const (
	trackBeats = 4                // good beats that end a search
	lostAfter  = 4 * time.Second  // without a good beat begins one
	longAfter  = 10 * time.Second // of search, it takes too long
	tooMuch    = 0.6              // motion from which on no beat is good
)

// Pulse is what the instrument knows from packet to packet. The zero value searches. It is not safe for
// concurrent use.
type Pulse struct {
	phase    float64 // 0..1 through the present beat
	previous float64 // pleth of the packet before
	flag     int     // packets for which the beat flag stays up
	good     int     // good beats since the search began
	since    time.Duration
	search   time.Duration // how long it has been searched
	tracking bool
	rates    [trackBeats]float64 // newest first
	sats     [trackBeats]float64
}

// Step lives through one packet's time.
func (p *Pulse) Step(truth *simulators.Vitals, tick time.Duration, rng *rand.Rand) {
	rising := p.previous < 0.5 && truth.Pleth >= 0.5
	p.previous = truth.Pleth
	p.flag = max(p.flag-1, 0)
	if truth.FingerOut || truth.SensorOff {
		*p = Pulse{previous: p.previous}
		return
	}
	p.since += tick
	if p.since > lostAfter {
		p.tracking, p.good = false, 0
	}
	if p.search += tick; p.tracking {
		p.search = 0
	}
	if !(truth.PulseRate >= lowestRate && truth.PulseRate <= highestRate) {
		return
	}
	p.phase += truth.PulseRate / 60 * tick.Seconds()
	// The upstroke of the pleth sets the beat; a truth without a wave still beats, by its rate alone.
	switch {
	case rising && p.phase >= 0.5:
		p.phase = 0
	case p.phase >= 1.25:
		p.phase--
	default:
		return
	}
	if rng.Float64()*tooMuch >= truth.Motion {
		p.beat(truth)
	}
}

func (p *Pulse) beat(truth *simulators.Vitals) {
	p.flag, p.since = 2, 0
	if p.good == 0 {
		for i := range p.rates {
			p.rates[i], p.sats[i] = truth.PulseRate, truth.SpO2
		}
	}
	copy(p.rates[1:], p.rates[:])
	copy(p.sats[1:], p.sats[:])
	p.rates[0], p.sats[0] = truth.PulseRate, truth.SpO2
	if p.good++; p.good >= trackBeats {
		p.tracking = true
	}
}

// Tracking reports whether there are values to show; without, a pulse is searched for.
func (p *Pulse) Tracking() bool { return p.tracking }

// Beat reports whether the beat flag is up.
func (p *Pulse) Beat() bool { return p.flag > 0 }

// Long reports whether the search takes too long.
func (p *Pulse) Long() bool { return p.search >= longAfter }

// Values returns what the device shows for the pulse.
func (p *Pulse) Values() (rate, sat byte) {
	return whole(p.rates, lowestRate, highestRate, MissingRate), whole(p.sats, 0, 100, MissingSat)
}

// Volume returns the pleth, 0..1, with the noise of motion.
func Volume(truth *simulators.Vitals, rng *rand.Rand) float64 {
	return clamp(0.1 + 0.8*clamp(truth.Pleth) + (rng.Float64()-0.5)*(0.01+clamp(truth.Motion)))
}

// whole returns the rounded mean, or missing if it is outside low..high or no number at all.
func whole(v [trackBeats]float64, low, high, missing float64) byte {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	if mean := math.Round(sum / trackBeats); mean >= low && mean <= high {
		return byte(mean)
	}
	return byte(missing)
}

// Strength returns the signal 0..8 that goes with a perfusion index in per cent. Below 0.3 it is weak, which
// oximeters.md section 11 puts at two or less; the scale is our choice.
func Strength(index float64) int {
	if !(index > 0) {
		return 0
	}
	return int(min(8, math.Floor(index*10)))
}

// clamp limits v to 0..1; what is no number becomes 0.
func clamp(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	return min(v, 1)
}
