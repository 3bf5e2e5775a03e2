package pty_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/simulators"
	"bedside/simulators/fault"
	"bedside/simulators/nonin"
	"bedside/simulators/pty"
	"bedside/simulators/suntech"
)

func steady(time.Time) simulators.Vitals {
	return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}
}

// run starts the port and stops it with the test.
func run(t *testing.T, o pty.Options) *pty.Port {
	t.Helper()
	if o.Truth == nil {
		o.Truth = steady
	}
	p, err := pty.Open(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-done)
		assert.NoError(t, p.Close())
	})
	return p
}

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestPortCarriesBytesUnchangedBothWays(t *testing.T) {
	link := filepath.Join(t.TempDir(), "cuff")
	p := run(t, pty.Options{Link: link, Device: suntech.New(suntech.Options{})})
	assert.Equal(t, link, p.Path())
	host := open(t, link)
	// The version answer holds NUL bytes and letters, the request 0x03, which a cooked terminal would take for Ctrl-C.
	for range 3 {
		_, err := host.Write([]byte{0x3A, 0x79, 0x10, 0x03, 0x3A})
		require.NoError(t, err)
		got := make([]byte, 5)
		_, err = io.ReadFull(host, got)
		require.NoError(t, err)
		assert.Equal(t, []byte{0x3E, 5, 0, 0, 0xBD}, got)
	}
}

func TestUnplugFailsTheReaderAndReplugKeepsTheName(t *testing.T) {
	link := filepath.Join(t.TempDir(), "oximeter")
	p := run(t, pty.Options{Link: link, Device: nonin.New(nonin.Options{})})
	host := open(t, link)
	got := make([]byte, 5)
	_, err := io.ReadFull(host, got)
	require.NoError(t, err)

	require.NoError(t, p.Unplug())
	_, err = os.Lstat(link)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = io.Copy(io.Discard, host) // ends: with an error or with the end of the file, but it ends
	t.Log("reader of a pulled port got", err)

	require.NoError(t, p.Plug())
	host = open(t, link)
	_, err = io.ReadFull(host, got)
	require.NoError(t, err)
}

// hurry is a clock that runs so many times faster than real time, with what Options want of it.
func hurry(o pty.Options, speed float64) pty.Options {
	began := time.Now()
	o.Now = func() time.Time { return began.Add(time.Duration(float64(time.Since(began)) * speed)) }
	o.Real = func(d time.Duration) time.Duration { return time.Duration(float64(d) / speed) }
	return o
}

func TestSimulatedTimeMayRunFaster(t *testing.T) {
	p := run(t, hurry(pty.Options{Device: nonin.New(nonin.Options{})}, 100))
	host := open(t, p.Path())
	got := make([]byte, 60*375) // a minute in 0.6 s
	_, err := io.ReadFull(host, got)
	require.NoError(t, err)
	bad := 0
	for i := 0; i < len(got); i += 5 {
		if f := got[i : i+5]; f[0]+f[1]+f[2]+f[3] != f[4] {
			bad++
		}
	}
	assert.Zero(t, bad, "no byte is lost on a reader that reads")
}

func TestTheLinePullsThePlugAndPutsItBack(t *testing.T) {
	link := filepath.Join(t.TempDir(), "oximeter")
	run(t, hurry(pty.Options{
		Link: link, Device: nonin.New(nonin.Options{}),
		Line: fault.New(fault.Options{
			Windows: []fault.Window{{Kind: fault.Unplug, From: 10 * time.Second, For: 5 * time.Second}},
		}),
	}, 50))
	host := open(t, link)
	n, err := io.Copy(io.Discard, host)
	t.Log("after", n, "bytes:", err)
	assert.Positive(t, n)
	require.Eventually(t, func() bool {
		_, err := os.Stat(link)
		return err == nil
	}, 10*time.Second, time.Millisecond)
	_, err = io.ReadFull(open(t, link), make([]byte, 5))
	require.NoError(t, err)
}

// Killing the host in the middle of a cycle leaves a module that vents by itself.
func TestADeadHostLeavesNoAirBehind(t *testing.T) {
	cuff := suntech.New(suntech.Options{})
	p := run(t, hurry(pty.Options{Device: cuff}, 50))
	host := open(t, p.Path())
	_, err := host.Write([]byte{0x3A, 0x20, 0xA6})
	require.NoError(t, err)
	ack := make([]byte, 4)
	_, err = io.ReadFull(host, ack)
	require.NoError(t, err)
	require.Equal(t, []byte{0x3E, 4, 'O', 0x6F}, ack)
	look := func(f func() bool) func() bool {
		return func() (yes bool) {
			p.With(func() { yes = f() })
			return yes
		}
	}
	require.Eventually(t, look(cuff.Inflated), 10*time.Second, time.Millisecond)
	require.NoError(t, host.Close())
	require.Eventually(t, look(func() bool { return !cuff.Inflated() && !cuff.Measuring() }), 10*time.Second, time.Millisecond)
}

func TestOnlyLinksAreReplaced(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	require.NoError(t, os.WriteFile(precious, []byte("keep"), 0o600))
	o := pty.Options{Link: precious, Device: nonin.New(nonin.Options{}), Truth: steady}
	_, err := pty.Open(o)
	require.ErrorContains(t, err, "no symbolic link")
	kept, err := os.ReadFile(precious)
	require.NoError(t, err)
	assert.Equal(t, "keep", string(kept))

	o.Link = filepath.Join(dir, "stale")
	require.NoError(t, os.Symlink("/nowhere", o.Link))
	p, err := pty.Open(o)
	require.NoError(t, err)
	info, err := os.Stat(o.Link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeCharDevice)
	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	_, err = os.Lstat(o.Link)
	require.ErrorIs(t, err, os.ErrNotExist, "nothing is left behind")
	require.ErrorIs(t, p.Plug(), pty.ErrClosed)
	assert.Equal(t, o.Link, p.Path())
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := pty.Open(pty.Options{Truth: steady})
	require.Error(t, err)
	_, err = pty.Open(pty.Options{Device: nonin.New(nonin.Options{})})
	require.Error(t, err)
	_, err = pty.Open(pty.Options{
		Truth: steady, Device: nonin.New(nonin.Options{}), Link: filepath.Join(t.TempDir(), "no", "such", "directory"),
	})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAPathWithoutALinkIsTheTerminal(t *testing.T) {
	p := run(t, pty.Options{Device: suntech.New(suntech.Options{})})
	first := p.Path()
	assert.NotEmpty(t, first)
	require.NoError(t, p.Unplug())
	require.NoError(t, p.Unplug())
	assert.Empty(t, p.Path())
	require.NoError(t, p.Plug())
	require.NoError(t, p.Plug())
	assert.NotEmpty(t, p.Path())
}
