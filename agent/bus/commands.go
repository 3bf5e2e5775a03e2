package bus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
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
	sub, err := nc.Subscribe(b.o.Room.Command("*"), b.onCommand)
	if err != nil {
		return fmt.Errorf("bus: subscribe to commands: %w", err)
	}
	if err := sub.SetPendingLimits(commandQueue, commandBytes); err != nil {
		return fmt.Errorf("bus: subscribe to commands: %w", err)
	}
	return nil
}

func (b *Bus) onCommand(m *nats.Msg) {
	verb := m.Subject[strings.LastIndexByte(m.Subject, '.')+1:]
	ctx, cancel := context.WithTimeout(b.life, commandTime)
	defer cancel()
	answer := b.o.Handle(ctx, verb, m.Data)
	b.count.commands.Add(1)
	if m.Reply == "" {
		return
	}
	if err := m.Respond(answer); err != nil {
		b.o.Log.Warn("answer to a command was not sent", "verb", verb, "err", err)
	}
}
