package bus

import (
	"errors"
	"time"

	"bedside/agent/wire"
)

// Waiting for a record that is slow to show what the tail no longer holds, our choice.
const (
	commitPause = 250 * time.Millisecond
	commitTries = 12
)

// drain sends what the outbox holds, in the order of Seq, and then what the record does not show yet. When it returns
// without an error, live messages leave directly.
func (l *lane) drain(c *connection) error {
	defer c.alertsFirstIf(l.overtakes)
	var after uint64
	for tries := 0; ; {
		batch, err := l.b.o.Outbox.Pending(c.ctx, l.class, after, batchSize)
		if err != nil {
			if c.ctx.Err() != nil {
				return errDown
			}
			l.b.o.Log.Error("outbox cannot be read, sending what is in memory", "stream", l.stream, "err", err)
			tries = commitTries
		}
		for _, m := range batch {
			if err := l.putBacklog(c, m); err != nil {
				return err
			}
			after = m.Seq
		}
		if len(batch) == batchSize {
			continue
		}
		if live, err := l.goLive(c, after, tries == commitTries); live || err != nil {
			return err
		}
		tries++
		if err := sleep(c, commitPause); err != nil {
			return err
		}
	}
}

// prove sends one message of the outbox to a stream that has failed, and waits until it is stored, before anything
// else of the backlog follows. Live messages go on meanwhile as afterFailure left them.
func (l *lane) prove(c *connection) error {
	if l.failures == 0 {
		return nil
	}
	first, err := l.b.o.Outbox.Pending(c.ctx, l.class, 0, 1)
	if err != nil || len(first) == 0 {
		return nil // drain says so, or there is nothing to prove with
	}
	if err := l.putInOrder(c, first[0]); err != nil {
		return err
	}
	late := time.NewTimer(ackWait)
	defer late.Stop()
	for {
		if _, _, acked := l.flight.status(first[0].ID); acked {
			return nil
		}
		select {
		case <-c.ctx.Done():
			return errDown
		case err := <-l.failed:
			return err
		case <-late.C:
			return errLate
		case <-l.flight.space:
		}
	}
}

// putBacklog sends a message of the outbox when the window has room for it.
func (l *lane) putBacklog(c *connection, m wire.Message) error {
	flying, seq, acked := l.flight.status(m.ID)
	if acked {
		l.b.o.Outbox.Acknowledge(l.class, m.ID, seq) // the record shows it late, or has forgotten
		return nil
	}
	if flying {
		return nil
	}
	late := time.NewTimer(ackWait)
	defer late.Stop()
	for l.flight.count() >= l.window {
		select {
		case <-c.ctx.Done():
			return errDown
		case err := <-l.failed:
			return err
		case <-late.C:
			return errLate
		case <-l.flight.space:
			l.window = min(2*l.window, windowMax)
		}
	}
	return l.putInOrder(c, m)
}

func (l *lane) putInOrder(c *connection, m wire.Message) error {
	l.order.Lock()
	defer l.order.Unlock()
	return l.put(c, m)
}

// goLive sends what the tail still holds and nobody sent, and opens the direct way in the same breath, so that no
// reading overtakes another. Where the tail has lost what the outbox did not show either, as of after, it opens the way only
// if it is told to do so regardless.
func (l *lane) goLive(c *connection, after uint64, regardless bool) (live bool, err error) {
	l.order.Lock()
	defer l.order.Unlock()
	l.upTo = max(l.upTo, after)
	for pos := uint64(0); ; pos++ {
		m, at, sent, ok := l.tail.from(pos)
		if !ok {
			break
		}
		if !regardless && l.tail.lostAfter(l.upTo) {
			return false, nil
		}
		pos = at
		if !sent || l.flight.wasLost(m.ID) {
			if err := l.put(c, m); err != nil {
				return false, err
			}
			l.tail.done(at)
		}
		l.upTo = max(l.upTo, m.Seq)
	}
	l.inOrder = !l.overtakes
	l.live.Store(c.epoch)
	l.b.kick()
	return true, nil
}

// watch stays with a live lane and returns why it is no longer well.
func (l *lane) watch(c *connection) error {
	check := time.NewTicker(checkEvery)
	defer check.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return errDown
		case err := <-l.failed:
			return err
		case now := <-check.C:
			if l.flight.overdue(now.Add(-ackWait)) {
				return errLate
			}
			if l.forgotten(c) {
				return errBacklog
			}
		}
	}
}

// forgotten reports whether the outbox has held a message for two checks that nobody is sending: whatever the cause,
// it is sent then.
func (l *lane) forgotten(c *connection) bool {
	was := l.stale
	l.stale = ""
	if l.b.o.Outbox.Depth() == 0 {
		return false
	}
	first, err := l.b.o.Outbox.Pending(c.ctx, l.class, 0, 1)
	if err != nil || len(first) == 0 {
		return false
	}
	flying, seq, acked := l.flight.status(first[0].ID)
	switch {
	case acked:
		l.b.o.Outbox.Acknowledge(l.class, first[0].ID, seq)
	case !flying:
		l.stale = first[0].ID
	}
	return l.stale != "" && l.stale == was
}

func (c *connection) alertsFirstIf(alerts bool) {
	if alerts {
		c.alertsDone()
	}
}

func sleep(c *connection, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.ctx.Done():
		return errors.Join(errDown, c.ctx.Err())
	case <-timer.C:
		return nil
	}
}
