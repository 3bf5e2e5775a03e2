package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"bedside/agent/wire"
)

// Limits of the buckets, our choice: a duty is a few hundred bytes for each room.
const (
	bucketHistory = 8
	bucketBytes   = 64 << 20
	noticeKept    = time.Hour // longer than any ladder
)

// operator is the server's own user: it makes the streams, and is the guard between the rooms and JetStream.
type operator struct {
	log     *slog.Logger
	guards  bool
	pair    nkeys.KeyPair
	public  string
	nc      *nats.Conn
	working context.Context // ends with the server
}

func newOperator(log *slog.Logger, guards bool) (*operator, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	return &operator{log: log, guards: guards, pair: pair, public: public}, nil
}

// work connects, makes what stations and rooms need, and begins to guard.
func (o *operator) work(ctx context.Context, s *Server) error {
	o.working = ctx
	opts := []nats.Option{nats.Name("bedside broker"), nats.InProcessServer(s), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond), nats.ErrorHandler(o.onError)}
	if o.guards {
		opts = append(opts, nats.Nkey(o.public, o.pair.Sign))
	}
	nc, err := nats.Connect("", opts...)
	if err != nil {
		return fmt.Errorf("own connection: %w", err)
	}
	o.nc = nc
	for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
		made, err := EnsureStream(ctx, nc, JetStream, Stream(class, Site))
		if err != nil {
			return fmt.Errorf("stream %s: %w", class.Stream(), err)
		}
		if made.Differs != "" {
			o.log.Warn("stream is not as Bedside would make it, and stays as it is", "stream", class.Stream(), "differs", made.Differs)
		}
	}
	if err := EnsureBuckets(ctx, nc); err != nil {
		return err
	}
	if !o.guards {
		return nil
	}
	return o.guard()
}

// onError hears what nobody waits for. At the end the server closes this connection, too.
func (o *operator) onError(_ *nats.Conn, _ *nats.Subscription, err error) {
	if o.working.Err() == nil {
		o.log.Warn("NATS connection of the server itself", "err", err)
	}
}

func (o *operator) close() {
	if o.nc != nil {
		o.nc.Close()
	}
	o.pair.Wipe()
}

// EnsureBuckets makes the key-value buckets that stations share, if they are missing.
func EnsureBuckets(ctx context.Context, nc *nats.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("broker: jetstream: %w", err)
	}
	kept := map[string]time.Duration{BucketNotices: noticeKept} // what is not named is kept for ever
	for name, what := range map[string]string{BucketDuty: "who answers for which room", BucketNotices: "which station has called whom"} {
		_, err := js.KeyValue(ctx, name)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			_, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
				Bucket: name, Description: "Bedside: " + what, History: bucketHistory, MaxBytes: bucketBytes, Replicas: 1, TTL: kept[name],
			})
		}
		if err != nil && !errors.Is(err, jetstream.ErrBucketExists) {
			return fmt.Errorf("broker: bucket %s: %w", name, err)
		}
	}
	return nil
}
