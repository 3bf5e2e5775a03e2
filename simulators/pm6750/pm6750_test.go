package pm6750_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/simulators"
	"bedside/simulators/pm6750"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 98, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93, Pleth: 0.5}
)

// bench drives a board through time and counts its packets by type.
type bench struct {
	t     *testing.T
	d     *pm6750.Device
	now   time.Time
	truth simulators.Vitals
	last  map[byte]string
}

func newBench(t *testing.T, o pm6750.Options) *bench {
	t.Helper()
	b := &bench{t: t, d: pm6750.New(o), now: epoch, truth: healthy, last: map[byte]string{}}
	b.d.Step(b.now, b.truth, nil)
	return b
}

// say sends frames, as hex.
func (b *bench) say(frames ...string) {
	b.t.Helper()
	for _, f := range frames {
		rx, err := hex.DecodeString(strings.ReplaceAll(f, " ", ""))
		require.NoError(b.t, err)
		b.d.Step(b.now, b.truth, rx)
	}
}

// run lets the board live and counts what it says.
func (b *bench) run(d time.Duration) map[byte]int {
	b.t.Helper()
	count := map[byte]int{}
	for end := b.now.Add(d); b.now.Before(end); {
		b.now = b.now.Add(20 * time.Millisecond)
		tx, _ := b.d.Step(b.now, b.truth, nil)
		for len(tx) > 0 {
			require.True(b.t, bytes.HasPrefix(tx, []byte{0x55, 0xAA}))
			n := int(tx[2]) + 2
			var sum byte
			for _, x := range tx[2:n] {
				sum += x
			}
			require.Equal(b.t, byte(0xFF), sum, "% X", tx[:n])
			count[tx[3]]++
			b.last[tx[3]] = strings.ToUpper(hex.EncodeToString(tx[:n]))
			tx = tx[n:]
		}
	}
	return count
}

const (
	params = "55 AA 04 03 01 F7"
	wave   = "55 AA 04 FE 01 FC"
	start  = "55 AA 04 02 01 F8"
	stop   = "55 AA 04 02 00 F9"
	target = "55 AA 04 0A 50 A1"
)

func TestSilentUntilEnabled(t *testing.T) {
	b := newBench(t, pm6750.Options{})
	assert.Empty(t, b.run(5*time.Second))
	b.say(params, wave)
	b.run(5 * time.Second)
	got := b.run(10 * time.Second)
	assert.Equal(t, map[byte]int{0x04: 10, 0xFE: 500}, got)
	assert.Equal(t, "55AA06040062484B", b.last[4], "the page's example")
	b.say("55 AA 04 03 00 F8", "55 AA 04 FE 00 FD")
	b.run(time.Second)
	assert.Empty(t, b.run(5*time.Second))
}

func TestTheSensor(t *testing.T) {
	b := newBench(t, pm6750.Options{})
	b.say(params)
	b.truth.FingerOut = true
	b.run(2 * time.Second)
	assert.Equal(t, "55AA0604027FFF75", b.last[4], "the page's example")
	b.truth.SensorOff = true
	b.run(2 * time.Second)
	assert.Equal(t, "55AA0604017FFF76", b.last[4], "the page's example")
	b.truth = healthy
	b.run(1100 * time.Millisecond)
	assert.Equal(t, "55AA0604037FFF74", b.last[4], "searching")
	b.truth.PulseRate = 0
	b.run(20 * time.Second)
	assert.Equal(t, "55AA0604047FFF73", b.last[4], "searching for long")
}

func TestACycle(t *testing.T) {
	b := newBench(t, pm6750.Options{})
	b.say(target, start)
	top := 0.0
	for b.now.Sub(epoch) < time.Minute {
		b.run(100 * time.Millisecond)
		top = max(top, b.d.Pressure())
	}
	assert.InDelta(t, 160, top, 2)
	assert.Equal(t, "55AA0803000078"+"5D50CF", b.last[3], "the page's example")
	assert.False(t, b.d.Inflated())
	b.say(start)
	top = 0
	for b.now.Sub(epoch) < 2*time.Minute {
		b.run(100 * time.Millisecond)
		top = max(top, b.d.Pressure())
	}
	assert.InDelta(t, 150, top, 2, "the initial pressure was for one start")
	assert.Equal(t, 2, b.d.Counts().Starts)
}

