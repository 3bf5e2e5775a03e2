package bus

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/credential"
)

// ErrNobody says that the broker is there and no agent listens under that name.
var ErrNobody = errors.New("bus: no agent answers there")

// AskOptions say where to ask.
type AskOptions struct {
	URLs            []string
	CredentialsFile string
	TLS             *tls.Config
}

// Ask sends one request and returns the answer. A server that is not there is not waited for. The error is [ErrNobody] if
// nobody listens on the subject; after any other, it is not known whether the request arrived.
func Ask(ctx context.Context, o AskOptions, subject string, payload []byte) ([]byte, error) {
	nc, err := o.dial()
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	m, err := nc.RequestWithContext(ctx, subject, payload)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, ErrNobody
	case err != nil:
		return nil, fmt.Errorf("bus: ask %s: %w", subject, err)
	}
	return m.Data, nil
}

// Overhear returns the subjects on which something is published within a while, each once. A server that is not there is not
// waited for.
func Overhear(ctx context.Context, o AskOptions, subject string, while time.Duration) ([]string, error) {
	nc, err := o.dial()
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	sub, err := nc.SubscribeSync(subject)
	if err != nil {
		return nil, fmt.Errorf("bus: listen to %s: %w", subject, err)
	}
	ctx, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	var list []string
	heard := map[string]bool{}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		switch {
		case ctx.Err() != nil:
			return list, nil
		case err != nil:
			return nil, fmt.Errorf("bus: listen to %s: %w", subject, err)
		case !heard[m.Subject]:
			heard[m.Subject] = true
			list = append(list, m.Subject)
		}
	}
}

func (o *AskOptions) dial() (*nats.Conn, error) {
	opts := []nats.Option{nats.Name("bedside command"), nats.Timeout(dialTimeout), nats.NoReconnect()}
	if o.CredentialsFile != "" {
		c, err := credential.Read(o.CredentialsFile)
		if err != nil {
			return nil, fmt.Errorf("bus: %w", err)
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
		return nil, fmt.Errorf("bus: connect to NATS: %w", err)
	}
	return nc, nil
}
