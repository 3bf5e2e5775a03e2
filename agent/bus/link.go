package bus

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errDown = errors.New("bus: not connected")

// connection is one life of the connection, from the handshake to its end.
type connection struct {
	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	epoch  uint64 // 1 for the first connection of the process
	server string // id of the server, new at each of its starts

	// alertsFirst is closed when the backlog of alerts is sent: readings wait for it.
	alertsFirst chan struct{}
	once        sync.Once
}

func (c *connection) alertsDone() { c.once.Do(func() { close(c.alertsFirst) }) }

// link says which connection is alive, if any.
type link struct {
	base context.Context

	mu      sync.Mutex
	cur     *connection
	epochs  uint64
	lost    time.Time     // when the last connection ended, or the process began
	changed chan struct{} // closed at every change, and replaced
}

func newLink(base context.Context) *link {
	return &link{base: base, lost: time.Now(), changed: make(chan struct{})}
}

func (k *link) up(server string) *connection {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cur != nil {
		k.cur.cancel()
	}
	k.epochs++
	c := &connection{epoch: k.epochs, server: server, alertsFirst: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(k.base)
	k.cur = c
	k.change()
	return c
}

// down reports whether there was a connection to lose.
func (k *link) down() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cur == nil {
		return false
	}
	k.cur.cancel()
	k.cur = nil
	k.lost = time.Now()
	k.change()
	return true
}

func (k *link) change() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// current returns the living connection, or nil.
func (k *link) current() *connection {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cur
}

func (k *link) reconnects() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return max(k.epochs, 1) - 1
}

func (k *link) downFor() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Since(k.lost)
}

// wait returns the living connection as soon as there is one.
func (k *link) wait(ctx context.Context) (*connection, error) {
	for {
		k.mu.Lock()
		c, changed := k.cur, k.changed
		k.mu.Unlock()
		if c != nil {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}
