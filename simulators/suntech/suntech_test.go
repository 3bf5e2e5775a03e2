package suntech_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/suntech"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{
		PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93,
	}
)

// Frames of cuffs.md section 1.
const (
	start      = "3A20A6"
	abort      = "3A7901004C"
	pressure   = "3A79050048"
	result     = "3A7903004A"
	module     = "3A00C6"
	version    = "3A7902400B"
	selfTest   = "3A7910033A"
	selfTestSB = "3A7911003C"
	reset      = "3A8A3C"
	target180  = "3A17B400FB"

	ackO = "3E044F6F"
	ackK = "3E044B73"
	ackA = "3E04417D"
	ackB = "3E04427C"
	ackE = "3E044579"
	ackN = "3E044E70"
	ackD = "3E04447A"
	ackT = "3E04546A"
)

// bench drives a module through time.
type bench struct {
	t     *testing.T
	d     *suntech.Device
	now   time.Time
	truth simulators.Vitals
}

func newBench(t *testing.T, o suntech.Options) *bench {
	t.Helper()
	b := &bench{t: t, d: suntech.New(o), now: epoch, truth: healthy}
	b.d.Step(b.now, b.truth, nil)
	return b
}

// run lets the module live for d and returns what it said, as hex.
func (b *bench) run(d time.Duration) string {
	b.t.Helper()
	var said []byte
	for until := b.now.Add(d); b.now.Before(until); {
		b.now = b.now.Add(10 * time.Millisecond)
		tx, _ := b.d.Step(b.now, b.truth, nil)
		said = append(said, tx...)
	}
	return strings.ToUpper(hex.EncodeToString(said))
}

// say sends a frame and returns what the module said within 20 ms.
func (b *bench) say(frame string) string {
	b.t.Helper()
	rx, err := hex.DecodeString(frame)
	require.NoError(b.t, err)
	tx, _ := b.d.Step(b.now, b.truth, rx)
	require.Empty(b.t, tx, "no module answers before it has heard")
	return b.run(20 * time.Millisecond)
}

// checked appends the check byte to a hex frame.
func checked(t *testing.T, frame string) string {
	t.Helper()
	raw, err := hex.DecodeString(frame)
	require.NoError(t, err)
	var sum byte
	for _, b := range raw {
		sum += b
	}
	return frame + strings.ToUpper(hex.EncodeToString([]byte{-sum}))
}

// measure starts a cycle, waits for K, and returns the result frame and how long the cycle took.
func (b *bench) measure() (string, time.Duration) {
	b.t.Helper()
	require.Equal(b.t, ackO, b.say(start))
	began := b.now
	for b.run(100*time.Millisecond) != ackK {
		require.Less(b.t, b.now.Sub(began), 3*time.Minute, "K never came")
	}
	took := b.now.Sub(began)
	b.run(200 * time.Millisecond)
	return b.say(result), took
}

// code returns the error byte of a result frame.
func code(t *testing.T, frame string) byte {
	t.Helper()
	raw, err := hex.DecodeString(frame)
	require.NoError(t, err)
	require.Len(t, raw, 24)
	return raw[20]
}

func TestAnswersOfTheHandshake(t *testing.T) {
	b := newBench(t, suntech.Options{})
	assert.Equal(t, ackK, b.say(module))
	text := b.say(version)
	require.Len(t, text, 2*0x43)
	assert.True(t, strings.HasPrefix(text, "3E434C58"), "a text that begins LX")
	assert.Equal(t, "3E050000BD", b.say(selfTest))
	assert.Equal(t, ackN, b.say(selfTestSB), "the other model's form")
	assert.Equal(t, ackK, b.say(target180))
	assert.Equal(t, ackE, b.say(checked(t, "3A17FFFF")), "a target beyond reason")
	assert.Equal(t, ackK, b.say(reset))
	assert.Equal(t, "3E06000000BC", b.say("3A79020348"))

	b = newBench(t, suntech.Options{Model: suntech.APlus, SelfTest: 99})
	assert.True(t, strings.HasPrefix(b.say(version), "3E435342"), "a text that begins SB")
	assert.Equal(t, "3E0563005A", b.say(selfTestSB))
	assert.Equal(t, ackN, b.say(selfTest))
}

