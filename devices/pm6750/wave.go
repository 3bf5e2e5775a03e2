package pm6750

import "bedside/devices"

// How the rate of the wave is found. The manual says 40 samples a second, a third party measured 50, and nothing on the
// line tells (oximeters.md section 6): so the samples between two parameter packets, which are a second of the board
// apart, are counted.
const (
	leastRate, mostRate = 25, 75 // our choice: other counts come of a packet that was lost
	nearRate            = 4      // our choice: so near to a rate that was seen before, a count is that rate
	waveFrame           = 6      // bytes of a wave frame
	waveFull            = 255    // largest value of the byte; no document states a smaller range
	mostMissing         = mostRate
)

// wave counts samples and keeps those of the present Step.
type wave struct {
	rate    int // samples a second; 0 until two seconds in a row agree
	last    int // rate of the last second
	count   int // samples of the present one, missing ones included
	seconds bool
	heard   bool // a sample came in this Step
	samples []int32
	from    int // samples[from:] are not flushed
}

func (w *wave) restart() { w.samples, w.from, w.heard = w.samples[:0], 0, false }

func (w *wave) add(sample byte) {
	w.heard = true
	w.count++
	if w.rate > 0 {
		w.samples = append(w.samples, int32(sample))
	}
}

// miss marks the samples that were lost in a gap of so many bytes. A frame that was lost whole leaves no trace.
func (w *wave) miss(gap int) {
	for range min((gap+waveFrame/2)/waveFrame, mostMissing) {
		w.count++
		if w.rate > 0 {
			w.samples = append(w.samples, devices.MissingSample)
		}
	}
}

// second ends a second of the board.
func (s *session) second() {
	w := &s.wave
	count, whole := w.count, w.seconds
	w.count, w.seconds = 0, true
	if !whole || count < leastRate || count > mostRate {
		return
	}
	for _, seen := range [...]int{40, 50} {
		if count >= seen-nearRate && count <= seen+nearRate {
			count = seen
		}
	}
	if count == w.last && count != w.rate {
		s.flushWave()
		w.rate = count
	}
	w.last = count
}

// flushWave reports the samples since the last flush.
func (s *session) flushWave() {
	w := &s.wave
	if w.from == len(w.samples) {
		return
	}
	s.out.Waves = append(s.out.Waves, devices.Wave{
		At: s.now, Vital: devices.Pleth, Rate: w.rate, FullScale: waveFull, Samples: w.samples[w.from:len(w.samples):len(w.samples)],
	})
	w.from = len(w.samples)
}
