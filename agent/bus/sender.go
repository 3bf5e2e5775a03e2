package bus

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/wire"
)

// turnEvery is how often the sender takes a turn with nothing to send, as a sign of life; our choice.
const turnEvery = 2 * time.Second

// send is the goroutine that hands over what Publish could not: what waited for a connection, for a backlog or for
// another goroutine, and all that is passing. Alerts go before anything else.
func (b *Bus) send(ctx context.Context) {
	idle := time.NewTicker(turnEvery)
	defer idle.Stop()
	for {
		b.o.Life.Turn(turnEvery)
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		case <-idle.C:
		}
		for more := true; more && ctx.Err() == nil; {
			b.o.Life.Turn(turnEvery)
			more = b.alerts.sendLive() || b.readings.sendLive() || b.sendPassing()
		}
	}
}

// sendPassing sends one passing message. An alert that was published before it goes first, whoever came in between: a heartbeat that
// knows of it must not.
func (b *Bus) sendPassing() bool {
	m, pos, ok := b.passing.unsent()
	if !ok {
		return false
	}
	for b.alerts.sendLive() {
	}
	if b.alerts.waits() {
		return false
	}
	b.passing.done(pos)
	if b.link.current() == nil || b.publish(m, "") != nil {
		b.count.dropped.Add(1)
	}
	return true
}

// Errors of publish: the message was certainly not sent, or the broker will never take it.
var (
	errNotSent = errors.New("bus: not sent")
	errRefused = errors.New("bus: refused")
)

// publish writes m to the connection. An error that is neither errNotSent nor errRefused leaves open whether the
// broker has the message; the connection is given up then.
func (b *Bus) publish(m wire.Message, reply string) error {
	nc := b.nc.Load()
	if nc == nil {
		return errNotSent
	}
	if !strings.HasPrefix(m.Subject, b.mine) {
		b.renamed.Do(func() {
			b.o.Log.Warn("messages under another name cannot be sent with this room's credential; they stay in the record", "subject", m.Subject)
		})
		return errRefused
	}
	msg := nats.Msg{Subject: m.Subject, Reply: reply, Data: m.Payload}
	if reply != "" {
		msg.Header = nats.Header{nats.MsgIdHdr: []string{m.ID}}
	}
	err := nc.PublishMsg(&msg)
	switch {
	case err == nil:
		b.count.published.Add(1)
		return nil
	case errors.Is(err, nats.ErrReconnectBufExceeded), errors.Is(err, nats.ErrConnectionClosed),
		errors.Is(err, nats.ErrConnectionDraining), errors.Is(err, nats.ErrHeadersNotSupported):
		return errNotSent
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, nats.ErrBadSubject):
		b.o.Log.Error("message cannot be published", "subject", m.Subject, "bytes", len(m.Payload), "err", err)
		return errRefused
	}
	b.o.Log.Warn("write to NATS failed", "err", err)
	b.link.down()
	if err := nc.ForceReconnect(); err != nil {
		b.o.Log.Warn("reconnect to NATS", "err", err)
	}
	return err
}