func TestFramesThatNoModuleUnderstands(t *testing.T) {
	b := newBench(t, suntech.Options{})
	assert.Empty(t, b.say("00FF112233"), "noise outside a frame")
	assert.Equal(t, ackD, b.say("3A20A7"), "wrong check")
	assert.Equal(t, ackN, b.say(checked(t, "3A799900")), "unknown request")
	assert.Equal(t, ackN, b.say(checked(t, "3A77")), "unknown command")
	assert.Equal(t, ackD, b.say("3A770000000000000000000000"), "a frame without an end")
	assert.Empty(t, b.say("3A79"))
	assert.Equal(t, ackT, b.run(300*time.Millisecond), "half a frame")
	assert.Equal(t, ackK, b.say("3A")+b.say("00")+b.say("C6"), "bytes one by one")
	assert.Equal(t, 3, b.d.Counts().Malformed)
}

func TestOrdersThatNoAgentMayGiveAreRefusedAndCounted(t *testing.T) {
	b := newBench(t, suntech.Options{})
	for _, f := range []string{"3A0C000101B8", "3A0401", "3A8100000000", "3A86000000"} {
		if f != "3A0C000101B8" {
			f = checked(t, f)
		}
		assert.Equal(t, ackE, b.say(f))
	}
	assert.Equal(t, 4, b.d.Counts().Forbidden)
	assert.False(t, b.d.Inflated())
}

func TestAHostInAHurryIsCounted(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.say(module)
	b.run(100 * time.Millisecond)
	b.say(module)
	assert.Zero(t, b.d.Counts().Hurried)
	b.say(module)
	assert.Equal(t, 1, b.d.Counts().Hurried)
}

func TestAGoodCycle(t *testing.T) {
	for seed := range uint64(20) {
		b := newBench(t, suntech.Options{Seed: seed})
		require.Equal(t, ackO, b.say(start))
		began, top, last := b.now, 0.0, 0.0
		var drops []float64
		for b.run(50*time.Millisecond) == "" {
			p := b.d.Pressure()
			switch since := b.now.Sub(began); {
			case p > last:
				assert.LessOrEqual(t, p-last, 20*0.06, "at most 20 mmHg/s")
				top = max(top, p)
			case p < last && p > 35:
				drops = append(drops, last-p)
				assert.Greater(t, since, 7*time.Second, "the pump needs time")
			}
			last = p
		}
		assert.InDelta(t, 160, top, 2)
		require.NotEmpty(t, drops)
		for _, d := range drops[:len(drops)-1] { // the last one is the dump valve
			assert.True(t, d >= 5 && d <= 10, "step of %v", d)
		}
		assert.False(t, b.d.Inflated())
		assert.False(t, b.d.Measuring())
		b.run(100 * time.Millisecond)

		// The computed example of cuffs.md section 1, but for the number of beats and the check.
		got := b.say(result)
		require.Len(t, got, 48)
		assert.Equal(t, "3E1878005000", got[:12])
		assert.Equal(t, "00"+strings.Repeat("00", 8)+"4800"+"5D00"+"000000", got[14:46])
		assert.Equal(t, checked(t, got[:46]), got)
		assert.Equal(t, got, b.say(result), "the result can be fetched again")
	}
}

func TestTheModulePumpsOnForAHighPressure(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.truth.Systolic, b.truth.Diastolic, b.truth.Mean = 196, 112, 140
	got, _ := b.measure()
	assert.Equal(t, "3E18C4007000", got[:12])
	assert.Zero(t, code(t, got))
}

func TestLiveCuffPressure(t *testing.T) {
	b := newBench(t, suntech.Options{})
	assert.Equal(t, "3E050000BD", b.say(pressure))
	b.say(start)
	b.run(3 * time.Second)
	raw, err := hex.DecodeString(b.say(pressure))
	require.NoError(t, err)
	require.Len(t, raw, 5)
	assert.InDelta(t, b.d.Pressure(), float64(raw[2])+float64(raw[3])*256, 1.5)
	assert.Greater(t, b.d.Pressure(), 30.0)
}

