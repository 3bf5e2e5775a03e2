package contec

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/simulators"
)

// What the device can show, oximeters.md sections 0 and 2.3.
const (
	missingRate, missingSat = 0xFF, 0x7F
	lowestRate, highestRate = 18, 254
	highestIndex            = 2200
)

// Our choices where the documents give no number.
const (
	trackBeats = 4                // good beats that end a search
	lostAfter  = 4 * time.Second  // without a good beat begins one
	longAfter  = 10 * time.Second // of search, it takes too long
	tooMuch    = 0.6              // motion from which on no beat is good
	lowSat     = 90               // below it the device raises its own flag for low SpO2
)

// pulse is what the instrument knows from packet to packet.
type pulse struct {
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

// step lives through one packet's time.
func (p *pulse) step(truth *simulators.Vitals, tick time.Duration, rng *rand.Rand) {
	rising := p.previous < 0.5 && truth.Pleth >= 0.5
	p.previous = truth.Pleth
	p.flag = max(p.flag-1, 0)
	if truth.FingerOut || truth.SensorOff {
		*p = pulse{previous: p.previous}
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

func (p *pulse) beat(truth *simulators.Vitals) {
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

// values returns what the device shows for the pulse.
func (p *pulse) values() (rate, sat byte) {
	return whole(p.rates, lowestRate, highestRate, missingRate), whole(p.sats, 0, 100, missingSat)
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

// appendLive appends one real-time packet.
func (d *Device) appendLive(to []byte, truth *simulators.Vitals) []byte {
	p := &d.pulse
	if truth.FingerOut || truth.SensorOff {
		if d.options.Documented {
			return appendPacket(to, 0x01, 0x80, 0x40, indexFlag(false), missingRate, missingSat, 0xFF, 0xFF)
		}
		return appendPacket(to, 0x01, 0x84, 0x40, indexFlag(false), 0, 0, 0xFF, 0xFF)
	}
	wave := clamp(0.1 + 0.8*clamp(truth.Pleth) + (d.rng.Float64()-0.5)*(0.01+clamp(truth.Motion)))
	first, second := byte(strength(truth.PerfusionIndex)), byte(math.Round(wave*127))
	third := byte(math.Round(wave * 15))
	if p.flag > 0 {
		first |= 0x40
	}
	if !p.tracking {
		second |= 0x80
		if p.search >= longAfter {
			first |= 0x10
		}
		return appendPacket(to, 0x01, first, second, third|indexFlag(false), missingRate, missingSat, 0xFF, 0xFF)
	}
	rate, sat := p.values()
	if sat < lowSat {
		first |= 0x20
	}
	low, high, valid := byte(0xFF), byte(0xFF), false
	if pi := math.Round(truth.PerfusionIndex * 100); d.options.PerfusionIndex && pi >= 0 && pi <= highestIndex {
		// Refreshed as rarely as a value that people read: in steps of a twentieth of a per cent.
		pi := int(pi) / 5 * 5
		low, high, valid = byte(pi), byte(pi>>8), true
	}
	return appendPacket(to, 0x01, first, second, third|indexFlag(valid), rate, sat, low, high)
}

// indexFlag returns the bit of byte 4 that says that there is no perfusion index.
func indexFlag(valid bool) byte {
	if valid {
		return 0
	}
	return 0x10
}

// strength returns the signal 0..8 that goes with a perfusion index in per cent. Below 0.3 it is weak, which
// oximeters.md section 11 puts at two or less; the scale is our choice.
func strength(index float64) int {
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
