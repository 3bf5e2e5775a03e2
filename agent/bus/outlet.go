package bus

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// outletMax is how many bytes may wait for a link that takes none, our choice: several windows. More ends the
// connection.
const outletMax = 4 << 20

var errStuck = errors.New("bus: link takes no bytes")

// outlet is a connection whose Write never waits, so that the monitor's goroutine may publish by itself. Where the
// system can tell at once whether bytes fit into the socket, Write hands them over on the spot, which saves waking
// another goroutine; what does not fit, and everything on a pipe inside the process, is written by a goroutine of the
// outlet.
type outlet struct {
	net.Conn
	raw  syscall.RawConn // nil: no way to write without waiting
	wake chan struct{}
	gone chan struct{}
	once sync.Once

	mu      sync.Mutex
	pending []byte
	spare   []byte
	busy    bool // the goroutine is writing
	err     error
}

func newOutlet(c net.Conn) *outlet {
	o := &outlet{Conn: c, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if s, ok := c.(syscall.Conn); ok {
		if raw, err := s.SyscallConn(); err == nil {
			o.raw = raw
		}
	}
	go o.pump() // ends with Close, which the bus makes sure of
	return o
}

// Write takes all of p or fails. Bytes that were taken and could not be sent end the connection.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n := 0
	if o.raw != nil && !o.busy && len(o.pending) == 0 {
		n = writeNow(o.raw, p)
	}
	if n == len(p) {
		return n, nil
	}
	if len(o.pending)+len(p)-n > outletMax {
		o.err = errStuck
		return n, o.err
	}
	o.pending = append(o.pending, p[n:]...)
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (o *outlet) pump() {
	for {
		select {
		case <-o.gone:
			return
		case <-o.wake:
		}
		if err := o.flush(); err != nil {
			o.stop(err)
			return
		}
	}
}

func (o *outlet) flush() error {
	for {
		o.mu.Lock()
		p := o.pending
		o.busy = len(p) > 0
		if !o.busy {
			o.mu.Unlock()
			return nil
		}
		o.pending, o.spare = o.spare[:0], nil
		o.mu.Unlock()
		_, err := o.Conn.Write(p)
		o.mu.Lock()
		o.spare = p
		o.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

func (o *outlet) stop(err error) {
	o.mu.Lock()
	if o.err == nil {
		o.err = err
	}
	o.mu.Unlock()
	_ = o.Conn.Close() // the reader sees it and starts the reconnect, with the reason that matters
}

// SetWriteDeadline does nothing: Write does not wait, and the pings of the client end a link that takes no bytes.
func (o *outlet) SetWriteDeadline(time.Time) error { return nil }

// Close gives up what is not written.
func (o *outlet) Close() error {
	o.once.Do(func() { close(o.gone) })
	return o.Conn.Close()
}

// empty reports whether everything was handed to the system.
func (o *outlet) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err != nil || !o.busy && len(o.pending) == 0
}
