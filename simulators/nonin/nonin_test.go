package nonin_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/nonin"
	"bedside/simulators/patient"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Pleth: 0.4}
)

const (
	noRate = 511
	noSat  = 127
)

// packet is 25 frames as a reader of oximeters.md section 1.2 sees them.
type packet struct {
	status [25]byte
	wave   [25]int
	float  [25]byte
}

func (p *packet) rate(n int) int { return int(p.float[n-1]&3)<<7 | int(p.float[n]&0x7F) }

func (p *packet) sat(n int) int { return int(p.float[n-1] & 0x7F) }

func (p *packet) timer() int { return int(p.float[5]&0x7F)<<7 | int(p.float[6]&0x7F) }

// any and all report on a status bit over the frames of the packet.
func (p *packet) any(bit byte) bool { return p.count(bit) > 0 }

func (p *packet) all(bit byte) bool { return p.count(bit) == 25 }

func (p *packet) count(bit byte) int {
	n := 0
	for _, s := range p.status {
		if s&bit != 0 {
			n++
		}
	}
	return n
}

// record steps the device at its own wake times and returns the whole packets of that long.
func record(t require.TestingT, d *nonin.Device, format int, long time.Duration, truth func(time.Duration) simulators.Vitals) []packet {
	var stream []byte
	for now := epoch; now.Sub(epoch) < long; {
		tx, wake := d.Step(now, truth(now.Sub(epoch)), nil)
		require.Len(t, tx, 5, "each wake is the moment of one frame")
		require.True(t, wake.After(now))
		stream = append(stream, tx...)
		now = wake
	}
	return packets(t, format, stream)
}

func packets(t require.TestingT, format int, stream []byte) []packet {
	var all []packet
	for i := 0; i+125 <= len(stream); i += 125 {
		var p packet
		for n := range 25 {
			f := stream[i+5*n : i+5*n+5]
			require.Equal(t, f[0]+f[1]+f[2]+f[3], f[4], "check byte")
			if format == 7 {
				p.status[n], p.wave[n], p.float[n] = f[0], int(f[1])<<8|int(f[2]), f[3]
			} else {
				require.Equal(t, byte(1), f[0])
				p.status[n], p.wave[n], p.float[n] = f[1], int(f[2]), f[3]
			}
			require.NotZero(t, p.status[n]&0x80)
			require.Equal(t, n == 0, p.status[n]&1 != 0, "SYNC is in the first frame only")
		}
		all = append(all, p)
	}
	return all
}

func constant(v simulators.Vitals) func(time.Duration) simulators.Vitals {
	return func(time.Duration) simulators.Vitals { return v }
}

func TestFramesComeAtTheirRateAndSayTheTruth(t *testing.T) {
	for _, format := range []int{2, 7} {
		all := record(t, nonin.New(nonin.Options{Format: format, Seed: 5}), format, time.Minute, constant(healthy))
		require.Len(t, all, 180, "three packets a second")
		for i := range all {
			assert.Equal(t, i, all[i].timer(), "the timer counts thirds of a second")
		}
		first, last := all[0], all[179]
		assert.Equal(t, noRate, first.rate(1), "nothing is known before there are beats")
		assert.Equal(t, noSat, first.sat(3))
		assert.True(t, first.all(0x10), "no track yet")
		for _, n := range []int{1, 14, 20, 22} {
			assert.Equal(t, 72, last.rate(n), "rate in frame %d", n)
		}
		for _, n := range []int{3, 9, 10, 11, 16, 17} {
			assert.Equal(t, 97, last.sat(n), "SpO2 in frame %d", n)
		}
		assert.False(t, last.any(0x78), "no alarm")
		assert.Equal(t, byte(0x20), last.float[7]&0x21, "SmartPoint, good battery")
	}
}

func TestTimerWrapsAtFourteenBits(t *testing.T) {
	d := nonin.New(nonin.Options{})
	d.Step(epoch, healthy, nil)
	now := epoch.Add((1<<14 + 5) * time.Second / 3).Add(-time.Second)
	tx, _ := d.Step(now, healthy, nil)
	stream := append([]byte(nil), tx...)
	tx, _ = d.Step(now.Add(2*time.Second), healthy, nil)
	stream = append(stream, tx...)
	for stream[1]&1 == 0 {
		stream = stream[5:]
	}
	all := packets(t, 2, stream)
	require.NotEmpty(t, all)
	last := all[len(all)-1].timer()
	assert.Less(t, last, 20)
}

