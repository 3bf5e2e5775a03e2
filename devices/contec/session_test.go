package contec_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/contec"
	"bedside/devices/devicetest"
)

func TestLiveDataIsKeptAliveEveryFiveSeconds(t *testing.T) {
	b := newBed(t, noIndex)
	opened, sent := b.now, 0
	for b.now.Sub(opened) < 61*time.Second {
		b.after(100*time.Millisecond, packets(6, still))
		switch {
		case len(b.tx) == 0:
		case bytes.Equal(b.tx, keepAlive):
			sent++
			assert.Equal(t, time.Duration(sent)*5*time.Second, b.now.Sub(opened))
		default:
			require.Failf(t, "not the keep-alive", "% X", b.tx)
		}
		require.True(t, b.wake.After(b.now))
	}
	assert.Equal(t, 12, sent)
}

func TestSilenceOfASecondStartsAgain(t *testing.T) {
	b := newBed(t, noIndex)
	b.after(100*time.Millisecond, packets(60, still))
	b.after(999*time.Millisecond, nil)
	assert.Empty(t, b.tx)
	assert.Equal(t, b.now.Add(time.Millisecond), b.wake)
	for range 5 {
		b.after(b.wake.Sub(b.now), nil)
		assert.Equal(t, startLive, b.tx)
		assert.Equal(t, b.now.Add(time.Second), b.wake)
	}
	// Bytes that are no live data are silence as well.
	b.after(999*time.Millisecond, bytes.Repeat([]byte{0x0C, 0x80, 0xFF, 0x16}, 20))
	assert.Empty(t, b.tx)
	b.after(time.Millisecond, []byte{0x0C, 0x80})
	assert.Equal(t, startLive, b.tx)
}

func TestADeviceSwitchedOnLaterIsAskedForItsIndex(t *testing.T) {
	s := devicetest.Open(t, contec.Driver(), devices.Settings{})
	b := &bed{t: t, s: s, now: start}
	b.after(0, nil)
	for range 20 {
		require.Equal(t, askIndex, b.tx)
		b.after(200*time.Millisecond, nil)
		require.Equal(t, startLive, b.tx)
		b.after(time.Second, nil)
	}
	for _, next := range [][]byte{askIndex, startLive} {
		b.after(5*time.Millisecond, hasIndex)
		assert.Equal(t, next, b.tx)
	}
	v := still
	v.pi = 150
	assert.Equal(t, []string{"reading pulse_rate=80 spo2=97 perfusion_index=150"}, b.after(time.Second/10, packets(7, v)))
}

// A byte that changed, or one more, makes a yes of a no; a device is not believed to have an index because it said so once.
func TestAPerfusionIndexNeedsTwoAnswers(t *testing.T) {
	for name, second := range map[string][]byte{"then no": noIndex, "then nothing": nil} {
		b := &bed{t: t, s: devicetest.Open(t, contec.Driver(), devices.Settings{}), now: start}
		b.after(0, nil)
		b.after(5*time.Millisecond, hasIndex)
		require.Equal(t, askIndex, b.tx, name)
		b.after(195*time.Millisecond, second)
		require.Equal(t, startLive, b.tx, name)
		v := still
		v.pi = 150
		assert.Equal(t, []string{"reading pulse_rate=80 spo2=97 perfusion_index:not_measured"}, b.after(time.Second/10, packets(7, v)), name)
	}
}

func TestAStreamThatIsThereAlreadyIsRead(t *testing.T) {
	s := devicetest.Open(t, contec.Driver(), devices.Settings{})
	b := &bed{t: t, s: s, now: start}
	assert.Len(t, b.after(0, packets(7, still)[3:]), 0, "six packets, of which one is cut and one not ended")
	assert.Len(t, b.after(0, packets(2, still)), 1)
}

func TestEveryRateAndSaturation(t *testing.T) {
	for value := range 256 {
		v := still
		v.rate, v.sat = value, value
		got := newBed(t, noIndex).after(time.Second/10, packets(7, v))
		require.Len(t, got, 1)
		rate, sat := "pulse_rate:searching", "spo2:searching"
		switch {
		case value == 0 || value == 255:
		case value < 18:
			rate = "pulse_rate:out_of_range"
		default:
			rate = "pulse_rate=" + itoa(value)
		}
		switch {
		case value == 0 || value == 127:
		case value > 100:
			sat = "spo2:out_of_range"
		default:
			sat = "spo2=" + itoa(value)
		}
		assert.Contains(t, got[0], rate)
		assert.Contains(t, got[0], sat)
	}
}

