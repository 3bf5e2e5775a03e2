package notify

import (
	"context"
	"errors"
	"time"

	"bedside/agent/config"
)

// Sign, and how often and long, are for tests of the numbers themselves.
var Sign = sign

const (
	Capacity    = capacity
	RepeatEvery = repeatEvery
	AttemptTime = attemptTime
)

// TLSFirst makes the mail channels of n speak TLS at once, whatever their port.
func TLSFirst(n *Notifier) {
	for _, l := range n.lanes {
		if m, ok := l.to.(*mailer); ok {
			m.first = true
		}
	}
}

// Try sends one notice through the first channel, once, with that as the moment.
func Try(ctx context.Context, n *Notifier, now time.Time, notice Notice) error {
	return n.lanes[0].to.send(ctx, now, &notice)
}

// TryNotice returns what Test sends.
func TryNotice(at time.Time) Notice { return Notice{ID: "x", Site: "clinic", At: at, test: true} }

// Before returns the notice as it is sent after one of that priority.
func Before(n, earlier Notice) Notice {
	n.before = &earlier.Priority
	return n
}

// Fake is a channel that does as a test says.
type Fake struct {
	Check  func() error
	Send   func(ctx context.Context, n Notice) error
	Repeat func(ctx context.Context, open []Notice) error
}

type fake struct{ f *Fake }

func (f fake) check() error {
	if f.f.Check == nil {
		return nil
	}
	return f.f.Check()
}

func (f fake) send(ctx context.Context, _ time.Time, n *Notice) error { return f.f.Send(ctx, *n) }

type sayingAgain struct{ fake }

func (f sayingAgain) repeat(ctx context.Context, _ time.Time, open []Notice) error {
	return f.f.Repeat(ctx, open)
}

// NewFake makes a notifier whose channels are fakes, by name.
func NewFake(o Options, fakes map[string]*Fake) (*Notifier, error) {
	return build(o, func(c *config.Channel) (sender, error) {
		f := fakes[c.Name]
		if f.Repeat != nil {
			return sayingAgain{fake{f}}, nil
		}
		return fake{f}, nil
	})
}

// Bodies returns what the channels that write their own bodies make of a notice.
func Bodies(now time.Time, n Notice) ([][]byte, error) {
	a, errA := (&ntfy{topic: "ward-7"}).body(&n)
	b, errB := eventBody(&n)
	c, errC := manageAll(now, []Notice{n})
	return [][]byte{a, b, c}, errors.Join(errA, errB, errC)
}
