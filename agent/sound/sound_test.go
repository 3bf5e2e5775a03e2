package sound_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/sound"
	"bedside/alerts"
)

// pulse is one as it is heard: where the level, taken over 4 ms, is above a hundredth of full scale.
type pulse struct {
	from, to int
	peak     float64
}

func (p pulse) length() time.Duration { return span(p.to - p.from) }

func span(samples int) time.Duration {
	return time.Duration(float64(samples) / sound.Rate * float64(time.Second))
}

func pulses(samples []float32) []pulse {
	const window = sound.Rate * 4 / 1000
	var out []pulse
	last := -2 * window
	for i, x := range samples {
		level := math.Abs(float64(x))
		if level < 0.01 {
			continue
		}
		if i-last > window {
			out = append(out, pulse{from: i})
		}
		last = i
		p := &out[len(out)-1]
		p.to, p.peak = i, max(p.peak, level)
	}
	return out
}

// level is that of one frequency.
func level(samples []float32, hertz float64) float64 {
	var re, im float64
	for i, x := range samples {
		turn := 2 * math.Pi * hertz * float64(i) / sound.Rate
		re, im = re+float64(x)*math.Cos(turn), im+float64(x)*math.Sin(turn)
	}
	return 2 * math.Hypot(re, im) / float64(len(samples))
}

// rise is how long the envelope, which is the peak within one period of the pitch, takes from 10 to 90 %.
func rise(samples []float32, pitch int) time.Duration {
	period := sound.Rate / pitch
	var envelope []float64
	for i := range len(samples) - period {
		most := 0.0
		for _, x := range samples[i : i+period] {
			most = max(most, math.Abs(float64(x)))
		}
		envelope = append(envelope, most)
	}
	top := slices.Max(envelope)
	first := func(share float64) int {
		return slices.IndexFunc(envelope, func(x float64) bool { return x >= share*top })
	}
	return span(first(0.9) - first(0.1))
}

// reversed lets a fall be looked at like a rise.
func reversed(samples []float32) []float32 {
	out := slices.Clone(samples)
	slices.Reverse(out)
	return out
}

func within(t *testing.T, what string, is, least, most time.Duration) {
	t.Helper()
	assert.True(t, is >= least && is <= most, "%s: %v is not within %v to %v", what, is, least, most)
}

const ms = time.Millisecond

// limit is what alarms.md section 6 allows.
type limit struct {
	priority            alerts.Priority
	count               int
	pulse, gap, silence [2]time.Duration
	whole               time.Duration
}

func limits() []limit {
	return []limit{
		{alerts.High, 10, [2]time.Duration{75 * ms, 200 * ms}, [2]time.Duration{50 * ms, 125 * ms}, [2]time.Duration{2500 * ms, 15000 * ms}, 3400 * ms},
		{alerts.Medium, 3, [2]time.Duration{125 * ms, 250 * ms}, [2]time.Duration{125 * ms, 250 * ms}, [2]time.Duration{2500 * ms, 30000 * ms}, 1000 * ms},
		{alerts.Low, 2, [2]time.Duration{125 * ms, 250 * ms}, [2]time.Duration{125 * ms, 250 * ms}, [2]time.Duration{15000 * ms, 60000 * ms}, 600 * ms},
	}
}

func TestEveryBurst(t *testing.T) {
	for _, want := range limits() {
		for _, technical := range []bool{false, true} {
			name := want.priority.String()
			pitch := sound.Pitch
			if technical {
				name, pitch = name+", technical", sound.Technical
			}
			t.Run(name, func(t *testing.T) {
				samples := sound.Render(want.priority, technical, sound.Rate)
				heard := pulses(samples)
				require.Len(t, heard, want.count)
				assert.Less(t, heard[0].from, sound.Rate*2/1000, "sounds at once")
				quietest, peak := math.Inf(1), 0.0
				for i, p := range heard {
					within(t, "pulse", p.length(), want.pulse[0], want.pulse[1])
					quietest, peak = min(quietest, p.peak), max(peak, p.peak)
					if i == 0 {
						continue
					}
					gap := span(p.from - heard[i-1].to)
					switch {
					case want.priority == alerts.High && i == 5:
						within(t, "gap between pulse 5 and 6", gap, 350*ms, 1300*ms)
					case want.priority == alerts.High && (i == 3 || i == 8):
						within(t, "twice the gap and a pulse", gap, 340*ms, 360*ms)
					default:
						within(t, "gap", gap, want.gap[0], want.gap[1])
					}
				}
				within(t, "whole burst", span(heard[len(heard)-1].to), want.whole-10*ms, want.whole)
				burst, ok := sound.BurstOf(want.priority)
				require.True(t, ok)
				within(t, "silence", burst.Rest, want.silence[0], want.silence[1])
				assert.Equal(t, want.whole, burst.Length())
				assert.LessOrEqual(t, 20*math.Log10(peak/quietest), 10.0, "pulses are equally loud")
				assert.LessOrEqual(t, peak, 0.95, "not cut off")

				one := samples[heard[0].from : heard[0].to+1]
				for edge, s := range map[string][]float32{"rise": one, "fall": reversed(one)} {
					within(t, edge, rise(s, pitch), heard[0].length()/10, heard[0].length()/5)
				}
				spectrum(t, one, float64(pitch))
			})
		}
	}
}