func itoa(n int) string {
	digits := []byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return string(digits)
}

func TestTheFingerIsSeenWithinATenthOfASecond(t *testing.T) {
	for _, documented := range []bool{false, true} {
		b := newBed(t, noIndex)
		b.after(time.Second, packets(61, still))
		v := still
		v.out, v.documented = true, documented
		assert.Empty(t, b.after(time.Second/12, packets(5, v)), "five packets may be damage")
		got := b.after(time.Second/30, packets(2, v))
		assert.Equal(t, []string{"reading pulse_rate:finger_out spo2:finger_out perfusion_index:finger_out [finger_out]"}, got)
	}
}

func TestAPacketWithAByteTooManyIsNotBelieved(t *testing.T) {
	b := newBed(t, noIndex)
	b.after(time.Second, packets(61, still))
	p := packets(1, still)
	var rx []byte
	for range 60 { // a data byte doubled in each: all bytes after it are out of place
		rx = append(append(append(rx, p[:4]...), p[3]), p[4:]...)
	}
	out := b.s.Step(b.now.Add(time.Second), rx)
	assert.Empty(t, out.Readings)
	assert.LessOrEqual(t, out.Frames, 1, "the last good one before them")
}

func TestAnOldValueNeverLooksCurrent(t *testing.T) {
	b := newBed(t, noIndex)
	b.after(time.Second, packets(61, still))
	var got []string
	for range 60 { // six seconds of bytes without sense; live data is asked for all the time
		got = append(got, b.after(100*time.Millisecond, []byte("nobody knows what this is"))...)
	}
	artifact := "reading pulse_rate:artifact spo2:artifact perfusion_index:artifact"
	assert.Equal(t, []string{artifact, artifact, artifact}, got)
	got = b.after(100*time.Millisecond, packets(7, still))
	assert.Contains(t, got[len(got)-1], "pulse_rate=80")
}

func TestGarbageFromTheStartSaysNothing(t *testing.T) {
	b := newBed(t, noIndex)
	for range 60 {
		assert.Empty(t, b.after(time.Second/10, []byte("SPO2=097 HR=072\r\n")))
	}
}

// allowed are the only bytes that may ever leave: nothing that sets a clock, deletes, downloads or stops.
var allowed = [][]byte{askIndex, startLive, keepAlive}

func requireAllowed(t require.TestingT, tx []byte) {
	require.Zero(t, len(tx)%9, "% X", tx)
	for ; len(tx) > 0; tx = tx[9:] {
		require.Contains(t, allowed, tx[:9])
	}
}

// Whatever comes and whenever, only the three harmless commands leave.
func TestNothingElseIsEverWritten(t *testing.T) {
	pieces := rapid.OneOf(
		rapid.SliceOfN(rapid.Byte(), 0, 40),
		rapid.SampledFrom([][]byte{
			nil, hasIndex, noIndex, packets(3, still), packets(30, still),
			{0x0C, 0x80},
			{0x0D, 0x80, 0x81},
			{0x0B, 0x80, 0x81, 0x85},
			askIndex, startLive,
			{0x7D, 0x81, 0xB2, 0x94, 0x9A, 0x83, 0x85, 0x84, 0x80},
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := devicetest.Open(t, contec.Driver(), devices.Settings{AllowStart: true})
		now := start
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			out := s.Step(now, pieces.Draw(t, "bytes"))
			requireAllowed(t, out.Tx)
			require.True(t, out.Wake.After(now))
			now = now.Add(time.Duration(rapid.IntRange(0, 7000).Draw(t, "ms")) * time.Millisecond)
		}
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	b := newBed(t, hasIndex)
	v := still
	v.pi = 200
	rx, readings := packets(500, v), 0
	allocs := testing.AllocsPerRun(50, func() {
		b.now = b.now.Add(time.Second)
		readings += len(b.s.Step(b.now, rx).Readings)
	})
	assert.Zero(t, allocs)
	assert.Greater(t, readings, 1000)
}