func TestEightBeatAverageLags(t *testing.T) {
	all := record(t, nonin.New(nonin.Options{}), 2, 40*time.Second, func(at time.Duration) simulators.Vitals {
		v := healthy
		if at >= 20*time.Second {
			v.PulseRate, v.SpO2 = 100, 88
		}
		return v
	})
	reached := func(value func(*packet) int, want int) int {
		for i := range all {
			if value(&all[i]) == want {
				return i
			}
		}
		return -1
	}
	four := reached(func(p *packet) int { return p.rate(1) }, 100)
	eight := reached(func(p *packet) int { return p.rate(14) }, 100)
	assert.InDelta(t, 60+4*0.6*3, four, 3, "four beats at 100/min")
	assert.InDelta(t, 60+8*0.6*3, eight, 3, "eight beats")
	single := reached(func(p *packet) int { return p.sat(11) }, 88)
	average := reached(func(p *packet) int { return p.sat(3) }, 88)
	extended := reached(func(p *packet) int { return p.sat(16) }, 88)
	assert.Less(t, single, average)
	assert.Less(t, average, extended)
	// The fast value is ahead of the plain average on the way.
	for i := single; i < average; i++ {
		assert.LessOrEqual(t, all[i].sat(10), all[i].sat(3))
	}
}

func TestDisplayIsRefreshedEverySecondAndAHalf(t *testing.T) {
	all := record(t, nonin.New(nonin.Options{}), 2, time.Minute, func(at time.Duration) simulators.Vitals {
		v := healthy
		v.PulseRate = 60 + at.Seconds()*2
		return v
	})
	var changes []int
	for i := 60; i < len(all); i++ {
		if all[i].rate(20) != all[i-1].rate(20) {
			changes = append(changes, i)
		}
	}
	require.Greater(t, len(changes), 20)
	for i := 1; i < len(changes); i++ {
		assert.Contains(t, []int{4, 5}, changes[i]-changes[i-1], "4.5 packets are 1.5 s")
	}
}

func TestFingerOutEmptiesTheRecordAndHoldsTheDisplay(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*simulators.Vitals)
		bits byte
	}{
		{"finger out", func(v *simulators.Vitals) { v.FingerOut = true }, 0x08},
		{"sensor off", func(v *simulators.Vitals) { v.SensorOff = true }, 0x48},
		{"sustained motion", func(v *simulators.Vitals) { v.Motion = 1 }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := record(t, nonin.New(nonin.Options{Seed: 9}), 2, 60*time.Second, func(at time.Duration) simulators.Vitals {
				v := healthy
				if at >= 20*time.Second && at < 45*time.Second {
					c.set(&v)
				}
				return v
			})
			lost := 61
			if c.bits == 0 {
				for !all[lost].all(0x10) { // artifacts need four spoilt beats to end the track
					assert.True(t, lost < 75)
					lost++
				}
			}
			for i := lost; i < 135; i++ {
				assert.True(t, all[i].all(0x10), "out of track in packet %d", i)
				assert.Equal(t, c.bits == 0, !all[i].any(0x48))
				if c.bits != 0 {
					assert.True(t, all[i].all(0x08))
					assert.Equal(t, c.bits&0x40 != 0, all[i].all(0x40))
				}
				if i > lost {
					assert.Equal(t, noRate, all[i].rate(1), "packet %d", i)
					assert.Equal(t, noRate, all[i].rate(14))
					assert.Equal(t, noSat, all[i].sat(3))
					assert.Equal(t, noSat, all[i].sat(10))
					assert.Equal(t, noSat, all[i].sat(11))
				}
				switch held := i - lost; {
				case held < 29:
					assert.Equal(t, 72, all[i].rate(20), "held in packet %d", i)
					assert.Equal(t, 72, all[i].rate(22))
					assert.Equal(t, 97, all[i].sat(9))
				case held > 31:
					assert.Equal(t, noRate, all[i].rate(20), "gone in packet %d", i)
					assert.Equal(t, noSat, all[i].sat(17))
				}
			}
			assert.Equal(t, 72, all[175].rate(1), "it comes back")
			assert.False(t, all[175].any(0x78))
		})
	}
}

