package bus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/wire"
)

// Bounds of commands, our choice. A command that would wait longer is not worth doing any more.
const (
	commandTime  = 5 * time.Second
	commandQueue = 64
	commandBytes = 1 << 20
)

// subscribe listens for acknowledgements and for the room's commands, each on a goroutine of its own that the client
// owns.
func (b *Bus) subscribe(nc *nats.Conn) error {
	for _, l := range []*lane{b.alerts, b.readings} {
		l.inbox = nc.NewInbox() + "."
		if _, err := nc.Subscribe(l.inbox+"*", l.onAck); err != nil {
			return fmt.Errorf("bus: subscribe to acknowledgements: %w", err)
		}
	}
	for _, subject := range []string{b.o.Room.Command("*"), b.o.Room.CommandFrom("*", "*")} {
		sub, err := nc.Subscribe(subject, b.onCommand)
		if err != nil {
			return fmt.Errorf("bus: subscribe to commands: %w", err)
		}
		if err := sub.SetPendingLimits(commandQueue, commandBytes); err != nil {
			return fmt.Errorf("bus: subscribe to commands: %w", err)
		}
	}
	return nil
}

// order returns what a command's subject says: its verb, and who sends it. The name of a station that cannot be one is not
// passed on, because it could pass for the room's own page.
func (b *Bus) order(subject string) (from, verb string) {
	verb, from, named := strings.Cut(strings.TrimPrefix(subject, b.o.Room.Command("")), ".")
	if !named || !wire.ValidStation(from) {
		from = wire.ViaNATS
	}
	return from, verb
}

func (b *Bus) onCommand(m *nats.Msg) {
	from, verb := b.order(m.Subject)
	b.handling.Lock() // the two subscriptions have a goroutine each
	defer b.handling.Unlock()
	ctx, cancel := context.WithTimeout(b.life, commandTime)
	defer cancel()
	answer := b.o.Handle(ctx, from, verb, m.Data)
	b.count.commands.Add(1)
	if m.Reply == "" {
		return
	}
	if err := m.Respond(answer); err != nil {
		b.o.Log.Warn("answer to a command was not sent", "verb", verb, "err", err)
	}
}
