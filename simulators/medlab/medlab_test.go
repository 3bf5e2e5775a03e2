package medlab_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/medlab"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}

	livePacket   = regexp.MustCompile(`^\x02(\d{3})C([012])S3\x03\r$`)
	resultPacket = regexp.MustCompile(`^\x02S1;A([01]);C01;M(\d\d);P([-\d]{9});R([-\d]{3});T\d{4};\x03\r$`)
)

const (
	start = "\x0201;;D7\x03" // as cuffs.md section 8 prints it
	ask   = "\x0218;;DF\x03"
	end   = "\x02999\x03\r"
)

// bench drives a module through time.
type bench struct {
	t     testing.TB
	d     *medlab.Device
	now   time.Time
	truth simulators.Vitals
}

func newBench(t testing.TB, o medlab.Options) *bench {
	t.Helper()
	b := &bench{t: t, d: medlab.New(o), now: epoch, truth: healthy}
	b.d.Step(b.now, b.truth, nil)
	return b
}

// run lets the module live for d and returns the packets it sent.
func (b *bench) run(d time.Duration) []string {
	b.t.Helper()
	var said strings.Builder
	for until := b.now.Add(d); b.now.Before(until); {
		b.now = b.now.Add(10 * time.Millisecond)
		tx, _ := b.d.Step(b.now, b.truth, nil)
		said.Write(tx)
	}
	packets := strings.SplitAfter(said.String(), "\r")
	return packets[:len(packets)-1]
}

// say sends bytes and returns what the module said within 200 ms.
func (b *bench) say(bytes string) []string {
	b.t.Helper()
	tx, _ := b.d.Step(b.now, b.truth, []byte(bytes))
	require.Empty(b.t, tx, "no module answers before it has heard")
	return b.run(200 * time.Millisecond)
}

// measure starts a cycle, waits for the end marker, and returns message, pressures and rate, and how long it took.
func (b *bench) measure() (message, pressures, rate string, took time.Duration) {
	b.t.Helper()
	began := b.now
	said := b.say(start)
	for len(said) == 0 || said[len(said)-1] != end {
		said = append(said, b.run(50*time.Millisecond)...)
		require.Less(b.t, b.now.Sub(began), 4*time.Minute, "the end marker never came")
	}
	for _, p := range said[:len(said)-1] {
		require.Regexp(b.t, livePacket, p)
	}
	took = b.now.Sub(began)
	got := b.say(ask)
	require.Len(b.t, got, 1)
	fields := resultPacket.FindStringSubmatch(got[0])
	require.NotNil(b.t, fields, "%q", got[0])
	return fields[2], fields[3], fields[4], took
}

// command builds the bytes of a numbered command.
func command(number int) string {
	text := fmt.Sprintf("%02d;;", number)
	var sum byte
	for _, c := range []byte(text) {
		sum += c
	}
	return fmt.Sprintf("\x02%s%02X\x03", text, sum)
}

func TestCommandsAreThoseOfThePage(t *testing.T) {
	assert.Equal(t, start, command(1))
	assert.Equal(t, ask, command(18))
	b := newBench(t, medlab.Options{})
	for number, mmHg := range map[int]int{19: 100, 20: 120, 21: 140, 22: 160, 23: 180} {
		assert.Empty(t, b.say(command(number)), "nothing acknowledges a command")
		assert.Equal(t, mmHg, b.d.Target())
	}
}

func TestAGoodCycle(t *testing.T) {
	for seed := range uint64(20) {
		b := newBench(t, medlab.Options{Seed: seed})
		message, pressures, rate, took := b.measure()
		assert.Equal(t, "00", message)
		assert.Equal(t, "120080093", pressures)
		assert.Equal(t, "072", rate)
		assert.InDelta(t, 25, took.Seconds(), 3, "the page's cycle")
		assert.False(t, b.d.Inflated())
		assert.False(t, b.d.Measuring())
		assert.Equal(t, 1, b.d.Cycles())
		assert.Zero(t, b.d.Counts())
	}
}

