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
