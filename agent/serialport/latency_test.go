package serialport_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/serialport"
)

// adapter makes a /sys in which the terminal behind name is an FTDI adapter with that latency timer.
func adapter(t *testing.T, name, timer string) (h serialport.Host, file string) {
	t.Helper()
	tty, err := filepath.EvalSymlinks(name)
	require.NoError(t, err)
	sys := t.TempDir()
	dir := filepath.Join(sys, "class", "tty", filepath.Base(tty), "device")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	file = filepath.Join(dir, "latency_timer")
	require.NoError(t, os.WriteFile(file, []byte(timer), 0o644))
	return serialport.Host{Sys: sys}, file
}

func TestLatencyTimerIsSetToOneMillisecond(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"long":                          {"16\n", "1"},
		"short already, and left alone": {"1\n", "1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, tty := terminal(t)
			h, file := adapter(t, tty, c.before)
			p, err := h.Open(tty, nonin)
			require.NoError(t, err)
			closeAfter(t, p)
			assert.Equal(t, serialport.Latency{Adjustable: true, Timer: time.Millisecond}, p.Latency())
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, c.after, string(text))
		})
	}
}

func TestLatencyTimerThatMayNotBeChangedIsReported(t *testing.T) {
	_, name := terminal(t)
	h, file := adapter(t, name, "16\n")
	// Everybody may pass the folders and use the port, but not write the file: what an agent without the rules finds.
	for _, path := range []string{file, name} {
		for dir := filepath.Dir(path); dir != os.TempDir() && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			require.NoError(t, os.Chmod(dir, 0o755))
		}
	}
	require.NoError(t, os.Chmod(file, 0o444))
	require.NoError(t, os.Chmod(name, 0o666))
	var p *serialport.Port
	var err error
	unprivileged(t, func() { p, err = h.Open(name, nonin) })
	require.NoError(t, err)
	closeAfter(t, p)
	got := p.Latency()
	assert.True(t, got.Adjustable)
	assert.Equal(t, 16*time.Millisecond, got.Timer)
	require.ErrorIs(t, got.Err, os.ErrPermission)
	assert.Contains(t, got.Err.Error(), "holds bytes back for 16ms; install the udev rules")
}

func TestLatencyTimerThatMakesNoSenseIsReported(t *testing.T) {
	_, name := terminal(t)
	h, _ := adapter(t, name, "soon\n")
	p, err := h.Open(name, nonin)
	require.NoError(t, err, "a strange timer must not keep a monitor from working")
	closeAfter(t, p)
	assert.Error(t, p.Latency().Err)
}

func TestUdevRulesCoverWhatTheyPromise(t *testing.T) {
	rules := serialport.UdevRules()
	for _, part := range []string{`ATTR{latency_timer}="1"`, `GROUP="dialout"`, `ENV{ID_MM_DEVICE_IGNORE}="1"`, `ATTR{power/control}="on"`} {
		assert.Contains(t, rules, part)
	}
}
