package sound

import (
	"math"
	"time"

	"bedside/alerts"
)

// The tone of every pulse. Pitches lie within 150 to 1000 Hz (alarms.md section 6); which ones is our choice.
const (
	Pitch     = 523 // Hz, of alerts about the person
	Technical = 392 // Hz: another pitch for the same bursts

	loudest = 0.9  // of full scale
	ramp    = 0.18 // of a pulse, straight; from 10 to 90 % it takes 14 % of the pulse, within 10 to 20 %
)

// partials are the fundamental and four harmonics, the weakest 8 dB below it (15 dB at most).
func partials() [5]float64 { return [...]float64{1, 0.8, 0.65, 0.5, 0.4} }

// Burst is the rhythm of a priority.
type Burst struct {
	Pulse time.Duration
	Gaps  []time.Duration // behind each pulse but the last
	Rest  time.Duration   // silence before it begins again
}

// BurstOf returns the rhythm of a priority, false for one that does not sound. It shares nothing.
func BurstOf(p alerts.Priority) (Burst, bool) {
	const ms = time.Millisecond
	switch p {
	case alerts.High:
		// 3 + 2 pulses, and again; the gap before the last two is twice the gap and a pulse, as if one were left out.
		return Burst{
			Pulse: 150 * ms, Rest: 3 * time.Second,
			Gaps: []time.Duration{100 * ms, 100 * ms, 350 * ms, 100 * ms, 600 * ms, 100 * ms, 100 * ms, 350 * ms, 100 * ms},
		}, true
	case alerts.Medium:
		return Burst{Pulse: 200 * ms, Gaps: []time.Duration{200 * ms, 200 * ms}, Rest: 5 * time.Second}, true
	case alerts.Low:
		return Burst{Pulse: 200 * ms, Gaps: []time.Duration{200 * ms}, Rest: 18 * time.Second}, true
	default:
		return Burst{}, false
	}
}

// Starts returns when each pulse begins.
func (b *Burst) Starts() []time.Duration {
	starts := []time.Duration{0}
	for i, gap := range b.Gaps {
		starts = append(starts, starts[i]+b.Pulse+gap)
	}
	return starts
}

// Length is how long the burst sounds, without the silence behind it.
func (b *Burst) Length() time.Duration {
	starts := b.Starts()
	return starts[len(starts)-1] + b.Pulse
}

// Period is after how long it begins again.
func (b *Burst) Period() time.Duration { return b.Length() + b.Rest }

// Render returns the samples of one burst, between -1 and 1, without the silence behind it: rate of them a second, 8000 at
// least. What does not sound has none.
func Render(p alerts.Priority, technical bool, rate int) []float32 {
	b, ok := BurstOf(p)
	if !ok {
		return nil
	}
	pitch := Pitch
	if technical {
		pitch = Technical
	}
	at := func(d time.Duration) int { return int(math.Round(d.Seconds() * float64(rate))) }
	out := make([]float32, at(b.Length()))
	one := tone(at(b.Pulse), rate, pitch)
	for _, start := range b.Starts() {
		copy(out[at(start):], one)
	}
	return out
}

// tone is one pulse.
func tone(length, rate, pitch int) []float32 {
	raw, peak := make([]float64, length), 0.0
	for i := range raw {
		for n, level := range partials() {
			raw[i] += level * math.Sin(2*math.Pi*float64(pitch)*float64(n+1)*float64(i)/float64(rate))
		}
		peak = max(peak, math.Abs(raw[i]))
	}
	out, edge := make([]float32, length), ramp*float64(length)
	for i, x := range raw {
		out[i] = float32(loudest * x * min(1, float64(i)/edge, float64(length-1-i)/edge) / peak)
	}
	return out
}
