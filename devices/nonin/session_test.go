package nonin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nonin"
)

var start = devicetest.Start

// bed is a session with its clock.
type bed struct{ *devicetest.Bed }

func newBed(t testing.TB) bed { return bed{devicetest.NewBed(t, nonin.Driver())} }

// packets gives n equal packets, a third of a second each, and returns the readings of them all.
func (b bed) packets(o *oximeter, n int, v numbers) []string {
	var lines []string
	for range n {
		lines = append(lines, b.After(packetTime, o.bytes(v))...)
	}
	return lines
}

func join(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// withFirst returns a packet whose first frames are replaced.
func withFirst(packet []byte, frames ...byte) []byte { return join(frames, packet[len(frames):]) }

func TestWorkedFrames(t *testing.T) {
	// The frames of oximeters.md sections 1.2 to 1.4, each completed to a packet that agrees with it.
	tests := []struct {
		name   string
		format int
		first  []byte
		rest   numbers
		want   string
	}{
		{
			"rate 200, SpO2 96", 2,
			[]byte{1, 0x81, 0x64, 1, 0xE7, 1, 0x80, 0x64, 0x48, 0x2D, 1, 0x80, 0x64, 0x60, 0x45, 1, 0x80, 0x64, 0x29, 0x0E},
			numbers{rate: 200, sat: 96},
			"reading pulse_rate=200 spo2=96",
		},
		{
			"finger out", 2,
			[]byte{1, 0x99, 0x64, 3, 1, 1, 0x98, 0x64, 0x7F, 0x7C, 1, 0x98, 0x64, 0x7F, 0x7C, 1, 0x98, 0x64, 0x29, 0x26},
			numbers{rate: 511, sat: 127, rateD: 70, satD: 98, flags: 0x18},
			"reading pulse_rate:finger_out spo2:finger_out [finger_out out_of_track]",
		},
		{
			"captured finger-out frame, as the fourth", 2,
			[]byte{1, 0x99, 0x64, 3, 1, 1, 0x98, 0x64, 0x7F, 0x7C, 1, 0x98, 0x64, 0x7F, 0x7C, 1, 0x98, 0x63, 0, 0xFC},
			numbers{rate: 511, sat: 127, flags: 0x18},
			"reading pulse_rate:finger_out spo2:finger_out [finger_out out_of_track]",
		},
		{
			"sync frame with pleth 20000 and HR MSB 0", 7,
			[]byte{0x81, 0x4E, 0x20, 0, 0xEF},
			numbers{rate: 72, sat: 98},
			"reading pulse_rate=72 spo2=98",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &oximeter{format: tt.format, pleth: 50}
			b := newBed(t)
			got := b.After(0, join(withFirst(o.bytes(tt.rest), tt.first...), o.bytes(tt.rest)[:5]))
			require.NotEmpty(t, got)
			assert.Equal(t, tt.want, got[len(got)-1])
		})
	}
}

func TestNoValueBeforeTheProof(t *testing.T) {
	for _, format := range []int{2, 7} {
		o := &oximeter{format: format}
		b := newBed(t)
		half := o.bytes(numbers{rate: 99, sat: 90})[60:]
		assert.Empty(t, b.After(0, half), "the end of a packet that began before we listened")
		whole, next := o.bytes(numbers{rate: 61, sat: 96}), o.bytes(numbers{rate: 62, sat: 96})
		assert.Empty(t, b.After(packetTime, join(whole, next[:4])))
		assert.Equal(t, []string{"reading pulse_rate=61 spo2=96"}, b.After(time.Millisecond, next[4:5]))
	}
}

func TestRateWithUndefinedBitsSet(t *testing.T) {
	o := &oximeter{format: 2}
	p := o.packet(numbers{rate: 300, sat: 100})
	for _, i := range []int{0, 13, 19} { // bits 6 to 2 of a rate's high byte, and bit 7, are undefined
		p[i][3] |= 0xFC
		p[i][4] = p[i][0] + p[i][1] + p[i][2] + p[i][3]
	}
	p[2][3] |= 0x80
	p[2][4] += 0x80
	b := newBed(t)
	got := b.After(0, join(join(p...), o.bytes(numbers{rate: 300, sat: 100})[:5]))
	assert.Equal(t, []string{"reading pulse_rate=300 spo2=100"}, got)
}

