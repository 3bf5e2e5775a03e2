package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// BrokerOptions say where the NATS server of a run is.
type BrokerOptions struct {
	Listen string // host:port; port 0 takes a free one
	Store  string
	// Orders have no words: their end is the end of the server.
	Orders io.Reader
	Ready  func(url string)
}

// RunBroker is the site's NATS server in a process of its own, until ctx or the orders end.
func RunBroker(ctx context.Context, o BrokerOptions) error {
	var port int
	if _, err := fmt.Sscanf(o.Listen, "127.0.0.1:%d", &port); err != nil {
		return fmt.Errorf("chaos: listen address %q: %w", o.Listen, err)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "chaos", Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: o.Store, NoSigs: true, NoLog: true,
		JetStreamMaxStore: 20 << 30, JetStreamMaxMemory: 64 << 20,
	})
	if err != nil {
		return err
	}
	s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(20 * time.Second) {
		return errors.New("chaos: NATS server is not ready in time")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with the process at the latest
		defer cancel()
		_, _ = io.Copy(io.Discard, o.Orders)
	}()
	o.Ready(s.ClientURL())
	<-ctx.Done()
	return nil
}