// spectrum holds that there are four harmonics within 300 to 4000 Hz, each within 15 dB of the fundamental.
func spectrum(t *testing.T, one []float32, pitch float64) {
	t.Helper()
	first := level(one, pitch)
	near := 0
	for n := 2.0; n*pitch <= 4000; n++ {
		if db := 20 * math.Log10(level(one, n*pitch)/first); math.Abs(db) <= 15 {
			near++
		}
	}
	assert.GreaterOrEqual(t, near, 4, "harmonics")
	assert.Less(t, level(one, pitch/2), first/10, "nothing below the fundamental")
}

func TestWhatIsNoAlarmDoesNotSound(t *testing.T) {
	assert.Nil(t, sound.Render(alerts.Information, false, sound.Rate))
	_, ok := sound.BurstOf(alerts.Information)
	assert.False(t, ok)
}

// More urgent is more: more energy in a minute, however the volume is set; and no volume is silence.
func TestLoudness(t *testing.T) {
	energy := func(p alerts.Priority, volume int) float64 {
		burst, _ := sound.BurstOf(p)
		sum := 0.0
		for _, x := range pcm(t, sound.WAV(sound.Render(p, false, sound.Rate), volume)) {
			sum += float64(x) * float64(x)
		}
		return sum / burst.Period().Seconds()
	}
	for volume := 1; volume <= 3; volume++ {
		assert.Greater(t, energy(alerts.High, volume), energy(alerts.Medium, volume))
		assert.Greater(t, energy(alerts.Medium, volume), energy(alerts.Low, volume))
	}
	for volume := 2; volume <= 3; volume++ {
		db := 10 * math.Log10(energy(alerts.Low, volume)/energy(alerts.Low, volume-1))
		assert.True(t, db > 3 && db < 8, "from %d to %d: %.1f dB", volume-1, volume, db)
	}
	loud, least := slices.Max(pcm(t, sound.WAV(sound.Render(alerts.Low, false, sound.Rate), 3))), slices.Max(pcm(t, sound.WAV(sound.Render(alerts.Low, false, sound.Rate), 1)))
	assert.Greater(t, 20*math.Log10(float64(least)/float64(loud)), -12.0, "the least can be heard")
	assert.Equal(t, sound.WAV([]float32{0.5}, 1), sound.WAV([]float32{0.5}, 0), "no volume is below the least")
	assert.Equal(t, sound.WAV([]float32{0.5}, 3), sound.WAV([]float32{0.5}, 9))
}

// pcm reads a file back, and holds its head against what a WAV file says of itself.
func pcm(t *testing.T, file []byte) []int16 {
	t.Helper()
	require.Equal(t, "RIFF", string(file[:4]))
	require.Equal(t, "WAVEfmt ", string(file[8:16]))
	require.EqualValues(t, len(file)-8, binary.LittleEndian.Uint32(file[4:]))
	require.EqualValues(t, sound.Rate, binary.LittleEndian.Uint32(file[24:]))
	require.EqualValues(t, sound.Rate*2, binary.LittleEndian.Uint32(file[28:]))
	require.EqualValues(t, len(file)-44, binary.LittleEndian.Uint32(file[40:]))
	out := make([]int16, (len(file)-44)/2)
	require.NoError(t, binary.Read(bytes.NewReader(file[44:]), binary.LittleEndian, out))
	return out
}