func TestLivePacketsFollowThePressure(t *testing.T) {
	b := newBench(t, medlab.Options{})
	b.say(start)
	packets := b.run(5 * time.Second)
	assert.InDelta(t, 25, len(packets), 1, "five a second")
	last := livePacket.FindStringSubmatch(packets[len(packets)-1])
	require.NotNil(t, last)
	var mmHg float64
	_, err := fmt.Sscanf(last[1], "%f", &mmHg)
	require.NoError(t, err)
	assert.InDelta(t, b.d.Pressure(), mmHg, 5)
	assert.Greater(t, mmHg, 50.0)
}

func TestTheModulePumpsOnForAHighPressure(t *testing.T) {
	b := newBench(t, medlab.Options{})
	b.truth.Systolic, b.truth.Diastolic, b.truth.Mean = 196, 112, 140
	_, pressures, _, _ := b.measure()
	assert.Equal(t, "196112140", pressures)
}

func TestWhatABusyModuleIgnores(t *testing.T) {
	b := newBench(t, medlab.Options{})
	b.say(start)
	b.run(time.Second)
	for _, c := range []string{start, ask} {
		for _, p := range b.say(c) {
			assert.Regexp(t, livePacket, p)
		}
	}
	assert.Equal(t, 1, b.d.Cycles())
	assert.Equal(t, 1, b.d.Counts().Ignored)
}

func TestAbortReleasesTheAirAtOnce(t *testing.T) {
	for _, after := range []time.Duration{time.Second, 9 * time.Second, 18 * time.Second} {
		b := newBench(t, medlab.Options{})
		b.say(start)
		b.run(after)
		require.True(t, b.d.Inflated())
		said := append(b.say("X"), b.run(2*time.Second)...)
		assert.Equal(t, end, said[len(said)-1])
		assert.False(t, b.d.Inflated())
		fields := resultPacket.FindStringSubmatch(b.say(ask)[0])
		assert.NotEqual(t, "00", fields[2])
		assert.Equal(t, "999999999", fields[3])
	}
	b := newBench(t, medlab.Options{})
	assert.Empty(t, b.say("X"), "nothing to abort")
}

func TestCommandsThatNoModuleUnderstands(t *testing.T) {
	b := newBench(t, medlab.Options{})
	for _, c := range []string{"\x0201;;D8\x03", "\x0201;:D7\x03", "\x02011;;D7\x03", "\x0201;;d7\x03", "01;;D7\x03", "\x0201;;D7"} {
		assert.Empty(t, b.say(c), "%q", c)
	}
	b.run(time.Second)
	assert.Len(t, b.say(ask), 1, "the half command is forgotten")
	assert.Zero(t, b.d.Cycles())
	assert.Positive(t, b.d.Counts().Malformed)
	b.say(command(99))
	assert.Equal(t, 1, b.d.Counts().Unknown)
	tx := b.say("\x0201;" + ask)
	assert.Len(t, tx, 1, "the byte that breaks a command may begin the next")
	b.say(start + "\x0201;X")
	assert.False(t, b.d.Measuring(), "an abort is heard within a broken command")
}

func TestOrdersThatNoAgentMayGiveAreCounted(t *testing.T) {
	b := newBench(t, medlab.Options{})
	for number := 3; number <= 17; number++ {
		assert.Empty(t, b.say(command(number)))
	}
	assert.Equal(t, 15, b.d.Counts().Forbidden)
	assert.False(t, b.d.Inflated())
}

