package devicetest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// update makes Run write the want.txt files instead of comparing them.
var update = flag.Bool("update", false, "rewrite the golden files")

// options are what Run may be told about a driver.
type options struct {
	pending int
	noise   []byte
}

// Option tells [Run] or [Fuzz] about a driver.
type Option func(*options)

// Pending says how many bytes the driver may hold while it waits for the rest of a frame: its longest frame, or what it
// has to see to find the first one. The default is 128.
func Pending(n int) Option { return func(o *options) { o.pending = n } }

// Noise gives the bytes of which noise between the frames is made, for a protocol in which any byte may begin a frame
// whose end the driver then has to await. The default for a listening driver is all bytes; for a driver that asks, zeros
// and ones, which begin nothing.
func Noise(alphabet ...byte) Option { return func(o *options) { o.noise = alphabet } }

func collect(opts []Option) options {
	o := options{pending: 128}
	for _, f := range opts {
		f(&o)
	}
	return o
}

// Run checks that d keeps the contract of devices.Session, with the captures in dir. Every check is a subtest whose name
// says what is promised.
func Run(t *testing.T, d devices.Driver, dir string, opts ...Option) {
	t.Helper()
	o := collect(opts)
	t.Run("description", func(t *testing.T) { CheckDriver(t, d) })
	captures, err := Load(dir)
	require.NoError(t, err)
	require.NotEmpty(t, captures, "a driver brings captures")
	for _, c := range captures {
		t.Run(c.Name, func(t *testing.T) {
			plain := golden(t, d, c, dir)
			assert.GreaterOrEqual(t, plain.LeastPending, 0, "accounts for more bytes than it received")
			assert.LessOrEqual(t, plain.MostPending, o.pending, "holds too many bytes")
			t.Run("same for every split", func(t *testing.T) { everySplit(t, d, c, plain) })
			t.Run("clock backwards", func(t *testing.T) { clockBackwards(t, d, c) })
			t.Run("silence says nothing", func(t *testing.T) { emptySteps(t, d, c, plain) })
			t.Run("recovers after noise", func(t *testing.T) { afterNoise(t, d, c, plain, o) })
			if !c.Unchecked {
				t.Run("damage invents nothing", func(t *testing.T) { damage(t, d, c, plain) })
			}
		})
	}
	t.Run("resync one byte on", func(t *testing.T) { falseStarts(t, d, captures) })
	t.Run("bounded on any bytes", func(t *testing.T) { bounded(t, d, captures, o) })
}

// golden compares what the driver makes of a capture with its want.txt, and what it wrote with the ">" lines.
func golden(t *testing.T, d devices.Driver, c Capture, dir string) Log {
	t.Helper()
	log, err := Play(d, c)
	require.NoError(t, err)
	assertTx(t, c, &log)
	path := filepath.Join(dir, c.Name, "want.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(log.Text()), 0o600))
		return log
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "write it with -update, then read it")
	assert.Equal(t, string(want), log.Text())
	return log
}

// assertTx checks that each ">" line finds its bytes written by then, in order, and that nothing else was written.
func assertTx(t *testing.T, c Capture, log *Log) {
	t.Helper()
	var want, got []byte
	next := 0
	for i, e := range c.Events {
		for ; next < len(log.Entries) && log.Entries[next].Event <= i; next++ {
			got = append(got, log.Entries[next].Tx...)
		}
		if len(e.Tx) == 0 {
			continue
		}
		want = append(want, e.Tx...)
		if len(got) < len(want) {
			require.Failf(t, "not written", "line %d: want % X, got % X", e.Line, e.Tx, got[min(len(got), len(want)-len(e.Tx)):])
		}
		require.Equalf(t, want, got[:len(want)], "line %d", e.Line)
	}
	require.Equal(t, len(want), len(got), "bytes written that no > line expects: % X", got[len(want):])
}

// play runs a capture with a prepared player and requires that the contract was kept.
func play(t require.TestingT, d devices.Driver, c Capture, prepare func(*player)) Log {
	p, err := newPlayer(d, c.Settings)
	require.NoError(t, err)
	prepare(p)
	p.play(c)
	require.NoError(t, p.err())
	return p.log
}

// everySplit checks that the output does not depend on how reads cut the stream: byte by byte, and at random.
func everySplit(t *testing.T, d devices.Driver, c Capture, plain Log) {
	requireSame(t, plain, playBytewise(t, d, c))
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 20).Draw(rt, "sizes")
		got := play(rt, d, c, func(p *player) { p.split = func(rx []byte) [][]byte { return cut(rx, sizes) } })
		requireSame(rt, plain, got)
	}))
}

// playBytewise hands over one byte a Step.
func playBytewise(t *testing.T, d devices.Driver, c Capture) Log {
	return play(t, d, c, func(p *player) { p.split = func(rx []byte) [][]byte { return cut(rx, []int{1}) } })
}

// cut cuts rx into pieces of the given sizes, over and over.
func cut(rx []byte, sizes []int) [][]byte {
	var parts [][]byte
	for i := 0; len(rx) > 0; i++ {
		n := min(sizes[i%len(sizes)], len(rx))
		parts = append(parts, rx[:n])
		rx = rx[n:]
	}
	return parts
}

func requireSame(t require.TestingT, want, got Log) {
	a, b := strings.Split(want.Text(), "\n"), strings.Split(got.Text(), "\n")
	for i := range min(len(a), len(b)) { // the first difference says more than a diff of thousands of lines, and at once
		require.Equal(t, a[i], b[i], "line %d of the output", i+1)
	}
	require.Equal(t, len(a), len(b), "lines of the output")
	require.Equal(t, len(want.Entries), len(got.Entries))
	for i := range want.Entries {
		require.True(t, want.Entries[i].Wake.Equal(got.Entries[i].Wake), "wake of entry %d", i)
	}
}

// clockBackwards checks that a now earlier than the last one counts as the last one: no output of the past, the same
// output as with a clock that stood still. A driver sees its clock fall back by up to an hour before every other event.
func clockBackwards(t *testing.T, d devices.Driver, c Capture) {
	calls := 0
	// The first Step sets the clock; later ones are split in two, of which the second sees an earlier moment.
	halves := func(rx []byte) [][]byte { return cut(rx, []int{(len(rx) + 1) / 2}) }
	still := play(t, d, c, func(p *player) { p.split = halves })
	back := play(t, d, c, func(p *player) {
		last := p.now
		p.split = halves
		p.skew = func() time.Duration {
			calls++
			same := p.now.Equal(last) && calls > 1
			last = p.now
			if same {
				return time.Duration(calls) * 7 * time.Second % time.Hour
			}
			return 0
		}
	})
	requireSame(t, still, back)
}

// emptySteps checks that being called without bytes, and sooner than asked, changes nothing.
func emptySteps(t *testing.T, d devices.Driver, c Capture, plain Log) {
	got := play(t, d, c, func(p *player) {
		p.split = func(rx []byte) [][]byte { return [][]byte{nil, rx, nil, nil} }
	})
	requireSame(t, plain, got)
}

// values lists what a log measured, without repeats.
func values(l *Log) []devices.Measurement {
	var all []devices.Measurement
	for _, r := range l.Readings() {
		for _, m := range r.Measurements {
			if !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	return all
}

func requireNothingNew(t require.TestingT, plain, got Log) {
	known := values(&plain)
	for _, m := range values(&got) {
		require.Containsf(t, known, m, "%v of %d was never sent", m.Vital, m.Value)
	}
}