func TestRangeIsNeverClamped(t *testing.T) {
	tests := []struct {
		v    numbers
		want string
	}{
		{numbers{rate: 17, sat: 1}, "reading spo2=1 pulse_rate:out_of_range"},
		{numbers{rate: 18, sat: 101}, "reading pulse_rate=18 spo2:out_of_range"},
		{numbers{rate: 321, sat: 100}, "reading pulse_rate=321 spo2=100"},
		{numbers{rate: 322, sat: 126}, "reading pulse_rate:out_of_range spo2:out_of_range"},
		{numbers{rate: 510, sat: 127}, "reading pulse_rate:out_of_range spo2:searching"},
		{numbers{rate: 511, sat: 97}, "reading spo2=97 pulse_rate:searching"},
		{numbers{rate: 60}, "reading pulse_rate=60 spo2:out_of_range"},
	}
	for _, tt := range tests {
		got := newBed(t).packets(&oximeter{format: 2, pleth: 100}, 2, tt.v)
		assert.Equal(t, []string{tt.want}, got)
	}
}

func TestAJumpThatTheOtherAveragesConfirmIsBelievedAtOnce(t *testing.T) {
	for rate := 160; rate < 260; rate++ {
		o, b := &oximeter{format: 2}, newBed(t)
		b.packets(o, 3, numbers{rate: 80, sat: 97})
		b.packets(o, 1, numbers{rate: rate, sat: 97})
		got := b.After(packetTime, o.bytes(numbers{rate: 80, sat: 97})[:5])
		require.Len(t, got, 1)
		require.Contains(t, got[0], "pulse_rate="+itoa(rate))
	}
}

func TestAnUnconfirmedJumpIsRefusedForTwoPacketsAtMost(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	b.packets(o, 3, numbers{rate: 80, sat: 97})
	// Nothing ever agrees: neither the other averages nor two packets among themselves.
	for i, want := range []int{1, 0, 0, 1, 0, 0, 1} {
		got := b.packets(o, 1, numbers{rate: 120 + 60*(i%3), sat: 97, rate8: 40, rateD: 40})
		assert.Len(t, got, want, "packet %d", i)
	}
}

func TestATimerThatNeverCountsDoesNotSilenceTheDevice(t *testing.T) {
	o, b := &oximeter{format: 2, noTimer: true}, newBed(t)
	got := b.packets(o, 10, numbers{rate: 80, sat: 97})
	assert.Len(t, got, 9)
	got = b.packets(o, 4, numbers{rate: 150, sat: 97})
	assert.Contains(t, got[len(got)-1], "pulse_rate=150")
	assert.Len(t, got, 3, "the jump asks for one more packet")
}

func TestATimerThatSkipsIsDoubted(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	b.packets(o, 3, numbers{rate: 80, sat: 97})
	o.timer += 50 // an old packet from somebody's buffer, or a device that restarted
	got := b.packets(o, 3, numbers{rate: 150, sat: 97})
	assert.Len(t, got, 2, "the last of 80 and the second of 150")
}

func TestReservedBitOfThe9560(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	got := b.packets(o, 6, numbers{rate: 70, sat: 98, flags: 0x40})
	require.Len(t, got, 6)
	for i, line := range got {
		if i < 4 { // the flag itself, the packet in whose first frame it was new, and two that are not yet enough
			assert.Contains(t, line, "sensor_off", "reading %d", i)
			continue
		}
		assert.Contains(t, line, "pulse_rate=70", "reading %d", i)
		assert.NotContains(t, line, "sensor_disconnected")
	}
	got = b.packets(o, 2, numbers{rate: 511, sat: 127, flags: 0x58})
	assert.Contains(t, got[len(got)-1], "pulse_rate:finger_out", "with a finger out, its own flag still counts")
}

func TestSensorFlagsNeedTwoFrames(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	b.packets(o, 2, numbers{rate: 70, sat: 98})
	other := *o
	p, q := o.packet(numbers{rate: 511, sat: 127, flags: 0x08}), other.packet(numbers{rate: 70, sat: 98})
	b.After(0, q[0])
	assert.Empty(t, b.After(0, p[1]))
	assert.Empty(t, b.After(0, q[2]), "one frame alone is not believed")
	assert.Empty(t, b.After(0, p[3]))
	assert.Equal(t, []string{"reading pulse_rate:finger_out spo2:finger_out [finger_out]"}, b.After(0, p[4]))
}

