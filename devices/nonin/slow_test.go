package nonin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
)

// once gives a frame each second and returns the readings of the last one.
func (b bed) once(frames ...[]byte) (last []string) {
	b.T.Helper()
	for _, f := range frames {
		last = b.After(time.Second, f)
	}
	return last
}

var (
	short  = []byte{0x80, 72, 97}
	four   = []byte{0x80, 72, 97, 0}
	line   = []byte("SPO2=097 HR=072\r\n")
	simple = []string{"reading pulse_rate=72 spo2=97"}
)

func TestFormat1NeedsThreeFramesInItsRhythm(t *testing.T) {
	b := newBed(t)
	assert.Empty(t, b.once(short))
	assert.Empty(t, b.once(short))
	assert.Equal(t, simple, b.once(short))
	assert.Equal(t, simple, b.once(short))

	for name, wait := range map[string]time.Duration{"too fast": 400 * time.Millisecond, "too slow": 1600 * time.Millisecond} {
		b = newBed(t)
		for range 8 {
			assert.Empty(t, b.After(wait, short), name)
		}
	}
	b = newBed(t)
	for range 20 {
		assert.Empty(t, b.After(10*time.Millisecond, short), "a stream is none")
	}
}

func TestFormat1IsNotFormat8ThatLostItsEnd(t *testing.T) {
	b := newBed(t)
	held := []byte{0x80, 72, 97, 0x08} // the finger is out, and the values are held
	b.once(held)
	assert.Equal(t, []string{"reading pulse_rate:finger_out spo2:finger_out [finger_out]"}, b.once(held))
	for range 2 {
		assert.Empty(t, b.once(held[:3]), "without its last byte it does not say so")
	}
	assert.Empty(t, b.once(held))
	got := b.once(held)
	assert.Equal(t, "reading pulse_rate:finger_out spo2:finger_out [finger_out]", got[len(got)-1])
}

func TestAByteBehindAFrameOfFormat1EndsTheFormat(t *testing.T) {
	b := newBed(t)
	b.once(short, short, short)
	b.once(four) // what it says in three bytes is believed once more
	assert.Empty(t, b.once(four))
	assert.Equal(t, []string{"reading pulse_rate:finger_out spo2:finger_out [finger_out]"}, b.once([]byte{0x80, 72, 97, 0x08}))
}

func TestFormat1SaysWhenNothingIsThere(t *testing.T) {
	b := newBed(t)
	b.once(short, short, short)
	assert.Equal(t, []string{"reading pulse_rate:artifact spo2:artifact [out_of_track]"}, b.once([]byte{0xA0, 72, 97}))
	assert.Equal(t, []string{"reading pulse_rate:sensor_off spo2:sensor_off [sensor_disconnected]"}, b.once([]byte{0xC0, 72, 97}))
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching"}, b.once([]byte{0x83, 0x7F, 0x7F}))
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:out_of_range"}, b.once([]byte{0x83, 0x7F, 0}))
	assert.Empty(t, b.once([]byte{0x80, 75, 97}), "after that it is proven anew")
	assert.Equal(t, []string{"reading pulse_rate=75 spo2=97 [low_perfusion]"}, b.once([]byte{0x90, 75, 97}))
}

func TestALeapNeedsThreeFramesThatAgree(t *testing.T) {
	b := newBed(t)
	b.once(short, short, short)
	gross := []byte{0x81, 72, 60}
	assert.Empty(t, b.once(gross))
	assert.Empty(t, b.once(gross))
	assert.Equal(t, []string{"reading pulse_rate=200 spo2=60"}, b.once(gross))
	assert.Equal(t, []string{"reading pulse_rate=206 spo2=62"}, b.once([]byte{0x81, 78, 62}), "while it moves, a smaller step is believed at once")
	assert.Len(t, b.once([]byte{0x81, 78, 62}), 1)
	assert.Empty(t, b.once([]byte{0x81, 84, 62}))
	assert.Len(t, b.once([]byte{0x81, 84, 62}), 1, "less than a leap needs two")
}