func TestABusyModuleSaysSo(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.say(start)
	b.run(time.Second)
	for _, f := range []string{start, "3A873F", "3A289E", result, module, version, target180, selfTest} {
		assert.Equal(t, ackB, b.say(f), f)
		b.run(100 * time.Millisecond)
	}
	assert.Equal(t, 1, b.d.Cycles())
}

func TestAbortReleasesTheAirAtOnce(t *testing.T) {
	for _, after := range []time.Duration{time.Second, 9 * time.Second, 14 * time.Second} {
		b := newBench(t, suntech.Options{})
		b.say(start)
		b.run(after)
		require.True(t, b.d.Inflated())
		assert.Equal(t, ackA, b.say(abort))
		assert.Equal(t, ackK, b.run(time.Second))
		assert.False(t, b.d.Inflated())
		assert.Equal(t, byte(86), code(t, b.say(result)))
	}
	b := newBench(t, suntech.Options{})
	assert.Equal(t, ackA+ackK, b.say(abort)+b.run(time.Second), "nothing to abort")
}

// The quirk of cuffs.md section 1.
func TestASetTargetSwallowsTheAnswerToAnAbort(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.say(start)
	b.run(2 * time.Second)
	assert.Equal(t, ackB, b.say(abort+target180))
	assert.Equal(t, ackK, b.run(2*time.Second))
	assert.False(t, b.d.Inflated(), "the air goes all the same")
	assert.Equal(t, ackK, b.say(target180))
	assert.NotContains(t, b.say(abort)+b.run(time.Second), ackA)
}

func TestALooseCuffGivesTheComputedFrame(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.truth.CuffLoose = true
	got, _ := b.measure()
	assert.Equal(t, "3E18"+strings.Repeat("00", 18)+"57000053", got)
	b.truth.CuffLoose = false
	again, _ := b.measure()
	assert.Zero(t, code(t, again), "the next cycle is good")
}

func TestTheTruthDecidesTheOutcome(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*simulators.Vitals)
		want byte
	}{
		{"motion", func(v *simulators.Vitals) { v.Motion = 0.8 }, 2},
		{"little motion", func(v *simulators.Vitals) { v.Motion = 0.2 }, 0},
		{"no pulse", func(v *simulators.Vitals) { v.PulseRate = 0 }, 1},
		{"no perfusion", func(v *simulators.Vitals) { v.PerfusionIndex = 0.03 }, 1},
		{"pressures upside down", func(v *simulators.Vitals) { v.Systolic = 70 }, 3},
		{"rate out of range", func(v *simulators.Vitals) { v.PulseRate = 240 }, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, suntech.Options{})
			c.set(&b.truth)
			got, _ := b.measure()
			assert.Equal(t, c.want, code(t, got))
			assert.False(t, b.d.Inflated())
		})
	}
}

// What is wrong with the cuff can be part of the truth as well; a class without a code of the module changes nothing.
func TestFaultOfTheTruthEndsTheCycle(t *testing.T) {
	b := newBench(t, suntech.Options{})
	for _, c := range []struct {
		class devices.CuffClass
		want  byte
	}{
		{devices.CuffWeak, 1},
		{devices.CuffBlocked, 85},
		{devices.CuffLeak, 87},
		{devices.CuffTimeout, 88},
		{devices.CuffOverpressure, 89},
		{devices.CuffHardware, 90},
		{devices.CuffMismatch, 0},
		{0, 0},
	} {
		b.truth.CuffFault = c.class
		frame, _ := b.measure()
		assert.Equal(t, c.want, code(t, frame), c.class)
		b.run(time.Second)
	}
}

// Every code of the table can be had, ends with K and without air, and the safety limits act at their limits.
func TestInjectedCodes(t *testing.T) {
	for _, want := range []byte{1, 2, 3, 4, 85, 86, 87, 88, 89, 90, 91, 97, 98, 99, 42} {
		b := newBench(t, suntech.Options{Seed: uint64(want)})
		b.d.Inject(want)
		got, took := b.measure()
		assert.Equal(t, want, code(t, got))
		assert.False(t, b.d.Inflated())
		assert.Equal(t, strings.Repeat("00", 18), got[4:40], "a failed cycle has no numbers")
		if want == 88 {
			assert.InDelta(t, 130, took.Seconds(), 3)
		}
		got, _ = b.measure()
		assert.Zero(t, code(t, got), "one cycle each")
	}
}