func TestStopReleasesTheAir(t *testing.T) {
	b := newBench(t, pm6750.Options{})
	b.say(start)
	b.run(6 * time.Second)
	require.True(t, b.d.Inflated())
	b.say(stop)
	b.run(2 * time.Second)
	assert.False(t, b.d.Inflated())
	assert.True(t, strings.HasPrefix(b.last[3], "55AA080308"), "state 2: %s", b.last[3])
}

// A host that dies leaves no air behind, and a board that is mute lets it out as well.
func TestTheBoardGuardsItself(t *testing.T) {
	for _, mute := range []bool{false, true} {
		b := newBench(t, pm6750.Options{})
		b.truth.Motion = 0.3
		b.say(start)
		b.run(3 * time.Second)
		b.d.Mute(mute)
		got := b.run(125 * time.Second)
		assert.False(t, b.d.Inflated())
		assert.Equal(t, mute, len(got) == 0)
	}
}

func TestFactoryCommandsAreCountedAndDoNothing(t *testing.T) {
	b := newBench(t, pm6750.Options{})
	for _, c := range []byte{0x0B, 0x0C, 0x0D, 0x0E, 0x10, 0xFB} {
		b.d.Step(b.now, b.truth, []byte{0x55, 0xAA, 0x04, c, 1, ^(4 + c + 1)})
	}
	b.say("55 AA 04 02 01 F9", "00 55 55 AA 04 09 01 F1")
	assert.Equal(t, pm6750.Counts{Forbidden: 6, Malformed: 1, Patient: 1}, b.d.Counts())
	assert.False(t, b.d.Measuring())
}

func TestTheButtonAtTheBoard(t *testing.T) {
	b := newBench(t, pm6750.Options{Marks: true})
	b.say(params)
	b.truth.CuffPress = true
	b.d.Step(b.now, b.truth, nil)
	b.truth.CuffPress = false
	got := b.run(10 * time.Second)
	assert.True(t, b.d.Measuring())
	assert.InDelta(t, 20, got[3], 1)
	assert.InDelta(t, 12, got[0x31], 2, "beat marks")
}

// No bytes of a host upset the board: it answers in whole, intact frames, and lets its air out.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0x55, 0xAA, 0x04, 0x02, 0x01, 0xF8, 0x55, 0xAA, 0x04, 0x03, 0x01, 0xF7}, uint8(3))
	f.Add([]byte{0x55, 0xAA, 0x40, 0x55, 0xAA, 0x03, 0x30, 0xCC}, uint8(1))
	f.Fuzz(func(t *testing.T, host []byte, pause uint8) {
		d, now := pm6750.New(pm6750.Options{Seed: uint64(pause)}), epoch
		var said []byte
		for len(host) > 0 {
			n := min(1+int(pause)%7, len(host))
			tx, _ := d.Step(now, healthy, host[:n])
			said = append(said, tx...)
			host = host[n:]
			now = now.Add(time.Duration(pause) * 2 * time.Millisecond)
		}
		tx, _ := d.Step(now.Add(130*time.Second), healthy, nil)
		said = append(said, tx...)
		tx, _ = d.Step(now.Add(260*time.Second), healthy, nil)
		said = append(said, tx...)
		require.False(t, d.Inflated())
		for len(said) > 0 {
			require.GreaterOrEqual(t, len(said), 5)
			n := int(said[2]) + 2
			var sum byte
			for _, b := range said[2:n] {
				sum += b
			}
			require.Equal(t, byte(0xFF), sum)
			said = said[n:]
		}
	})
}