func TestTheTruthDecidesTheOutcome(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*simulators.Vitals)
		want string
	}{
		{"loose", func(v *simulators.Vitals) { v.CuffLoose = true }, "06"},
		{"motion", func(v *simulators.Vitals) { v.Motion = 0.8 }, "11"},
		{"little motion", func(v *simulators.Vitals) { v.Motion = 0.2 }, "00"},
		{"no pulse", func(v *simulators.Vitals) { v.PulseRate = 0 }, "09"},
		{"no perfusion", func(v *simulators.Vitals) { v.PerfusionIndex = 0.03 }, "09"},
		{"pressures upside down", func(v *simulators.Vitals) { v.Systolic = 70 }, "10"},
		{"rate out of range", func(v *simulators.Vitals) { v.PulseRate = 240 }, "10"},
		{"blocked", func(v *simulators.Vitals) { v.CuffFault = devices.CuffBlocked }, "00"}, // no message for it
		{"defect", func(v *simulators.Vitals) { v.CuffFault = devices.CuffHardware }, "08"},
		{"leak", func(v *simulators.Vitals) { v.CuffFault = devices.CuffLeak }, "07"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, medlab.Options{Dashes: true})
			c.set(&b.truth)
			message, pressures, rate, _ := b.measure()
			assert.Equal(t, c.want, message)
			assert.Equal(t, c.want != "00", pressures == "---------")
			assert.Equal(t, c.want != "00", rate == "---")
			assert.False(t, b.d.Inflated())
		})
	}
}

// Every message can be had, ends with the marker and without air, and the safety limits act at their limits.
func TestInjectedMessages(t *testing.T) {
	for _, want := range []int{2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 42} {
		b := newBench(t, medlab.Options{Seed: uint64(want)})
		b.d.Inject(want)
		message, pressures, _, took := b.measure()
		assert.Equal(t, fmt.Sprintf("%02d", want), message)
		assert.Equal(t, "999999999", pressures, "a failed cycle has no numbers")
		if want == 19 {
			assert.InDelta(t, 180, took.Seconds(), 3)
		}
		message, _, _, _ = b.measure()
		assert.Equal(t, "00", message, "one cycle each")
	}
}

// A host that dies at any moment of any cycle leaves no air in the cuff for longer than the safety limit.
func TestADeadHostLeavesNoAirBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, medlab.Options{Seed: rapid.Uint64().Draw(rt, "seed")})
		if m := rapid.IntRange(0, 20).Draw(rt, "message"); m != 0 {
			b.d.Inject(m)
		}
		b.truth.CuffLoose = rapid.Bool().Draw(rt, "loose")
		b.truth.Motion = rapid.Float64Range(0, 1).Draw(rt, "motion")
		b.say(start)
		b.run(182 * time.Second)
		if b.d.Inflated() || b.d.Measuring() {
			rt.Fatalf("%.0f mmHg in the cuff", b.d.Pressure())
		}
	})
}

func TestAnIdleModuleNeedsNoWaking(t *testing.T) {
	d := medlab.New(medlab.Options{})
	_, wake := d.Step(epoch, healthy, nil)
	assert.Zero(t, wake)
	_, wake = d.Step(epoch.Add(time.Second), healthy, []byte(ask))
	assert.True(t, wake.After(epoch.Add(time.Second)))
	tx, wake := d.Step(wake, healthy, nil)
	assert.Regexp(t, resultPacket, string(tx))
	assert.Zero(t, wake)
}

// No bytes of a host, however cut and timed, upset the module: it sends whole packets, and no air stays.
func FuzzStep(f *testing.F) {
	f.Add([]byte(start+ask), uint8(3))
	f.Add([]byte(start+"X"+ask), uint8(1))
	f.Add([]byte("\x02\x0201;;D7\x03X\x0219;;E0\x03"), uint8(200))
	whole := regexp.MustCompile(`^(\x02(999|\d{3}C[012]S3|S1;A[01];C01;M\d\d;P[-\d]{9};R[-\d]{3};T\d{4};)\x03\r)*$`)
	f.Fuzz(func(t *testing.T, host []byte, pause uint8) {
		d := medlab.New(medlab.Options{Seed: uint64(pause)})
		now := epoch
		var said []byte
		for len(host) > 0 {
			n := min(1+int(pause)%7, len(host))
			tx, _ := d.Step(now, healthy, host[:n])
			said = append(said, tx...)
			host = host[n:]
			now = now.Add(time.Duration(pause) * 5 * time.Millisecond)
		}
		tx, _ := d.Step(now.Add(4*time.Minute), healthy, nil)
		said = append(said, tx...)
		require.False(t, d.Inflated())
		require.Regexp(t, whole, string(said))
	})
}