func TestLinesOfText(t *testing.T) {
	for _, tt := range []struct{ name, line, want string }{
		{"plain", "SPO2=097 HR=072\r\n", "reading pulse_rate=72 spo2=97"},
		{"fast averages", "SPO2=097 HR=072 F\r\n", "reading pulse_rate=72 spo2=97"},
		{"event key", "SPO2=097 HR=072*\r\n", "reading pulse_rate=72 spo2=97"},
		{"both", "SPO2=097 HR=072 F *\r\n", "reading pulse_rate=72 spo2=97"},
		{"clock of an 8600V", "23:59:59 SPO2=097 HR=072\r\n", "reading pulse_rate=72 spo2=97"},
		{"line end of one byte", "SPO2=097 HR=072\n", "reading pulse_rate=72 spo2=97"},
		{"nothing", "SPO2=--- HR=---\r\n", "reading pulse_rate:searching spo2:searching"},
		{"no rate", "SPO2=097 HR=---\r\n", "reading pulse_rate:searching spo2:searching"},
		{"out of range", "SPO2=000 HR=400\r\n", "reading pulse_rate:out_of_range spo2:out_of_range"},
		{"of another maker", "SPO2=097% HR=072\r\n", ""},
		{"two digits", "SPO2=97 HR=72\r\n", ""},
		{"half a number", "SPO2=0-- HR=072\r\n", ""},
		{"a digit too many", "SPO2=097 HR=0720\r\n", ""},
		{"capitals", "SpO2=097 HR=072\r\n", ""},
		{"a long tail", "SPO2=097 HR=072     \r\n", ""},
		{"control", "SPO2=097\tHR=072\r\n", ""},
	} {
		b := newBed(t)
		b.once([]byte(tt.line))
		got := b.once([]byte(tt.line))
		if tt.want == "" {
			assert.Empty(t, got, tt.name)
			continue
		}
		assert.Equal(t, []string{tt.want}, got, tt.name)
	}
}

func TestNoValueOfALineAlone(t *testing.T) {
	b := newBed(t)
	assert.Empty(t, b.once(line))
	assert.Equal(t, simple, b.once(line))
	assert.Empty(t, b.once([]byte("SPO2=097 HR=172\r\n")), "a jump waits")
	assert.Equal(t, simple, b.once(line), "it was none")
	assert.Equal(t, []string{"reading pulse_rate:searching spo2:searching"}, b.once([]byte("SPO2=097 HR=---\r\n")))
	assert.Empty(t, b.once(line), "numbers that come back are new")
	assert.Equal(t, simple, b.once(line))
}

func TestALineThatBrokeOffIsOld(t *testing.T) {
	b := newBed(t)
	b.once(line, line)
	b.After(time.Second, line[:11])
	assert.Empty(t, b.After(300*time.Millisecond, line[11:]), "its halves are no line")
	assert.Equal(t, simple, b.After(time.Second, line))
}

func TestTheHeaderAtPowerUpSaysNothing(t *testing.T) {
	b := newBed(t)
	b.once([]byte("NONIN 8500\r\nSPO2=XXX HR=YYY\r\n01/02/26 03:04:05\r\n"))
	assert.Empty(t, b.once(line))
	assert.Equal(t, simple, b.once(line))
}

func TestASpotCheckIsGivenOnce(t *testing.T) {
	// The example of oximeters.md section 1.6.
	example := []byte{
		0x00, 0x02, 0x00, 0x0D, 0x00, 0x0E, 0x20, 0x26, 0x03, 0x05, 0x14, 0x30, 0x15, 0x00, 0x02, 0x00, 0x00, 0x3E, 0x00, 0x61, 0x48, 0x03,
	}
	b := newBed(t)
	assert.Equal(t, []string{"reading spot pulse_rate=62 spo2=97 [high_quality]"}, b.once(example))
	assert.Empty(t, b.once(example), "the same again is not news")
	b.Now = b.Now.Add(time.Hour)
	assert.Empty(t, b.After(0, nil))
	assert.Equal(t, []string{"reading spot pulse_rate=300 spo2=97"}, b.once(spotPacket(1, 300, 97|0x80, 0, 0)), "nine bits, and bit 7 of SpO2")
	assert.Equal(t, []string{"reading spot pulse_rate:not_measured spo2:not_measured [low_battery]"}, b.once(spotPacket(2, 511, 127, 1, 1)))
	assert.Equal(t, []string{"reading spot pulse_rate:not_measured spo2:not_measured"}, b.once(spotPacket(3, 80, 97, 1, 0)), "no measurement, whatever the numbers")
	assert.Equal(t, []string{"reading spot pulse_rate=80 spo2:out_of_range"}, b.once(spotPacket(4, 80, 0, 0, 0)))
}

func TestWhatTheMemoryHoldsIsNeverCurrent(t *testing.T) {
	b := newBed(t)
	held := []string{"reading spot pulse_rate:held_value spo2:held_value"}
	replay := join(spotPacket(1, 66, 91, 2, 0x10), spotPacket(2, 67, 92, 2, 0x10), spotPacket(3, 68, 93, 2, 0x10))
	assert.Equal(t, held, b.once(replay), "one reading says that old ones came")
	assert.Empty(t, b.once(spotPacket(4, 69, 94, 2, 0x10)), "of the same replay")
	assert.Equal(t, []string{"reading spot pulse_rate=70 spo2=95"}, b.once(spotPacket(5, 70, 95, 0, 0)))
	assert.Equal(t, held, b.once(spotPacket(5, 70, 95, 0, 0x10)))
}