func TestAnOldValueNeverLooksCurrent(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	b.packets(o, 3, numbers{rate: 70, sat: 98})
	artifact := []string{"reading pulse_rate:artifact spo2:artifact"}
	var got []string
	for range 15 { // five seconds in which every packet misses a frame
		p := o.bytes(numbers{rate: 70, sat: 98})
		got = append(got, b.After(packetTime, join(p[:50], p[55:]))...)
	}
	assert.Equal(t, append(artifact, artifact...), got[len(got)-2:])
	assert.Len(t, got, 3, "the packet before the damage, then one reading every two seconds")
	got = b.packets(o, 2, numbers{rate: 70, sat: 98})
	assert.Contains(t, got[len(got)-1], "pulse_rate=70")

	got = nil
	for range 8 { // garbage counts as well
		got = append(got, b.After(packetTime, []byte("nobody knows what this is"))...)
	}
	assert.Equal(t, artifact, got)
}

func TestGarbageFromTheStartSaysNothing(t *testing.T) {
	b := newBed(t)
	for range 60 {
		assert.Empty(t, b.After(time.Second/10, []byte("SPO2=097% BPM=072\r\n")))
	}
}

func TestSilenceVoidsHalfAPacket(t *testing.T) {
	o, b := &oximeter{format: 2}, newBed(t)
	b.packets(o, 3, numbers{rate: 70, sat: 98})
	p := o.bytes(numbers{rate: 150, sat: 90})
	b.After(packetTime, p[:52])
	out := b.Session.Step(b.Now.Add(1100*time.Millisecond), p[52:])
	assert.Equal(t, devices.Fault{Kind: devices.BadFrame, Bytes: 2}, devices.Fault{Kind: out.Faults[0].Kind, Bytes: min(2, out.Faults[0].Bytes)})
	assert.Empty(t, out.Readings)
	b.Now = b.Now.Add(1100 * time.Millisecond)
	assert.Empty(t, b.packets(o, 1, numbers{rate: 70, sat: 98}), "the halves of a packet torn by silence are no packet")
	assert.Len(t, b.packets(o, 1, numbers{rate: 70, sat: 98}), 1)
}

func TestTheFormatMayChange(t *testing.T) {
	two, seven, b := &oximeter{format: 2}, &oximeter{format: 7}, newBed(t)
	b.packets(two, 3, numbers{rate: 70, sat: 98})
	// One packet goes into finding the format, one into the timer, which here jumps, and one into the next sync frame.
	got := b.packets(seven, 4, numbers{rate: 90, sat: 98})
	require.NotEmpty(t, got)
	assert.Contains(t, got[len(got)-1], "pulse_rate=90")
	got = b.packets(two, 4, numbers{rate: 75, sat: 98})
	require.NotEmpty(t, got)
	assert.Contains(t, got[len(got)-1], "pulse_rate=75")
}

func TestFormat8NeedsItsRhythm(t *testing.T) {
	frame := []byte{0x80, 0x48, 0x62, 0x00}
	b := newBed(t)
	assert.Empty(t, b.After(0, join(frame, frame, frame)), "nothing sends three of these at once")
	b = newBed(t)
	assert.Empty(t, b.After(0, frame))
	assert.Equal(t, []string{"reading pulse_rate=72 spo2=98"}, b.After(time.Second, frame))
	assert.Empty(t, b.After(time.Second, frame[1:]), "a byte was lost")
	assert.Empty(t, b.After(time.Second, frame))
	assert.Len(t, b.After(time.Second, frame), 1)
}

func TestFormat8HeldValues(t *testing.T) {
	b := newBed(t)
	b.After(0, []byte{0x80, 0x48, 0x62, 0x00})
	b.After(time.Second, []byte{0x80, 0x48, 0x62, 0x00})
	for range 10 {
		got := b.After(time.Second, []byte{0xC0, 0x48, 0x62, 0x08})
		assert.Equal(t, []string{"reading pulse_rate:sensor_off spo2:sensor_off [sensor_disconnected finger_out]"}, got)
	}
	for i := range 20 { // bit 6 without an alarm, for longer than any value is held
		got := b.After(time.Second, []byte{0xC0, 0x48, 0x62, 0x00})
		switch {
		case i < 14:
			assert.Contains(t, got[0], "sensor_off")
		case i == 14:
			assert.Empty(t, got, "proven anew")
		default:
			assert.Equal(t, []string{"reading pulse_rate=72 spo2=98"}, got)
		}
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	for _, format := range []int{2, 7} {
		o := &oximeter{format: format}
		var rx []byte
		for range 64 {
			rx = append(rx, o.bytes(numbers{rate: 80, sat: 97})...)
		}
		readings, _ := devicetest.SteadyState(t, nonin.Driver(), time.Second, rx)
		assert.GreaterOrEqual(t, readings, 63*devicetest.Steps)
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}
