package devicetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Fuzz makes a fuzz target of d, seeded with the captures in dir: whatever the bytes, the driver does not panic, gives
// the same output however the stream is split, publishes only well-formed readings and accounts for every byte.
//
// The fuzzer chooses the bytes and, in cuts, both how they are split and when time passes: a cut of 200 or more ends a
// read and lets (cut-200) quarters of a second go by, others only end a read after that many bytes.
func Fuzz(f *testing.F, d devices.Driver, dir string, opts ...Option) {
	f.Helper()
	o := collect(opts)
	captures, err := Load(dir)
	require.NoError(f, err)
	for _, c := range captures {
		f.Add(c.Bytes(), []byte{5, 125, 204, 1, 3})
	}
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, rx, cuts []byte) {
		c := timed(rx, cuts)
		orders := len(cuts) > 0 && cuts[0]&1 == 1
		if orders {
			c.Settings.AllowStart = true
			c.Events = append([]Event{{Order: devices.CuffStart}}, c.Events...)
		}
		plain := play(t, d, c, func(*player) {})
		require.GreaterOrEqual(t, plain.LeastPending, 0, "accounts for more bytes than it received")
		require.LessOrEqual(t, plain.MostPending, o.pending, "holds too many bytes")
		sizes := []int{1, 2, 7, 64}
		for i, b := range cuts {
			sizes[i%len(sizes)] = 1 + int(b)%130
		}
		requireSame(t, plain, play(t, d, c, func(p *player) { p.split = func(b []byte) [][]byte { return cut(b, sizes) } }))
		requireSame(t, plain, play(t, d, c, func(p *player) { p.split = func(b []byte) [][]byte { return cut(b, []int{1}) } }))
	})
}

// timed lays the bytes out in time as cuts say.
func timed(rx, cuts []byte) Capture {
	c := Capture{Name: "fuzz"}
	for i := 0; len(rx) > 0; i++ {
		n := len(rx)
		var wait time.Duration
		if i < 64 && len(cuts) > 0 {
			b := int(cuts[i%len(cuts)])
			n = min(n, 1+b%200)
			if b >= 200 {
				wait = time.Duration(b-200) * 250 * time.Millisecond
			}
		}
		c.Events = append(c.Events, Event{Rx: rx[:n]})
		if wait > 0 {
			c.Events = append(c.Events, Event{Wait: wait})
		}
		rx = rx[n:]
	}
	return c
}
