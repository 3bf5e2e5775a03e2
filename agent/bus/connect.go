package bus

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Connection timing, our choice; NATS.md section "what follows" 4 has the measurements behind it.
const (
	dialTimeout  = 2 * time.Second
	pingInterval = 3 * time.Second // a frozen link is noticed after three of them
	pingsOut     = 2
	syncQueue    = 2 * scanBatch // answers of a direct get that may wait for us
)

// connect begins to connect and returns at once with a connection that heals itself for ever, or fails for options
// that can never work. The callbacks keep b.link.
func (b *Bus) connect() (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name("bedside agent " + b.o.Room.Site + "/" + b.o.Room.Room + " " + b.o.Boot),
		nats.CustomInboxPrefix(inboxPrefix(b.o.Room)),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectBufSize(-1),
		nats.IgnoreAuthErrorAbort(), nats.ReconnectOnFlusherError(),
		nats.CustomReconnectDelay(func(int) time.Duration { return reconnectDelay(b.link.downFor(), rand.Float64()) }),
		nats.Timeout(dialTimeout), nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(pingsOut),
		nats.SyncQueueLen(syncQueue),
		// Every publish is handed to our outlet at once, which never waits, and not by way of the client's flusher.
		nats.WriteBufferSize(1),
		nats.ConnectHandler(b.onUp), nats.ReconnectHandler(b.onUp),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { b.onDown(err) }),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { b.onDown(err) }),
		nats.ErrorHandler(b.onError),
	}
	if b.o.embedded() {
		opts = append(opts, nats.InProcessServer(inProcess{b}))
	} else {
		opts = append(opts, nats.SetCustomDialer(dialer{b}))
	}
	if b.o.credential != nil {
		opts = append(opts, b.o.credential.Options()...)
	}
	if b.o.TLS != nil {
		opts = append(opts, nats.Secure(b.o.TLS.Clone()))
	}
	nc, err := nats.Connect(strings.Join(b.o.URLs, ","), opts...)
	if err != nil {
		return nil, fmt.Errorf("bus: connect to NATS: %w", err)
	}
	return nc, nil
}

// reconnectDelay is the pause before the next try: short while an outage is young, because an alert may be waiting,
// and longer when nobody can be in a hurry any more. Jitter keeps rooms apart. r is in [0, 1).
func reconnectDelay(down time.Duration, r float64) time.Duration {
	least := time.Second
	switch {
	case down < 3*time.Minute:
		least = 100 * time.Millisecond
	case down < 10*time.Minute:
		least = 500 * time.Millisecond
	}
	return least + time.Duration(r*float64(least))
}

// dialer and inProcess are called by the client before a new connection carries anything. They declare the old one
// dead: the client's own callback may come later than the first publish on the new one, and the client holds its lock
// while it dials, for which no publisher must wait.
type dialer struct{ b *Bus }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	d.b.link.down()
	return d.b.outlet(net.DialTimeout(network, address, dialTimeout))
}

type inProcess struct{ b *Bus }

func (p inProcess) InProcessConn() (net.Conn, error) {
	p.b.link.down()
	return p.b.outlet(p.b.pipe())
}

func (b *Bus) outlet(c net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	o := newOutlet(c)
	b.closeOutlet(b.out.Swap(o))
	return o, nil
}

// closeOutlet ends a connection that the client may have given up without closing it, as it does with one whose
// handshake failed during a reconnect.
func (b *Bus) closeOutlet(o *outlet) {
	if o == nil {
		return
	}
	if err := o.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		b.o.Log.Debug("close of an old connection", "err", err)
	}
}

func (b *Bus) onUp(nc *nats.Conn) {
	b.link.up(nc.ConnectedServerId())
	b.kick()
	b.report()
}

func (b *Bus) onDown(err error) {
	b.link.down()
	b.setReason(err)
	b.report()
}

func (b *Bus) onError(_ *nats.Conn, sub *nats.Subscription, err error) {
	b.count.errors.Add(1)
	if sub != nil {
		b.o.Log.Warn("NATS subscription", "subject", sub.Subject, "err", err)
		return
	}
	b.o.Log.Warn("NATS connection", "err", err)
}

// reason puts an error into words that stay the same while its cause does: no addresses with changing ports.
func reason(err error) string {
	var op *net.OpError
	var cert *tls.CertificateVerificationError
	switch {
	case err == nil:
		return "the server closed the connection"
	case errors.Is(err, nats.ErrStaleConnection):
		return "the server does not answer"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return "the server does not answer in time"
	case errors.Is(err, nats.ErrNoServers):
		return "no server can be reached"
	case errors.As(err, &cert):
		return cert.Error()
	case errors.As(err, &op) && op.Timeout():
		return "the server does not answer in time"
	case errors.As(err, &op):
		return op.Err.Error()
	default:
		return err.Error()
	}
}
