package link_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/serialport"
	"bedside/devices"
)

// patience bounds a wait for what is due in less than two seconds; only a failing test waits that long.
const patience = 20 * time.Second

// adapter is a pseudo-terminal that stands in for a USB adapter: the kernel gives it a name of its own, udev a stable
// one, which is a link.
type adapter struct {
	t         *testing.T
	far, near *os.File
}

func plugIn(t *testing.T) *adapter {
	t.Helper()
	far, near, err := pty.Open()
	require.NoError(t, err)
	a := &adapter{t: t, far: far, near: near}
	t.Cleanup(a.pull)
	return a
}

func (a *adapter) tty() string { return a.near.Name() }

func (a *adapter) pull() {
	a.t.Helper()
	if a.far != nil {
		require.NoError(a.t, a.far.Close())
		require.NoError(a.t, a.near.Close())
		a.far = nil
	}
}

func (a *adapter) say(s string) {
	a.t.Helper()
	_, err := a.far.WriteString(s)
	require.NoError(a.t, err)
}

// point makes a link lead to a terminal, as udev does: at once, never missing.
func point(t *testing.T, name, tty string) {
	t.Helper()
	require.NoError(t, os.Symlink(tty, name+".new"))
	require.NoError(t, os.Rename(name+".new", name))
}

// room is a link on a real port.
type room struct {
	t       *testing.T
	mu      sync.Mutex
	updates []link.Update
	more    chan struct{}
}

func watch(t *testing.T, name string) *room {
	t.Helper()
	r := &room{t: t, more: make(chan struct{}, 1)}
	l, err := link.New(link.Options{
		Name: "oximeter", Port: name, Log: slog.New(slog.DiscardHandler),
		Driver: devices.Driver{
			Name: "fake", MaxSilence: time.Hour, Line: devices.Line{Baud: 9600, DataBits: 8, StopBits: 1},
			NewSession: func(devices.Settings) (devices.Session, error) { return &session{}, nil },
		},
		Open: func(_ context.Context, line devices.Line) (link.Port, error) {
			p, err := serialport.Open(name, line)
			if err != nil {
				return nil, err
			}
			return p, nil
		},
		Present: func() bool { return serialport.Present(name) },
		Deliver: func(u link.Update) {
			r.mu.Lock()
			r.updates = append(r.updates, u)
			r.mu.Unlock()
			select {
			case r.more <- struct{}{}:
			default:
			}
		},
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
	return r
}

// wait returns when an update fits, and how many there were by then.
func (r *room) wait(from int, what string, fits func(u *link.Update) bool) int {
	r.t.Helper()
	late := time.After(patience)
	for {
		r.mu.Lock()
		all := r.updates
		r.mu.Unlock()
		for i := from; i < len(all); i++ {
			if fits(&all[i]) {
				return i + 1
			}
		}
		select {
		case <-r.more:
		case <-late:
			require.Fail(r.t, "never: "+what)
		}
	}
}

// reads lets an adapter talk until the link has read it: a port that is being opened discards what came before.
func (r *room) reads(from int, a *adapter) int {
	r.t.Helper()
	talking, stop := context.WithCancel(r.t.Context())
	var talk sync.WaitGroup
	talk.Go(func() {
		for talking.Err() == nil {
			if _, err := a.far.WriteString("r"); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond) // in real time, as a device does
		}
	})
	at := r.wait(from, "a reading", func(u *link.Update) bool { return len(u.Readings) > 0 })
	stop()
	talk.Wait()
	return at
}

func lost(u *link.Update) bool { return u.State == link.Lost }

// An adapter that comes back as another terminal is found by its stable name, and what takes its old terminal meanwhile
// is left alone.
func TestAnAdapterComesBackUnderAnotherName(t *testing.T) {
	if testing.Short() {
		t.Skip("pseudo-terminals in real time")
	}
	dir := t.TempDir()
	stable, bare := filepath.Join(dir, "usb-Oximeter-if00-port0"), filepath.Join(dir, "ttyUSB0")
	first := plugIn(t)
	point(t, bare, first.tty())
	point(t, stable, bare)
	r := watch(t, stable)
	at := r.reads(0, first)

	first.pull()
	require.NoError(t, os.Remove(stable))
	at = r.wait(at, "lost", lost)
	other := plugIn(t) // another adapter takes the free name
	point(t, bare, other.tty())
	other.say("rrrr")
	back := plugIn(t)
	began := time.Now()
	point(t, stable, back.tty())
	at = r.reads(at, back)
	t.Logf("found again after %v", time.Since(began))

	assert.Zero(t, heldBy(t, other), "the other device was never opened")
	r.mu.Lock()
	defer r.mu.Unlock()
	assert.Equal(t, uint64(1), r.updates[at-1].Reopened)
}

// heldBy counts the descriptors of this process on an adapter beside the one of the test.
func heldBy(t *testing.T, a *adapter) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("the system does not list open files")
	}
	n := 0
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && target == a.tty() {
			n++
		}
	}
	return n - 1
}

// A stable name that moves from one terminal to another, without having been missing, is followed when the first goes.
func TestAStableNameThatMoves(t *testing.T) {
	if testing.Short() {
		t.Skip("pseudo-terminals in real time")
	}
	stable := filepath.Join(t.TempDir(), "usb-Oximeter-if00-port0")
	at := 0
	now := plugIn(t)
	point(t, stable, now.tty())
	r := watch(t, stable)
	for range 4 {
		at = r.reads(at, now)
		next := plugIn(t)
		point(t, stable, next.tty())
		now.pull()
		at = r.wait(at, "lost", lost)
		now = next
	}
	r.reads(at, now)
}
