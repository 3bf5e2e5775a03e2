package scan_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/pace"
	"bedside/agent/scan"
	"bedside/agent/serialport"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/pty"
)

// clock is so fast that listening at ten line settings takes a second.
func clock() pace.Clock { return pace.New(40) }

// bare is a machine without a serial port of its own.
func bare(t *testing.T) serialport.Host {
	t.Helper()
	nowhere := t.TempDir()
	return serialport.Host{Dev: nowhere, Sys: nowhere, Proc: nowhere, Run: nowhere}
}

// device is one that notes what it is told; with noise, it says what nobody understands.
type device struct {
	simulators.Device
	noise bool

	mu    sync.Mutex
	heard int
}

func (d *device) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	d.mu.Lock()
	d.heard += len(rx)
	d.mu.Unlock()
	switch {
	case d.noise:
		return []byte("~#~"), now.Add(100 * time.Millisecond)
	case d.Device == nil:
		return nil, time.Time{}
	}
	return d.Device.Step(now, truth, rx)
}

func (d *device) told() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard
}

// plug puts a device on a pseudo-terminal and returns its name.
func plug(t *testing.T, d *device, at pace.Clock) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "port")
	p, err := pty.Open(pty.Options{
		Link: link, Device: d, Now: at.Now, Real: at.Real,
		Truth: func(now time.Time) simulators.Vitals {
			return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Pleth: float64(now.UnixMilli()%800) / 800}
		},
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
		assert.NoError(t, p.Close())
	})
	return link
}

func simulated(t *testing.T, name string) *device {
	t.Helper()
	e, ok := catalog.Find(name)
	require.True(t, ok)
	return &device{Device: e.New(1)}
}

func TestWhatIsOnEachPort(t *testing.T) {
	at := clock()
	speaks, silent, noisy, used := simulated(t, "nonin-df2"), &device{}, &device{noise: true}, simulated(t, "nonin-df2")
	names := []string{plug(t, speaks, at), plug(t, silent, at), plug(t, noisy, at), plug(t, used, at)}
	leads, err := filepath.EvalSymlinks(names[3])
	require.NoError(t, err)
	s := scan.New(scan.Options{Host: bare(t), Clock: at, Used: []string{leads}})
	assert.Equal(t, scan.View{Ports: []scan.Port{}}, s.View(), "nothing yet, and a list all the same")
	require.NoError(t, s.Scan(t.Context(), names, false))
	v := s.View()
	assert.True(t, v.Begun)
	assert.False(t, v.Running)
	assert.False(t, v.Asked)
	require.Len(t, v.Ports, 4)
	for i, p := range v.Ports {
		assert.Equal(t, names[i], p.Name, "as it was named, which stays")
		assert.Empty(t, p.Doing)
		assert.NotEmpty(t, p.Says)
		t.Log(p.State, p.Says)
	}
	assert.Equal(t, scan.Found, v.Ports[0].State)
	require.Len(t, v.Ports[0].Fits, 1)
	fit := v.Ports[0].Fits[0]
	assert.Equal(t, "nonin", fit.Driver)
	assert.NotEmpty(t, fit.Evidence)
	assert.Equal(t, "oximeter", fit.Kind)
	assert.Equal(t, scan.Silent, v.Ports[1].State)
	assert.Equal(t, scan.Unknown, v.Ports[2].State)
	assert.NotEmpty(t, v.Ports[2].Fix, "what to do")
	assert.Equal(t, scan.Used, v.Ports[3].State, "by another name")
	for _, d := range []*device{speaks, silent, noisy, used} {
		assert.Zero(t, d.told(), "without leave nothing is written")
	}

	before := v.Ports[0].Says
	v.Ports[0].Says = "changed"
	assert.Equal(t, before, s.View().Ports[0].Says, "it is a copy")
}

func TestWithLeaveTheSilentAreAskedAndTheNoisyAreNot(t *testing.T) {
	at := clock()
	asleep, noisy := simulated(t, "contec"), &device{noise: true}
	names := []string{plug(t, asleep, at), plug(t, noisy, at)}
	var looked atomic.Int32
	s := scan.New(scan.Options{Host: bare(t), Clock: at, MayAsk: func(context.Context) error {
		looked.Add(1)
		return nil
	}})
	require.NoError(t, s.Scan(t.Context(), names, true))
	v := s.View()
	assert.True(t, v.Asked)
	assert.Equal(t, scan.Found, v.Ports[0].State, v.Ports[0].Says)
	assert.Equal(t, "contec", v.Ports[0].Fits[0].Driver)
	assert.Positive(t, asleep.told())
	assert.Equal(t, scan.Unknown, v.Ports[1].State)
	assert.Zero(t, noisy.told(), "who speaks and is not understood might be anything")
	assert.GreaterOrEqual(t, looked.Load(), int32(2))
}

var errSession = errors.New("a session runs")