// The captured finger-out frame of oximeters.md section 1.2 is 01 98 63 00 FC, up to the FLOAT byte.
func TestFingerOutLooksLikeTheCapture(t *testing.T) {
	d := nonin.New(nonin.Options{})
	v := simulators.Vitals{FingerOut: true}
	d.Step(epoch, v, nil)
	tx, _ := d.Step(epoch.Add(14*time.Millisecond), v, nil)
	assert.Equal(t, []byte{0x01, 0x98, 0x63}, tx[:3])
}

func TestPulsesRaiseThePerfusionBitsForTwelveFrames(t *testing.T) {
	for _, c := range []struct {
		name  string
		index float64
		bits  byte
	}{{"good", 2, 0b010}, {"marginal", 0.5, 0b110}, {"low", 0.1, 0b100}} {
		t.Run(c.name, func(t *testing.T) {
			p := patient.New(patient.Options{Seed: 4, Rest: patient.Rest{PulseRate: 75}})
			beats := 0.0
			all := record(t, nonin.New(nonin.Options{}), 2, time.Minute, func(at time.Duration) simulators.Vitals {
				v := p.At(at)
				v.PerfusionIndex = c.index
				beats += v.PulseRate / 60 / 75
				return v
			})
			edges, run := 0, 0
			for _, p := range all {
				for _, s := range p.status {
					if s&6 == 0 {
						if run > 0 {
							assert.Equal(t, 12, run)
						}
						run = 0
						continue
					}
					assert.Equal(t, c.bits, s&6)
					if run == 0 {
						edges++
					}
					run++
				}
			}
			assert.InDelta(t, beats, float64(edges), 2, "one rise for each beat")
		})
	}
}

func TestSomeMotionSpoilsSinglePulses(t *testing.T) {
	all := record(t, nonin.New(nonin.Options{Seed: 2}), 2, 2*time.Minute, func(at time.Duration) simulators.Vitals {
		v := healthy
		if at > 10*time.Second {
			v.Motion = 0.35
		}
		return v
	})
	spoilt, known := 0, 0
	for i := range all[30:] {
		if p := &all[30+i]; p.any(0x20) {
			spoilt++
			if p.rate(1) == 72 {
				known++
			}
		}
	}
	assert.Greater(t, spoilt, 20)
	assert.Greater(t, known, spoilt/2, "a single spoilt pulse takes no value away")
}

func TestArbitraryBytesAreArbitraryAndRepeatable(t *testing.T) {
	a := record(t, nonin.New(nonin.Options{Seed: 1}), 2, 10*time.Second, constant(healthy))
	again := record(t, nonin.New(nonin.Options{Seed: 1}), 2, 10*time.Second, constant(healthy))
	other := record(t, nonin.New(nonin.Options{Seed: 2}), 2, 10*time.Second, constant(healthy))
	assert.Equal(t, a, again)
	assert.NotEqual(t, a, other)
	for _, slot := range []int{5, 12, 13, 18, 19, 24, 25} { // reserved
		seen := map[byte]bool{}
		for i := range a {
			seen[a[i].float[slot-1]] = true
		}
		assert.Greater(t, len(seen), 20, "slot %d", slot)
	}
	seen := map[byte]bool{}
	for i := range a {
		seen[a[i].float[0]&0x7C] = true
	}
	assert.Greater(t, len(seen), 8, "undefined bits of the rate")
}

func TestALateStepIsBounded(t *testing.T) {
	d := nonin.New(nonin.Options{})
	tx, _ := d.Step(epoch, healthy, nil)
	assert.Len(t, tx, 5)
	tx, _ = d.Step(epoch.Add(time.Second), healthy, nil)
	assert.Len(t, tx, 75*5)
	tx, wake := d.Step(epoch.Add(time.Hour), healthy, nil)
	assert.Len(t, tx, 150*5)
	assert.True(t, wake.After(epoch.Add(time.Hour)))
	tx, _ = d.Step(epoch.Add(time.Minute), healthy, nil)
	assert.Empty(t, tx, "time that runs backwards brings nothing")
}

