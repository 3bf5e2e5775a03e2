package bus

import (
	"context"
	"crypto/tls"
	"fmt"

	"github.com/nats-io/nats.go"
)

// ListenOptions say what to listen to.
type ListenOptions struct {
	URLs            []string // empty: those of the credentials
	CredentialsFile string
	TLS             *tls.Config
	Subject         string // may have wildcards

	// OnState is told as that of [DialOptions].
	OnState func(connected bool, why string)
}

// Listen hands every message on the subject to take, one after the other, until ctx ends; it returns nil then. A server
// that is not there is waited for. take must not keep payload.
func Listen(ctx context.Context, o ListenOptions, take func(subject string, payload []byte)) error {
	nc, err := Dial(DialOptions{
		Name: "bedside listener", URLs: o.URLs, CredentialsFile: o.CredentialsFile, TLS: o.TLS, OnState: o.OnState,
	})
	if err != nil {
		return err
	}
	defer nc.Close()
	if _, err := nc.Subscribe(o.Subject, func(m *nats.Msg) { take(m.Subject, m.Data) }); err != nil {
		return fmt.Errorf("bus: listen to %s: %w", o.Subject, err)
	}
	<-ctx.Done()
	return nil
}
