package tap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"bedside/devices/capture"
)

// Pace of writing, in real time; our choice.
const (
	writeEvery = 250 * time.Millisecond // what a killed process may lose
	tryEvery   = 5 * time.Second        // after a failure
)

// Options say where a [Recorder] writes. All are needed.
type Options struct {
	Folder string           // one folder for each device is made below it
	Keep   int64            // bytes of all files of one device together, at least [LeastKeep]
	Now    func() time.Time // the clock of those who read the ports
	Log    *slog.Logger
}

// Recorder writes what passes through the ports of several devices into rings on disk. Call Run once; any goroutine may
// call the other methods at any time.
type Recorder struct {
	o     Options
	ready chan struct{}          // something waits; of size 1
	state atomic.Pointer[string] // why it fails, nil while all is well

	mu   sync.Mutex
	taps []*recording
}

// recording is one device of a recorder. Only the goroutine of Run touches what is not the tap.
type recording struct {
	name  string
	tap   *Tap
	ring  ring
	done  []byte // a buffer to give back
	fails error
	again time.Time // when to try next, while it fails
}

// NewRecorder makes a recorder. Nothing is done on the disk yet, because a disk that is full or absent must not keep a
// room from being watched over.
func NewRecorder(o Options) (*Recorder, error) {
	if o.Folder == "" || o.Now == nil || o.Log == nil {
		return nil, errors.New("tap: Folder, Now and Log are needed")
	}
	if o.Keep < LeastKeep {
		return nil, fmt.Errorf("tap: %d bytes are less than the least ring, %d", o.Keep, LeastKeep)
	}
	return &Recorder{o: o, ready: make(chan struct{}, 1)}, nil
}

// Device adds a device, whose name becomes that of its folder, and returns its tap. A name may be added once.
func (r *Recorder) Device(name string, h capture.Header) *Tap {
	t := New(h, r.o.Now)
	t.notify = func() {
		select {
		case r.ready <- struct{}{}:
		default:
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taps = append(r.taps, &recording{name: name, tap: t, ring: ring{dir: filepath.Join(r.o.Folder, name), keep: r.o.Keep}})
	return t
}

func (r *Recorder) all() []*recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.taps)
}

// Run writes until ctx ends, then once more, and returns nil: a capture that cannot be written ends nothing.
func (r *Recorder) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
		case <-r.ready:
			pause(ctx, writeEvery)
		}
		for _, w := range r.all() {
			r.write(w)
		}
		r.report()
		if ctx.Err() != nil {
			break
		}
	}
	for _, w := range r.all() {
		if err := w.ring.end(); err != nil {
			r.o.Log.Warn("capture did not close well", "device", w.name, "err", err)
		}
	}
	return nil
}

// write brings what waits of one device to the disk, or gives it up.
func (r *Recorder) write(w *recording) {
	c := w.tap.take(w.done)
	w.done = c.text
	if len(c.text) == 0 {
		return
	}
	now := time.Now()
	if w.fails != nil && now.Before(w.again) {
		w.tap.lost(c.bytes)
		return
	}
	err := w.ring.write(c)
	switch {
	case err != nil:
		w.tap.lost(c.bytes)
		w.again = now.Add(tryEvery)
		if w.fails == nil {
			r.o.Log.Warn("capture cannot be written; monitoring goes on without it", "device", w.name, "err", err)
		}
	case w.fails != nil:
		r.o.Log.Info("capture is written again", "device", w.name, "lost", w.tap.Counts().Lost)
	}
	w.fails = err
}

// report makes the state known to others.
func (r *Recorder) report() {
	for _, w := range r.all() {
		if w.fails != nil {
			why := w.name + ": " + w.fails.Error()
			r.state.Store(&why)
			return
		}
	}
	r.state.Store(nil)
}

// Failing returns why bytes are not kept now, or "" while they are. Any goroutine may call it.
func (r *Recorder) Failing() string {
	if why := r.state.Load(); why != nil {
		return *why
	}
	return ""
}

// Lost returns how many bytes of the devices never reached the disk. Any goroutine may call it.
func (r *Recorder) Lost() uint64 {
	var sum uint64
	for _, w := range r.all() {
		sum += w.tap.Counts().Lost
	}
	return sum
}

// ToFile writes what passes through t into file until ctx ends, then what is left, and returns nil; or it returns at
// once why the file cannot be written. It does not close the file. Only one may write what passes through a tap.
func ToFile(ctx context.Context, t *Tap, file *os.File) error {
	var done []byte
	for begun := false; ; {
		stop := !pause(ctx, writeEvery)
		c := t.take(done)
		done = c.text
		if len(c.text) > 0 {
			if c.gap && begun {
				return fmt.Errorf("tap: %s: the disk is too slow, or the clock was set", file.Name())
			}
			text := c.text
			if !begun {
				text = append([]byte(c.header.Text()), text...)
			}
			if _, err := file.Write(text); err != nil {
				return fmt.Errorf("tap: %w", err)
			}
			begun = true
		}
		if stop {
			return nil
		}
	}
}

// pause waits for d and reports whether ctx is still going.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