func TestASpotCheckOfTwoHalvesIsNone(t *testing.T) {
	p := spotPacket(1, 80, 97, 0, 0)
	for cut := 1; cut < len(p); cut++ {
		b := newBed(t)
		b.once(p[:cut])
		require.Empty(t, b.After(time.Minute, p[cut:]), "cut at %d: it would be a minute old", cut)
		require.Empty(t, b.After(400*time.Millisecond, p[:cut]))
		require.Empty(t, b.After(300*time.Millisecond, p[cut:]), "cut at %d", cut)
		require.Len(t, b.once(p), 1, "cut at %d", cut)
	}
}

func TestOnlyASpotCheckIsEpisodic(t *testing.T) {
	b := newBed(t)
	episodic := func(d time.Duration, rx []byte) bool {
		b.Now = b.Now.Add(d)
		return b.Session.Step(b.Now, rx).Episodic
	}
	assert.False(t, episodic(0, nil))
	assert.False(t, episodic(0, []byte{0, 2, 0, 0x0D, 0}), "half a packet")
	assert.False(t, episodic(time.Minute, nil))
	assert.True(t, episodic(time.Second, spotPacket(1, 80, 97, 0, 0)))
	assert.True(t, episodic(24*time.Hour, nil))
	assert.True(t, episodic(time.Second, []byte("noise")))
	assert.True(t, episodic(time.Second, (&oximeter{format: 2}).bytes(numbers{rate: 70, sat: 97})[:9]))
	assert.False(t, episodic(time.Millisecond, (&oximeter{format: 2}).bytes(numbers{rate: 70, sat: 97})), "a stream that ends is missed")
	for _, f := range [][]byte{line, four, short} {
		assert.True(t, episodic(time.Minute, spotPacket(2, 80, 97, 0, 0)))
		episodic(5*time.Second, f)
		episodic(time.Second, f)
		assert.False(t, episodic(time.Second, f), "% X", f)
	}
}

// TestEveryFormatFollowsEveryOther bounds the recovery: after any change the new format has its values within 8 s, and
// nothing that neither said comes out.
func TestEveryFormatFollowsEveryOther(t *testing.T) {
	oximeters := map[string]func(b bed, rate int, seconds int) []string{}
	slow := func(frame func(rate int) []byte) func(bed, int, int) []string {
		return func(b bed, rate, seconds int) (all []string) {
			for range seconds {
				all = append(all, b.After(time.Second, frame(rate))...)
			}
			return all
		}
	}
	for _, format := range []string{"1", "8", "text", "text with a clock"} {
		oximeters[format] = slow(func(rate int) []byte { return slowFrame(format, devicetest.Numbers{Rate: rate, Sat: 97}) })
	}
	minute := 0
	oximeters["13"] = slow(func(rate int) []byte { minute++; return spotPacket(minute, rate, 97, 2, 0) })
	for name, format := range map[string]int{"2": 2, "7": 7} {
		oximeters[name] = func(b bed, rate, seconds int) []string {
			return b.packets(&oximeter{format: format, timer: rate}, 3*seconds, numbers{rate: rate, sat: 97})
		}
	}
	for from, before := range oximeters {
		for to, after := range oximeters {
			b := newBed(t)
			require.NotEmpty(t, before(b, 70, 6), from)
			var got []string
			seconds := 0
			for ; seconds < 10 && !contains(got, "pulse_rate=150"); seconds++ {
				got = append(got, after(b, 150, 1)...)
			}
			assert.LessOrEqual(t, seconds, 8, "%s after %s", to, from)
			for _, r := range got {
				assert.Regexp(t, `pulse_rate(=70|=150|:)`, r, "%s after %s", to, from)
			}
		}
	}
}

func contains(lines []string, word string) bool {
	for _, l := range lines {
		for i := range len(l) - len(word) + 1 {
			if l[i:i+len(word)] == word {
				return true
			}
		}
	}
	return false
}

func TestSlowSteadyStateAllocatesNothing(t *testing.T) {
	minute := 0
	for name, frame := range map[string]func() []byte{
		"1": func() []byte { return short }, "8": func() []byte { return four }, "text": func() []byte { return line },
		"13": func() []byte { minute++; return spots[minute%len(spots)] },
	} {
		b := newBed(t)
		readings := 0
		allocs := testing.AllocsPerRun(200, func() {
			b.Now = b.Now.Add(time.Second)
			readings += len(b.Session.Step(b.Now, frame()).Readings)
		})
		assert.Zero(t, allocs, name)
		assert.Greater(t, readings, 190, name)
	}
}

var spots = [2][]byte{spotPacket(1, 70, 97, 0, 0), spotPacket(2, 75, 98, 0, 0)}

func TestRepeatsAreCounted(t *testing.T) {
	b := newBed(t)
	b.once(spotPacket(1, 70, 97, 0, 0))
	out := b.Session.Step(b.Now.Add(time.Second), spotPacket(1, 70, 97, 0, 0))
	assert.Equal(t, []devices.Fault{{Kind: devices.Unexpected}}, out.Faults)
	assert.Equal(t, 1, out.Frames)
}
