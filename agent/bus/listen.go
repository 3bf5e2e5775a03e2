package bus

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/credential"
)

// listenPing finds a frozen link for somebody who only listens; our choice, as for the agent's own connection.
const listenPing = 3 * time.Second

// ListenOptions say what to listen to.
type ListenOptions struct {
	URLs            []string
	CredentialsFile string
	TLS             *tls.Config
	Subject         string // may have wildcards

	// OnState is told when the connection comes and goes, with the reason in words. It must not block.
	OnState func(connected bool, why string)
}

// Listen hands every message on the subject to take, one after the other, until ctx ends; it returns nil then. A server
// that is not there is waited for. take must not keep payload.
func Listen(ctx context.Context, o ListenOptions, take func(subject string, payload []byte)) error {
	opts := []nats.Option{
		nats.Name("bedside listener"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(500 * time.Millisecond), nats.PingInterval(listenPing), nats.MaxPingsOutstanding(pingsOut),
		nats.ConnectHandler(func(*nats.Conn) { o.OnState(true, "") }),
		nats.ReconnectHandler(func(*nats.Conn) { o.OnState(true, "") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { o.OnState(false, reason(err)) }),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { o.OnState(false, reason(err)) }),
	}
	if o.CredentialsFile != "" {
		c, err := credential.Read(o.CredentialsFile)
		if err != nil {
			return fmt.Errorf("bus: %w", err)
		}
		opts = append(opts, c.Options()...)
		if len(o.URLs) == 0 {
			o.URLs = c.Servers
		}
	}
	if o.TLS != nil {
		opts = append(opts, nats.Secure(o.TLS.Clone()))
	}
	nc, err := nats.Connect(strings.Join(o.URLs, ","), opts...)
	if err != nil {
		return fmt.Errorf("bus: listen: %w", err)
	}
	defer nc.Close()
	if _, err := nc.Subscribe(o.Subject, func(m *nats.Msg) { take(m.Subject, m.Data) }); err != nil {
		return fmt.Errorf("bus: listen to %s: %w", o.Subject, err)
	}
	<-ctx.Done()
	return nil
}
