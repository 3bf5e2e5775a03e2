package link

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bedside/devices"
)

// order is a command on its way to the goroutine of Run.
type order struct {
	command devices.Command
	done    chan error // of size 1, so that Run never waits for the caller
}

// longPast is a deadline that ends a read at once.
func longPast() time.Time { return time.Unix(1, 0) }

// Command gives the device an order and waits until the driver took or refused it and its bytes are written. It returns
// the driver's refusal, [devices.ErrUnsupported] if the driver takes no orders, or [ErrLost]. If ctx ends first the
// order is withdrawn; if it is being carried out already, the outcome is returned. Any goroutine may call it.
func (l *Link) Command(ctx context.Context, c devices.Command) error {
	if err := ctx.Err(); err != nil {
		return l.refuse(c, err)
	}
	o := order{command: c, done: make(chan error, 1)}
	l.mu.Lock()
	port := l.port
	if port != nil {
		l.orders = append(l.orders, o)
	}
	l.mu.Unlock()
	if port == nil {
		return l.refuse(c, ErrLost)
	}
	l.wake(port)
	select {
	case err := <-o.done:
		return l.refuse(c, err)
	case <-ctx.Done():
	}
	if l.withdraw(o) {
		return l.refuse(c, ctx.Err())
	}
	return l.refuse(c, <-o.done)
}

func (l *Link) refuse(c devices.Command, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("link: %s: %v: %w", l.o.Name, c, err)
}

// wake ends the read that waits on port. Run sets its deadline before it looks for orders and for the end of its
// context, so whatever came before this call is seen.
func (l *Link) wake(port Port) {
	if err := port.SetReadDeadline(longPast()); err != nil {
		l.log.Debug("port closed while it was woken", "err", err) // then Run is awake, and ends what waits
	}
}

// withdraw takes o back and reports whether it was still waiting.
func (l *Link) withdraw(o order) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.orders, func(have order) bool { return have.done == o.done })
	if i < 0 {
		return false
	}
	l.orders = slices.Delete(l.orders, i, i+1)
	return true
}

// listen lets orders come in for port; nil ends that and refuses those that wait.
func (l *Link) listen(port Port) {
	l.mu.Lock()
	l.port = port
	waiting := l.orders
	if port == nil {
		l.orders = nil
	}
	l.mu.Unlock()
	if port != nil {
		return
	}
	for _, o := range waiting {
		o.done <- ErrLost
	}
}

// nextOrder takes the oldest order that waits.
func (l *Link) nextOrder() (order, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.orders) == 0 {
		return order{}, false
	}
	o := l.orders[0]
	l.orders = slices.Delete(l.orders, 0, 1)
	return o, true
}
