package bus

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/credential"
)

// dialWait is the pause before the next try to connect; our choice. Jitter of as much again keeps listeners apart.
const dialWait = 500 * time.Millisecond

// DialOptions say how a program reaches the broker that keeps no outbox: one that listens, commands, or shares small states.
type DialOptions struct {
	Name            string                     // of the connection, for people who look at the server
	URLs            []string                   // empty: those of the credentials
	Server          nats.InProcessConnProvider // of a server in this process, in place of URLs
	CredentialsFile string
	TLS             *tls.Config
	Inbox           string // what the subjects of answers begin with; "" for the client's own

	// OnState is told when the connection comes and goes, with the reason in words, and when that reason changes: not at every attempt.
	// It must not block.
	OnState func(connected bool, why string)
	// OnError is told what the connection cannot do although it is there, such as a subject that is not allowed, or messages
	// that were dropped because they were not taken fast enough. It must not block; it may be nil.
	OnError func(subject string, err error)
}

// Dial returns a connection that heals itself for ever, and keeps nothing back while it cannot send. A server that is not
// there is waited for; only options that can never work are an error.
func Dial(o DialOptions) (*nats.Conn, error) {
	tell := onlyNews(o.OnState) // the client calls its handlers one after the other
	opts := []nats.Option{
		nats.Name(o.Name), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectBufSize(-1),
		nats.IgnoreAuthErrorAbort(), nats.ReconnectWait(dialWait), nats.ReconnectJitter(dialWait, dialWait), nats.Timeout(dialTimeout),
		nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(pingsOut),
		nats.ConnectHandler(func(*nats.Conn) { tell(true, "") }),
		nats.ReconnectHandler(func(*nats.Conn) { tell(true, "") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { tell(false, reason(err)) }),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { tell(false, reason(err)) }),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			subject := ""
			if sub != nil {
				subject = sub.Subject
			}
			if o.OnError != nil {
				o.OnError(subject, err)
			}
		}),
	}
	if o.Server != nil {
		opts = append(opts, nats.InProcessServer(o.Server))
	} else {
		opts = append(opts, nats.SetCustomDialer(&net.Dialer{Timeout: dialTimeout}))
	}
	if o.Inbox != "" {
		opts = append(opts, nats.CustomInboxPrefix(o.Inbox))
	}
	if o.CredentialsFile != "" {
		c, err := credential.Read(o.CredentialsFile)
		if err != nil {
			return nil, fmt.Errorf("bus: %w", err)
		}
		if o.Server != nil {
			opts = append(opts, c.LocalOptions()...) // without its servers, too: a tls:// URL would be enough to wait for ever
		} else {
			opts = append(opts, c.Options()...)
			if len(o.URLs) == 0 {
				o.URLs = c.Servers
			}
		}
	}
	switch {
	case o.Server != nil: // a pipe needs no encryption, whatever the credential is good for elsewhere
		opts = append(opts, func(n *nats.Options) error { n.Secure, n.TLSConfig = false, nil; return nil })
	case o.TLS != nil:
		opts = append(opts, nats.Secure(o.TLS.Clone()))
	}
	nc, err := nats.Connect(strings.Join(o.URLs, ","), opts...)
	if err != nil {
		return nil, fmt.Errorf("bus: connect to NATS: %w", err)
	}
	return nc, nil
}
