package pty

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/creack/pty"

	"bedside/simulators"
)

// Options say which device runs on the port, and by which clock.
type Options struct {
	// Link is the path of a symbolic link to the terminal, the same for the life of the port; empty for none. A link
	// that is there already is replaced, anything else is left alone and reported.
	Link   string
	Device simulators.Device
	Truth  func(now time.Time) simulators.Vitals
	// Line is the cable from the device to the host; nil is a perfect one. If it has a method Unplugged(time.Time) bool,
	// the port pulls and replaces its plug accordingly.
	Line simulators.Line
	Now  func() time.Time                  // the clock of the simulation; nil means [time.Now]
	Real func(time.Duration) time.Duration // how long a simulated duration really lasts; nil means that long
}

// Port is one device on one pseudo-terminal. All methods are safe for concurrent use.
type Port struct {
	options Options

	mu      sync.Mutex // guards all below and the device
	master  *os.File   // nil while unplugged
	slave   *os.File   // kept open: settings survive the last reader, and reading the master does not fail
	changed chan struct{}
	closed  bool
	pulled  bool // by the line, which puts it back as well
	wake    time.Time
	traffic traffic
	out     []byte
}

// ErrClosed is returned for a port that has been closed.
var ErrClosed = errors.New("pty: port is closed")

// Open creates the terminal and its link. The device sleeps until [Port.Run].
func Open(o Options) (*Port, error) {
	if o.Device == nil || o.Truth == nil {
		return nil, errors.New("pty: device and truth are needed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Real == nil {
		o.Real = func(d time.Duration) time.Duration { return d }
	}
	p := &Port{options: o, changed: make(chan struct{}, 1)}
	if err := p.Plug(); err != nil {
		return nil, err
	}
	return p, nil
}

// Path returns the name to open: the link, or without one the terminal itself, which is empty while unplugged.
func (p *Port) Path() string {
	if p.options.Link != "" {
		return p.options.Link
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slave == nil {
		return ""
	}
	return p.slave.Name()
}

// With calls f while the device stands still, so that f may look into it.
func (p *Port) With(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Plug creates a new terminal under the same link. On a port that is plugged in it does nothing.
func (p *Port) Plug() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.plug()
}

// Unplug closes the terminal and removes the link, as if the adapter had been pulled: readers get an error at once.
// The device lives on and talks to nobody. On a port that is not plugged in it does nothing.
func (p *Port) Unplug() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unplug()
}

// Close unplugs for good. A Run in progress goes on without a terminal until its context ends.
func (p *Port) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return p.unplug()
}

func (p *Port) plug() error {
	if p.closed {
		return ErrClosed
	}
	if p.master != nil {
		return nil
	}
	master, slave, err := pty.Open()
	if err != nil {
		return fmt.Errorf("pty: open: %w", err)
	}
	if master, err = pollable(master); err != nil {
		return errors.Join(err, slave.Close())
	}
	err = makeRaw(slave)
	if err == nil && p.options.Link != "" {
		err = relink(slave.Name(), p.options.Link)
	}
	if err != nil {
		return errors.Join(err, master.Close(), slave.Close())
	}
	p.master, p.slave, p.traffic = master, slave, traffic{}
	p.notify()
	return nil
}

func (p *Port) unplug() error {
	if p.master == nil {
		return nil
	}
	var err error
	if p.options.Link != "" {
		err = os.Remove(p.options.Link)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	}
	err = errors.Join(err, p.master.Close(), p.slave.Close())
	p.master, p.slave = nil, nil
	p.notify()
	if err != nil {
		return fmt.Errorf("pty: unplug: %w", err)
	}
	return nil
}

// notify wakes a Run that waits without a terminal.
func (p *Port) notify() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// relink points link at target without a moment in which it is missing. Only a symbolic link is ever replaced.
func relink(target, link string) error {
	info, err := os.Lstat(link)
	if err == nil && info.Mode()&os.ModeSymlink == 0 {
		return fmt.Errorf("pty: %s exists and is no symbolic link", link)
	}
	fresh := link + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("pty: link: %w", err)
	}
	if err := os.Symlink(target, fresh); err != nil {
		return fmt.Errorf("pty: link: %w", err)
	}
	if err := os.Rename(fresh, link); err != nil {
		return fmt.Errorf("pty: link: %w", err)
	}
	return nil
}
