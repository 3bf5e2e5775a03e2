package and_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/and"
	"bedside/simulators/cuff"
)

var (
	epoch   = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
)

// Frames of cuffs.md section 2a.
const (
	start = "16160130300253540307"
	stop  = "16160130300253500303"
	read  = "16160130300252420310"
	pulse = "16160130300252500302"
	ack   = "161601303006"
	nak   = "161601303015"
)

type bench struct {
	d     *and.Device
	now   time.Time
	truth simulators.Vitals
}

func newBench(o and.Options) *bench {
	b := &bench{d: and.New(o), now: epoch, truth: healthy}
	b.d.Step(b.now, b.truth, nil)
	return b
}

func (b *bench) run(d time.Duration) []byte {
	var said []byte
	for until := b.now.Add(d); b.now.Before(until); {
		b.now = b.now.Add(5 * time.Millisecond)
		tx, _ := b.d.Step(b.now, b.truth, nil)
		said = append(said, tx...)
	}
	return said
}

// say sends a frame and returns, as hex, what the monitor said within 700 ms.
func (b *bench) say(t *testing.T, frame string) string {
	t.Helper()
	rx, err := hex.DecodeString(frame)
	require.NoError(t, err)
	tx, _ := b.d.Step(b.now, b.truth, rx)
	require.Empty(t, tx, "no monitor answers before it has heard")
	return hex.EncodeToString(b.run(700 * time.Millisecond))
}

// The real frame of the page comes out if the monitor measures what it says.
func TestTheRealFrame(t *testing.T) {
	b := newBench(and.Options{Old: &cuff.Result{Systolic: 127, Mean: 97, Diastolic: 76, Rate: 78, Took: 35 * time.Second}})
	got, err := hex.DecodeString(b.say(t, read))
	require.NoError(t, err)
	require.Len(t, got, 138)
	text := string(got[6:136])
	assert.Equal(t, "TM2657\x1e2611210900\x1eRA\x1eM\x1eE00\x1eS127\x1eM 97\x1eD 76\x1eP 78\x1eI00\x1eL232\x1ep173\x1ei 0\x1em0\x1er0\x1et 35\x1e"+
		"cN\x1el  \x1ed\x1eh     \x1es     \x1ew      \x1ef      \x1ee      \x1eb     \x1e", text)
	bcc := byte(0)
	for _, c := range []byte(strings.Replace(text, "2611210900", "2411121014", 1)) {
		bcc ^= c
	}
	assert.Equal(t, byte(0x4A), bcc)
}

func TestAMeasurement(t *testing.T) {
	b := newBench(and.Options{})
	assert.Equal(t, nak, b.say(t, read), "nothing to read yet")
	assert.Equal(t, ack, b.say(t, start))
	assert.Equal(t, nak, b.say(t, start), "one at a time")
	began := b.now
	var got []byte
	for len(got) == 0 {
		got = b.run(100 * time.Millisecond)
		require.Less(t, b.now.Sub(began), 45*time.Second)
	}
	assert.Greater(t, b.now.Sub(began), 20*time.Second)
	assert.Len(t, got, 138, "by itself")
	assert.Contains(t, string(got), "S120\x1eM 93\x1eD 80\x1eP 72\x1e")
	assert.Equal(t, hex.EncodeToString(got), b.say(t, read), "and again on request")
	assert.Equal(t, cuff.Counts{Busy: 1}, b.d.Counts())
}

// A frame is there when its last byte is: four times sooner at 9600 baud.
func TestSpeed(t *testing.T) {
	for baud, want := range map[int]float64{2400: 0.575, 9600: 0.144} {
		o := and.Options{Baud: baud, Old: &cuff.Result{Systolic: 127, Mean: 97, Diastolic: 76, Rate: 78}}
		d := and.New(o)
		rx, err := hex.DecodeString(read)
		require.NoError(t, err)
		_, wake := d.Step(epoch, healthy, rx)
		assert.InDelta(t, want+0.03, wake.Sub(epoch).Seconds(), 0.025, baud)
		tx, _ := d.Step(wake, healthy, nil)
		assert.Len(t, tx, 138)
	}
}