// A session that begins in the middle of a search ends it: a cuff may be on an arm now.
func TestNobodyIsAskedWhileThatIsNotAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // no port: the time of the watch is that of the bubble
		var allowed atomic.Bool
		s := scan.New(scan.Options{Host: bare(t), MayAsk: func(context.Context) error {
			if allowed.Load() {
				return nil
			}
			return errSession
		}})
		require.ErrorIs(t, s.Scan(t.Context(), nil, true), errSession)
		assert.False(t, s.View().Begun, "nothing was begun")
		require.NoError(t, s.Scan(t.Context(), nil, false), "listening is always allowed")
		allowed.Store(true)
		require.NoError(t, s.Scan(t.Context(), nil, true))
	})

	quiet := &device{}
	var looked atomic.Int32
	s := scan.New(scan.Options{Host: bare(t), Clock: pace.New(1), MayAsk: func(context.Context) error {
		if looked.Add(1) <= 2 { // the order, and the first second
			return nil
		}
		return errSession
	}})
	began := time.Now()
	require.NoError(t, s.Scan(t.Context(), []string{plug(t, quiet, pace.New(1))}, true))
	p := s.View().Ports[0]
	assert.Equal(t, scan.Failed, p.State)
	assert.Equal(t, "the search was stopped before its end", p.Says)
	assert.Less(t, time.Since(began), 20*time.Second, "half a minute would be listened to, and then asked")
	assert.False(t, s.View().Running)
}

func TestOneScanAtATime(t *testing.T) {
	s := scan.New(scan.Options{Host: bare(t), Clock: pace.New(1)})
	name := plug(t, &device{}, pace.New(1))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	require.NoError(t, s.Start(t.Context(), []string{name, name}, false))
	v := s.View()
	assert.True(t, v.Running)
	require.Len(t, v.Ports, 1, "named twice, searched once")
	assert.Equal(t, scan.Searching, v.Ports[0].State)
	require.ErrorIs(t, s.Start(t.Context(), nil, false), scan.ErrRunning)
	require.ErrorIs(t, s.Scan(t.Context(), nil, false), scan.ErrRunning)
	stop()
	require.NoError(t, <-done)
	assert.False(t, s.View().Running)
	assert.Equal(t, scan.Failed, s.View().Ports[0].State, "it is not said that nobody is there")
}

func TestNamesOfPortsAreChecked(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	link := filepath.Join(folder, "link")
	require.NoError(t, os.Symlink("/dev/null", link))
	trap := filepath.Join(folder, "trap")
	require.NoError(t, os.Symlink("/etc/passwd", trap))
	for name, why := range map[string]string{
		"": "is not an absolute path", "ttyUSB0": "is not an absolute path", "COM3": "is not an absolute path", "../dev/null": "is not an absolute path",
		"/dev/no-such-port": "leads nowhere", file: "is no serial port", trap: "is no serial port", "/dev/../etc/passwd": "is no serial port", "/dev": "is no serial port",
		"/dev/null\x00": "leads nowhere",
	} {
		assert.ErrorContains(t, scan.CheckPort(name), why, name)
	}
	require.NoError(t, scan.CheckPort(link), "wherever the name is")

	s := scan.New(scan.Options{Host: bare(t)})
	require.Error(t, s.Scan(t.Context(), []string{trap}, false))
	require.ErrorContains(t, s.Scan(t.Context(), make([]string, 9), false), "at most 8")
	assert.False(t, s.View().Begun, "a refused order begins nothing")
	require.NoError(t, s.Scan(t.Context(), []string{link}, true))
	p := s.View().Ports[0]
	assert.Equal(t, scan.Failed, p.State)
	assert.Contains(t, p.Says, "not a serial port")
	assert.NotEmpty(t, p.Fix)
}

// The ports of the machine: a console and one that may not be opened are listed, a chip of the board that is not ours to open is not.
func TestPortsOfTheMachineAreListed(t *testing.T) {
	h := bare(t)
	root := h.Sys
	add := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for _, tty := range []string{"ttyS0", "ttyS4", "ttyUSB0"} {
		add("devices/"+tty+"/there", "")
		require.NoError(t, os.MkdirAll(filepath.Join(root, "class/tty", tty), 0o755))
		require.NoError(t, os.Symlink(filepath.Join(root, "devices", tty), filepath.Join(root, "class/tty", tty, "device")))
	}
	add("class/tty/console/active", "ttyS0\n")
	add("devices/ttyUSB0/idVendor", "0403\n")
	add("devices/ttyUSB0/idProduct", "6001\n")
	add("devices/ttyUSB0/product", "FT232R\n")
	s := scan.New(scan.Options{Host: h})
	require.NoError(t, s.Scan(t.Context(), nil, true))
	v := s.View()
	require.Len(t, v.Ports, 2, "%+v", v.Ports)
	assert.Equal(t, scan.Used, v.Ports[0].State)
	assert.Equal(t, "a console of this machine", v.Ports[0].Says)
	assert.Equal(t, scan.Failed, v.Ports[1].State, "it went away as it was looked at")
	assert.Equal(t, "FT232R (0403:6001)", v.Ports[1].What)
	assert.Equal(t, "no such device", v.Ports[1].Says)

	require.NoError(t, os.RemoveAll(filepath.Join(root, "class/tty")))
	add("class/tty", "a file")
	require.NoError(t, s.Scan(t.Context(), nil, false))
	assert.NotEmpty(t, s.View().Error, "that there is no list is said")
	assert.NotNil(t, s.View().Ports)
}