func TestFormatEight(t *testing.T) {
	d := nonin.New(nonin.Options{Format: 8, LowBattery: true})
	var sent [][]byte
	for now := epoch; now.Sub(epoch) < 60*time.Second; {
		v := healthy
		v.PulseRate = 150
		if at := now.Sub(epoch); at >= 20*time.Second && at < 40*time.Second {
			v.FingerOut = true
		}
		tx, wake := d.Step(now, v, nil)
		require.Len(t, tx, 4)
		assert.Equal(t, []byte{0x80, 0, 0, 0}, []byte{tx[0] & 0x80, tx[1] & 0x80, tx[2] & 0x80, tx[3] & 0x80})
		assert.Equal(t, byte(1), tx[3]&0x81, "low battery")
		sent = append(sent, append([]byte(nil), tx...))
		assert.Equal(t, time.Second, wake.Sub(now), "once a second")
		now = wake
	}
	mask := func(b []byte) []byte { return []byte{b[0], b[1], b[2], b[3] &^ 0x50} }
	assert.Equal(t, []byte{0xA3, 0x7F, 0x7F, 0x01}, mask(sent[0]), "nothing known yet")
	assert.Equal(t, []byte{0x81, 150 - 128, 97, 0x21}, mask(sent[19]))
	assert.Equal(t, []byte{0xA1, 150 - 128, 97, 0x09}, mask(sent[25]), "held, with sensor alarm")
	assert.Equal(t, []byte{0xA3, 0x7F, 0x7F, 0x09}, mask(sent[33]), "missing after ten seconds")
	assert.Equal(t, []byte{0x81, 150 - 128, 97, 0x21}, mask(sent[59]))
}

func TestFormatEightShowsPerfusionAndSensorAsLevels(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*simulators.Vitals)
		want byte
	}{
		{"marginal", func(v *simulators.Vitals) { v.PerfusionIndex = 0.4 }, 0x88},
		{"low", func(v *simulators.Vitals) { v.PerfusionIndex = 0.1 }, 0x90},
		{"sensor off", func(v *simulators.Vitals) { v.SensorOff = true }, 0xE3},
		{"no pulse", func(v *simulators.Vitals) { v.PulseRate = 0 }, 0xA3},
		{"too fast", func(v *simulators.Vitals) { v.PulseRate = 400 }, 0xA3},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := healthy
			c.set(&v)
			d := nonin.New(nonin.Options{Format: 8})
			var tx []byte
			for s := range 30 {
				tx, _ = d.Step(epoch.Add(time.Duration(s)*time.Second), v, nil)
			}
			require.Len(t, tx, 4)
			assert.Equal(t, c.want, tx[0])
		})
	}
}

// Whatever the truth and however it is stepped, frames are whole and intact and numbers are in range or missing.
func TestAnyTruthGivesIntactFrames(t *testing.T) {
	number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-50, 400), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
	rapid.Check(t, func(t *rapid.T) {
		format := rapid.SampledFrom([]int{2, 7}).Draw(t, "format")
		d := nonin.New(nonin.Options{Format: format, Seed: rapid.Uint64().Draw(t, "seed")})
		now := epoch
		var stream []byte
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			v := simulators.Vitals{
				PulseRate: number.Draw(t, "rate"), SpO2: number.Draw(t, "SpO2"), PerfusionIndex: number.Draw(t, "perfusion"),
				Pleth: number.Draw(t, "pleth"), Motion: number.Draw(t, "motion"),
				FingerOut: rapid.Bool().Draw(t, "finger"), SensorOff: rapid.IntRange(0, 9).Draw(t, "sensor") == 0,
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			tx, _ := d.Step(now, v, rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "host"))
			stream = append(stream, tx...)
		}
		for _, p := range packets(t, format, stream) {
			for _, n := range []int{1, 14, 20, 22} {
				r := p.rate(n)
				require.True(t, r == noRate || r >= 18 && r <= 321, "rate %d", r)
			}
			for _, n := range []int{3, 9, 10, 11, 16, 17} {
				s := p.sat(n)
				require.True(t, s == noSat || s <= 100, "SpO2 %d", s)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	d := nonin.New(nonin.Options{})
	now := epoch
	b.ReportAllocs()
	for b.Loop() {
		_, now = d.Step(now, healthy, nil)
	}
}
