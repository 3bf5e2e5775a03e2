package nonin

import (
	"math"
	"math/rand/v2"

	"bedside/simulators"
)

// Range of the pulse rate that the instrument can follow, oximeters.md section 1.2.
const (
	rateMin = 18
	rateMax = 321
)

// Our choices where the documents give no number.
const (
	trackBeats = 4             // good pulses in a row that make a track
	lostBeats  = 4             // spoilt pulses in a row that end it
	lostFrames = 4 * frameRate // time without any pulse that ends it
	spoilFrom  = 0.25          // motion below this spoils no pulse
	spoilAll   = 0.6           // motion from here on spoils every pulse
	piLow      = 0.3           // perfusion index in % below which the flags say low
	piMarginal = 0.6           // and marginal
)

// Perfusion bits as they stand in STATUS, oximeters.md section 1.2.
const (
	green  = 0b010
	yellow = 0b110
	red    = 0b100
)

// pulse is what the instrument knows from beat to beat.
type pulse struct {
	phase    float64 // 0..1 through the present beat
	previous float64 // pleth of the frame before
	since    int     // frames since the last beat
	flag     int     // frames for which the perfusion bits stay up
	bits     byte    // perfusion bits of the present beat
	artifact bool    // the present beat is spoilt
	good     int     // good beats in a row
	bad      int     // spoilt beats in a row
	tracking bool
	rates    [8]float64 // newest first
	sats     [8]float64
	beats    int // how many of them are valid
}

// step advances by one frame.
func (p *pulse) step(truth *simulators.Vitals, rng *rand.Rand) {
	rising := p.previous < 0.5 && truth.Pleth >= 0.5
	p.previous = truth.Pleth
	p.flag = max(p.flag-1, 0)
	if truth.FingerOut || truth.SensorOff {
		*p = pulse{previous: p.previous}
		return
	}
	p.since++
	if p.since > lostFrames {
		p.lose()
	}
	if !(truth.PulseRate >= rateMin && truth.PulseRate <= rateMax) {
		return
	}
	p.phase += truth.PulseRate / 60 / frameRate
	// The upstroke of the pleth sets the beat; a truth without a wave still beats, by its rate alone.
	switch {
	case rising && p.phase >= 0.5:
		p.phase = 0
	case p.phase >= 1.25:
		p.phase--
	default:
		return
	}
	p.beat(truth, rng)
}

func (p *pulse) beat(truth *simulators.Vitals, rng *rand.Rand) {
	p.since, p.flag, p.bits = 0, flagFrames, perfusion(truth.PerfusionIndex)
	chance := (truth.Motion - spoilFrom) / (spoilAll - spoilFrom)
	p.artifact = rng.Float64() < chance
	if p.artifact {
		p.good = 0
		if p.bad++; p.bad >= lostBeats {
			p.lose()
		}
		return
	}
	p.bad = 0
	copy(p.rates[1:], p.rates[:])
	copy(p.sats[1:], p.sats[:])
	p.rates[0], p.sats[0] = truth.PulseRate, truth.SpO2
	p.beats = min(p.beats+1, len(p.rates))
	if p.good++; p.good >= trackBeats {
		p.tracking = true
	}
}

func (p *pulse) lose() { p.tracking, p.beats, p.good = false, 0, 0 }

func perfusion(index float64) byte {
	switch {
	case index >= piMarginal:
		return green
	case index >= piLow:
		return yellow
	}
	return red
}

// rate returns the pulse rate averaged over the last n beats, or missing.
func (p *pulse) rate(n int) int {
	if !p.tracking {
		return missingRate
	}
	return whole(mean(p.rates[:min(n, p.beats)]), rateMin, rateMax, missingRate)
}

// saturation returns SpO2 averaged over the last n beats, or missing.
func (p *pulse) saturation(n int) int {
	if !p.tracking {
		return missingSat
	}
	return whole(mean(p.sats[:min(n, p.beats)]), 0, 100, missingSat)
}

// fastSaturation returns the quick four-beat value: newer beats weigh more (4:3:2:1, our choice; the documents only
// call it fast).
func (p *pulse) fastSaturation() int {
	if !p.tracking {
		return missingSat
	}
	sum, weights := 0.0, 0.0
	for i, s := range p.sats[:min(4, p.beats)] {
		w := float64(4 - i)
		sum += w * s
		weights += w
	}
	return whole(sum/weights, 0, 100, missingSat)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// whole rounds v, or returns missing if it is outside low..high or no number at all.
func whole(v float64, low, high, missing int) int {
	if v = math.Round(v); v >= float64(low) && v <= float64(high) {
		return int(v)
	}
	return missing
}

// display holds the values averaged for display: refreshed every 1.5 s, held 10 s after the signal is gone.
type display struct {
	rate4, rate8, sat4, sat8 int
	known                    bool
	tracking                 bool
	lost                     int64 // frame at which the track was lost
	refreshes                int64
}

func (s *display) step(frame int64, p *pulse) {
	due := frame >= s.refreshes*3*frameRate/2
	if due {
		s.refreshes = frame*2/(3*frameRate) + 1
	}
	if s.tracking && !p.tracking {
		s.lost = frame
	}
	if p.tracking && (due || !s.tracking) {
		s.rate4, s.rate8, s.sat4, s.sat8 = p.rate(4), p.rate(8), p.saturation(4), p.saturation(8)
		s.known = true
	}
	s.tracking = p.tracking
	if !p.tracking && frame-s.lost >= holdFrames {
		s.known = false
	}
}

func (s *display) values() (rate4, rate8, sat4, sat8 int) {
	if !s.known {
		return missingRate, missingRate, missingSat, missingSat
	}
	return s.rate4, s.rate8, s.sat4, s.sat8
}
