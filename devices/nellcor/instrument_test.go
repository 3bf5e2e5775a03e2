package nellcor_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const lineTime = 2 * time.Second

// says is what a line says; its zero value has no numbers.
type says struct {
	rate, sat, amplitude int
	state                string
}

// line writes a line of an N-560. It is the plainest instrument possible; simulators/nellcor is the one that behaves like
// one.
func line(at time.Time, v says) []byte {
	text := func(n int) string {
		if n == 0 {
			return "---"
		}
		return strconv.Itoa(n)
	}
	return fmt.Appendf(nil, "%-18s   %3s     %3s     %3s    %-17s\r\n", at.Format("02-Jan-06 15:04:05"), text(v.sat), text(v.rate), text(v.amplitude), v.state)
}

// bed is a session with its clock.
type bed struct {
	t   *testing.T
	s   devices.Session
	now time.Time
}

func newBed(t *testing.T) *bed {
	t.Helper()
	s, err := nellcor.Driver().NewSession(devices.Settings{})
	require.NoError(t, err)
	return &bed{t: t, s: s, now: start}
}

// after lets time pass and gives bytes; it returns the readings in words.
func (b *bed) after(d time.Duration, rx []byte) []string {
	b.now = b.now.Add(d)
	var texts []string
	out := b.s.Step(b.now, rx)
	require.Empty(b.t, out.Tx, "a listener")
	for _, r := range out.Readings {
		require.Equal(b.t, b.now, r.At)
		texts = append(texts, devicetest.ReadingText(&r))
	}
	return texts
}

// hear gives one line every two seconds and returns all readings.
func (b *bed) hear(all ...says) []string {
	var texts []string
	for _, v := range all {
		texts = append(texts, b.after(lineTime, line(b.now, v))...)
	}
	return texts
}
