package bus

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"bedside/agent/alive"
	"bedside/agent/broker"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// Outbox is the durable list of messages that the broker has not acknowledged. All methods are called from several
// goroutines of the bus at once.
type Outbox interface {
	// Pending returns unacknowledged messages of the class with Seq greater than after, in the order of Seq, at most
	// limit of them. A message may appear up to a second after it was published.
	Pending(ctx context.Context, class wire.Class, after uint64, limit int) ([]wire.Message, error)
	// Acknowledge notes that the broker stored the message under streamSeq in the stream of its class. It never blocks,
	// may be called twice for one id, and for an id that is not committed yet. A streamSeq of 0 means that the broker
	// will never take the message (it is larger than the broker allows).
	Acknowledge(class wire.Class, id string, streamSeq uint64)
	// Refill makes all messages of the class that were acknowledged with a streamSeq greater than last unacknowledged
	// again, because the broker lost them, and returns how many.
	Refill(ctx context.Context, class wire.Class, last uint64) (int, error)
	// Depth returns how many messages are unacknowledged. It is cheap and never blocks.
	Depth() int
}

// Options say where the broker is and what to do with what comes from it.
type Options struct {
	Room wire.Room
	Boot string // random name of this process; part of the connection's name, for people who look at the server

	URLs            []string    // of the site's servers; empty: those of the credential, or the server is embedded
	CredentialsFile string      // for URLs, as package credential reads it, or ""
	TLS             *tls.Config // for URLs, or nil: the credential's authority, else the system's

	Listen   string // host:port of the embedded server; no host: loopback; "": reachable from this process only
	StoreDir string // of the embedded server's streams

	Outbox Outbox

	// Handle answers a command of this room; from is the station that sent it, which the subject says and the server's
	// permissions prove, or [wire.ViaNATS]. It is called for one command after the other, with a context that ends after
	// five seconds. A slow answer delays the next command and nothing else.
	Handle func(ctx context.Context, from, verb string, payload []byte) []byte

	// OnState is told every change: whether the broker is reached, and, in words for people, why not or what does not
	// work although it is. Calls never overlap. It must not block.
	OnState func(connected bool, why string)

	Log *slog.Logger

	// Life is told of every turn of the sender, which is at least every two seconds; nil: nobody watches.
	Life *alive.Loop

	credential *credential.Credential // of CredentialsFile
}

func (o *Options) embedded() bool { return len(o.URLs) == 0 }

// api is where to ask about the streams.
func (o *Options) api() broker.API {
	if o.credential != nil && o.credential.Kind == credential.Room {
		return broker.Guarded
	}
	return broker.JetStream
}

// mine is how each subject begins that the broker takes from us; empty: it may take others, too. The credential of a room is good
// for this room's name alone, and a record may be older than the name.
func (o *Options) mine() string {
	if o.api() != broker.Guarded {
		return ""
	}
	return strings.TrimSuffix(o.Room.Everything(), ">")
}

func (o *Options) validate() error {
	if !wire.ValidToken(o.Room.Site) || !wire.ValidToken(o.Room.Room) {
		return fmt.Errorf("bus: site %q or room %q is not a subject token", o.Room.Site, o.Room.Room)
	}
	if o.Outbox == nil || o.Handle == nil || o.OnState == nil || o.Log == nil {
		return errors.New("bus: Outbox, Handle, OnState and Log are required")
	}
	if err := o.readCredential(); err != nil {
		return err
	}
	if o.embedded() {
		if o.StoreDir == "" {
			return errors.New("bus: the embedded NATS server needs a directory for its streams")
		}
		return nil
	}
	for _, raw := range o.URLs {
		u, err := url.Parse(raw)
		if err != nil {
			return errors.New("bus: a NATS URL cannot be parsed") // the parser's error would repeat a password
		}
		switch u.Scheme {
		case "nats", "tls", "ws", "wss":
		default:
			return fmt.Errorf("bus: NATS URL %q must begin with nats://, tls://, ws:// or wss://", u.Redacted())
		}
		if u.Hostname() == "" {
			return fmt.Errorf("bus: NATS URL %q has no host", u.Redacted())
		}
	}
	return nil
}

// readCredential reads the file once, so that a wrong path is said at the start and not at the first reconnect.
func (o *Options) readCredential() error {
	if o.CredentialsFile == "" {
		return nil
	}
	c, err := credential.Read(o.CredentialsFile)
	if err != nil {
		return fmt.Errorf("bus: NATS credentials: %w", err)
	}
	switch c.Kind {
	case credential.Token, credential.Key:
	case credential.Room:
		if c.Room() != o.Room {
			return fmt.Errorf("bus: NATS credentials: %s are those of room %s at %s", o.CredentialsFile, c.Name, c.Site)
		}
	default:
		return fmt.Errorf("bus: NATS credentials: %s are those of a %s, not of a room", o.CredentialsFile, c.Kind)
	}
	o.credential = c
	if len(o.URLs) == 0 {
		o.URLs = c.Servers
	}
	if len(o.URLs) == 0 {
		return fmt.Errorf("bus: NATS credentials: %s does not say where the server is; write nats.url", o.CredentialsFile)
	}
	return nil
}
