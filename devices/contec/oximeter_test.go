package contec_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/contec"
	"bedside/devices/devicetest"
)

// shown is what a packet of live data says; oximeters.md section 2.3.
type shown struct {
	rate, sat  int
	pi         int // hundredths of a per cent; none is -1
	strength   byte
	out, hunt  bool // finger out, searching
	documented bool // FF and 7F beside finger out, not zeros
}

var still = shown{rate: 80, sat: 97, pi: -1, strength: 6}

// packet appends live data. It is the plainest writer possible; simulators/contec is the one that behaves like a device.
func (v shown) packet(to []byte, pleth byte) []byte {
	d := [7]byte{v.strength, pleth & 0x7F, pleth >> 3 & 0x0F, byte(v.rate), byte(v.sat), byte(v.pi), byte(v.pi >> 8)}
	if v.pi < 0 {
		d[2] |= 0x10
		d[5], d[6] = 0xFF, 0xFF
	}
	switch {
	case v.out && v.documented:
		d[0], d[3], d[4] = d[0]|0x80, 0xFF, 0x7F
	case v.out:
		d[0], d[3], d[4] = d[0]|0x80, 0, 0
	case v.hunt:
		d[1], d[3], d[4] = d[1]|0x80, 0xFF, 0x7F
	}
	to = append(to, 0x01, 0x80)
	collect := len(to) - 1
	for k, b := range d {
		to[collect] |= b >> 7 << k
		to = append(to, b|0x80)
	}
	return to
}

func packets(n int, v shown) []byte {
	var b []byte
	for i := range n {
		b = v.packet(b, byte(i*5))
	}
	return b
}

var (
	askIndex  = []byte{0x7D, 0x81, 0xAC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}
	startLive = []byte{0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}
	keepAlive = []byte{0x7D, 0x81, 0xAF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}

	hasIndex = []byte{0x0E, 0x80, 0x80}
	noIndex  = []byte{0x0E, 0x80, 0x81}
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// bed is a session with its clock.
type bed struct {
	t    *testing.T
	s    devices.Session
	now  time.Time
	wake time.Time
	tx   []byte
}

// newBed returns a session that has asked for live data; answer is what the device says about a perfusion index.
func newBed(t *testing.T, answer []byte) *bed {
	t.Helper()
	s := devicetest.Open(t, contec.Driver(), devices.Settings{})
	b := &bed{t: t, s: s, now: start}
	b.after(0, nil)
	require.Equal(t, askIndex, b.tx)
	b.after(5*time.Millisecond, answer)
	if bytes.Equal(answer, hasIndex) {
		require.Equal(t, askIndex, b.tx, "a yes is asked for again")
		b.after(5*time.Millisecond, answer)
	}
	require.Equal(t, startLive, b.tx)
	return b
}

// after lets time pass and gives bytes; it returns the readings in words and keeps what was written.
func (b *bed) after(d time.Duration, rx []byte) []string {
	b.now = b.now.Add(d)
	out := b.s.Step(b.now, rx)
	b.tx, b.wake = append([]byte(nil), out.Tx...), out.Wake
	var lines []string
	for _, r := range out.Readings {
		lines = append(lines, devicetest.ReadingText(&r))
	}
	return lines
}
