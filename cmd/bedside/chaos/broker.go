package chaos

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"bedside/agent/broker"
)

// BrokerOptions say where the NATS server of a run is.
type BrokerOptions struct {
	Listen string // host:port; port 0 takes a free one
	Store  string
	// Orders have no words: their end is the end of the server.
	Orders io.Reader
	Ready  func(url string)
	Log    *slog.Logger
}

// RunBroker is the site's NATS server in a process of its own, until ctx or the orders end.
func RunBroker(ctx context.Context, o BrokerOptions) error {
	s, err := broker.Start(broker.Options{Name: "bedside-chaos", Listen: o.Listen, StoreDir: o.Store, Size: broker.Site, Log: o.Log})
	if err != nil {
		return fmt.Errorf("chaos: %w", err)
	}
	defer s.Stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with the process at the latest: a read of standard input cannot be interrupted
		defer cancel()
		_, _ = io.Copy(io.Discard, o.Orders) // its end is all that counts
	}()
	o.Ready(s.URL())
	<-ctx.Done()
	return nil
}