func TestOverpressureStopsAtItsLimit(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.d.Inject(89)
	b.say(start)
	top := 0.0
	for b.run(50*time.Millisecond) == "" {
		top = max(top, b.d.Pressure())
	}
	assert.InDelta(t, 300, top, 2)
}

func TestANeonatalCycleHasNeonatalLimits(t *testing.T) {
	b := newBench(t, suntech.Options{})
	b.d.Inject(89)
	b.say("3A289E")
	top := 0.0
	for b.run(50*time.Millisecond) == "" {
		top = max(top, b.d.Pressure())
	}
	assert.InDelta(t, 150, top, 2)
}

// A host that dies at any moment of any cycle leaves no air in the cuff for longer than the safety limit.
func TestADeadHostLeavesNoAirBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, suntech.Options{Seed: rapid.Uint64().Draw(rt, "seed")})
		if c := rapid.Byte().Draw(rt, "code"); c != 0 {
			b.d.Inject(c)
		}
		b.truth.CuffLoose = rapid.Bool().Draw(rt, "loose")
		b.truth.Motion = rapid.Float64Range(0, 1).Draw(rt, "motion")
		b.say(start)
		b.run(132 * time.Second)
		if b.d.Inflated() || b.d.Measuring() {
			rt.Fatalf("%.0f mmHg in the cuff", b.d.Pressure())
		}
	})
}

func TestAnIdleModuleNeedsNoWaking(t *testing.T) {
	d := suntech.New(suntech.Options{})
	_, wake := d.Step(epoch, healthy, nil)
	assert.Zero(t, wake)
	_, wake = d.Step(epoch.Add(time.Second), healthy, []byte{0x3A, 0x00, 0xC6})
	assert.True(t, wake.After(epoch.Add(time.Second)))
	assert.LessOrEqual(t, wake.Sub(epoch), time.Second+20*time.Millisecond)
	tx, wake := d.Step(wake, healthy, nil)
	assert.Len(t, tx, 4)
	assert.Zero(t, wake)
}

func TestALateStepMakesUpForWhatItMissed(t *testing.T) {
	d := suntech.New(suntech.Options{})
	d.Step(epoch, healthy, []byte{0x3A, 0x20, 0xA6})
	tx, _ := d.Step(epoch.Add(time.Hour), healthy, nil)
	assert.Equal(t, "3e044f6f3e044b73", hex.EncodeToString(tx), "O and K, both late")
	assert.False(t, d.Inflated())
}

// No bytes of a host, however cut and timed, upset the module: it answers in whole, intact frames.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0x3A, 0x20, 0xA6, 0x3A, 0x79, 0x05, 0x00, 0x48}, uint8(3))
	f.Add([]byte{0x3A, 0x79, 0x01, 0x00, 0x4C, 0x3A, 0x17, 0xB4, 0x00, 0xFB}, uint8(1))
	f.Add([]byte{0x3A, 0x3A, 0x77, 0x00, 0x3A, 0x79}, uint8(200))
	f.Fuzz(func(t *testing.T, host []byte, pause uint8) {
		d := suntech.New(suntech.Options{Seed: uint64(pause)})
		now := epoch
		var said []byte
		for len(host) > 0 {
			n := min(1+int(pause)%7, len(host))
			tx, _ := d.Step(now, healthy, host[:n])
			said = append(said, tx...)
			host = host[n:]
			now = now.Add(time.Duration(pause) * 5 * time.Millisecond)
		}
		tx, _ := d.Step(now.Add(3*time.Minute), healthy, nil)
		said = append(said, tx...)
		require.False(t, d.Inflated())
		for len(said) > 0 {
			require.GreaterOrEqual(t, len(said), 4)
			require.Equal(t, byte(0x3E), said[0])
			n := int(said[1])
			require.True(t, n >= 4 && n <= 67 && n <= len(said))
			var sum byte
			for _, b := range said[:n] {
				sum += b
			}
			require.Zero(t, sum)
			said = said[n:]
		}
	})
}
