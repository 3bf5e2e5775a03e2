package rehearsal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// port is the host's end of a cable, open. Reading hands the turn of the link back until there is something.
type port struct {
	bed *bed
	rx  []byte

	// Orders are given from another goroutine, and reach the link by its deadline.
	mu       sync.Mutex
	deadline time.Time
	woken    chan struct{} // has room for one: a deadline was set that is long past
}

// Why a port is of no use, in the words that a link knows from serialport.
var (
	errPulled = broken{errors.New("rehearsal: port: unplugged"), "unplugged, or its adapter went away"}
	errAbsent = broken{fmt.Errorf("rehearsal: port: %w", fs.ErrNotExist), "no such device"}
)

type broken struct {
	error
	reason string
}

// Reason returns the words for people.
func (b broken) Reason() string { return b.reason }

func (b broken) Unwrap() error { return b.error }

func (p *port) Read(b []byte) (int, error) {
	for {
		switch due := p.due(); {
		case p.bed.port != p:
			return 0, fs.ErrClosed
		case p.bed.unplugged():
			return 0, errPulled
		case len(p.rx) > 0:
			n := copy(b, p.rx)
			p.rx = append(p.rx[:0], p.rx[n:]...)
			return n, nil
		case !due.IsZero() && !p.bed.stage.now.Before(due), p.bed.stage.ctx.Err() != nil && due.IsZero():
			return 0, os.ErrDeadlineExceeded
		case !p.bed.wait(due):
			return 0, fs.ErrClosed
		}
	}
}

func (p *port) due() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deadline
}

func (p *port) Write(b []byte) (int, error) {
	if p.bed.unplugged() {
		return 0, errPulled
	}
	p.bed.send(b)
	return len(b), nil
}

func (p *port) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	if t.Before(p.bed.stage.start) {
		select {
		case p.woken <- struct{}{}:
		default:
		}
	}
	return nil
}

func (p *port) Close() error {
	if p.bed.port == p {
		p.bed.port = nil
	}
	return nil
}