func TestQuietAndDeaf(t *testing.T) {
	b := newBench(and.Options{Quiet: true, Deaf: true})
	b.say(t, start)
	b.run(5 * time.Second)
	assert.Empty(t, b.say(t, read), "deaf while it measures")
	assert.Empty(t, b.run(time.Minute), "nothing by itself")
	assert.NotEmpty(t, b.say(t, read))
}

func TestAStopLeavesNoResult(t *testing.T) {
	b := newBench(and.Options{})
	b.say(t, start)
	b.run(8 * time.Second)
	require.True(t, b.d.Inflated())
	assert.Equal(t, ack, b.say(t, stop))
	b.run(2 * time.Second)
	assert.False(t, b.d.Inflated())
	assert.Empty(t, b.run(time.Minute))
	assert.Equal(t, nak, b.say(t, read))
}

func TestErrors(t *testing.T) {
	for class, code := range map[devices.CuffClass]string{
		devices.CuffHardware: "E11", devices.CuffLeak: "E12", devices.CuffBlocked: "E13", devices.CuffOverpressure: "E23",
		devices.CuffTimeout: "E24", devices.CuffUnderinflated: "E42", devices.CuffWeak: "E43", devices.CuffMotion: "E44",
		devices.CuffIndeterminate: "E45", devices.CuffRange: "E63",
	} {
		b := newBench(and.Options{})
		b.truth.CuffFault = class
		b.say(t, start)
		got := b.run(3 * time.Minute)
		assert.Contains(t, string(got), code+"\x1eS   \x1eM   \x1eD   \x1eP   \x1e", class)
	}
	b := newBench(and.Options{Code: 77})
	b.truth.CuffFault = devices.CuffWeak
	b.say(t, start)
	assert.Contains(t, string(b.run(time.Minute)), "E77")
}

func TestMovementIsMarked(t *testing.T) {
	b := newBench(and.Options{})
	b.truth.Motion = 0.3
	b.say(t, start)
	assert.Contains(t, string(b.run(time.Minute)), "m1")
}

func TestTheButton(t *testing.T) {
	b := newBench(and.Options{})
	b.truth.CuffPress = true
	b.d.Step(b.now, b.truth, nil)
	b.truth.CuffPress = false
	assert.Equal(t, 1, b.d.Cycles())
	assert.Contains(t, string(b.run(time.Minute)), "S120")
}

func TestWhatIsNotUnderstood(t *testing.T) {
	b := newBench(and.Options{Refuses: true})
	assert.Empty(t, b.say(t, "16160130300253540308"), "wrong check")
	assert.Empty(t, b.say(t, "16160130310253540307"), "another address")
	assert.Equal(t, nak, b.say(t, pulse))
	assert.Equal(t, nak, b.say(t, "16160130300253540307"), "it refuses every start")
	assert.Equal(t, cuff.Counts{Unknown: 1, Malformed: 1}, b.d.Counts())
	assert.Empty(t, b.say(t, strings.Repeat("00ff16", 100)))
	assert.Equal(t, nak, b.say(t, read), "and it is still there")
	assert.Zero(t, b.d.Cycles())
}

// No bytes of a host, however cut, upset the monitor: it answers in whole frames, and keeps no air.
func FuzzStep(f *testing.F) {
	for _, s := range []string{start, stop, read, start + read + stop, "1616" + start} {
		b, err := hex.DecodeString(s)
		require.NoError(f, err)
		f.Add(b, uint8(3))
	}
	f.Fuzz(func(t *testing.T, host []byte, cut uint8) {
		d := and.New(and.Options{})
		now := epoch
		var said []byte
		for len(host) > 0 {
			n := min(1+int(cut)%9, len(host))
			tx, _ := d.Step(now, healthy, host[:n])
			said = append(said, tx...)
			host = host[n:]
			now = now.Add(time.Duration(cut) * time.Millisecond)
		}
		for range 4 {
			now = now.Add(50 * time.Second)
			tx, _ := d.Step(now, healthy, nil)
			said = append(said, tx...)
		}
		require.False(t, d.Inflated())
		head := []byte{0x16, 0x16, 0x01, '0', '0'}
		for len(said) > 0 {
			require.True(t, bytes.HasPrefix(said, head))
			if said[5] == 0x02 {
				require.GreaterOrEqual(t, len(said), 138)
				said = said[138:]
			} else {
				said = said[6:]
			}
		}
	})
}
