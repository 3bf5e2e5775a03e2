package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/wire"
)

// Limits of the streams. The ages are the contract's. The sizes are our choice: a room's server keeps one room (a week of
// readings at two a second is some 700 MB), a site's many; who runs more than a few rooms makes the streams himself, and
// we take them as they are.
const (
	alertsAge         = 30 * 24 * time.Hour
	readingsAge       = 7 * 24 * time.Hour
	dedupWindow       = 2 * time.Minute
	alertsBytes       = 128 << 20
	readingsBytes     = 1 << 30
	siteAlertsBytes   = 1 << 30
	siteReadingsBytes = 8 << 30
	apiTime           = 3 * time.Second // for one question to the broker
)

// ErrNotYet means that a stream is not there and that we may not make it: on a site with credentials the station does.
var ErrNotYet = errors.New("the stream is not there yet, and only a station may make it")

// Stream returns what the stream of a class should be: that of [wire.ClassAlert], else that of the readings.
func Stream(class wire.Class, size Size) jetstream.StreamConfig {
	all := wire.Room{Site: "*", Room: "*"}
	cfg := jetstream.StreamConfig{
		Name: class.Stream(), Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, Storage: jetstream.FileStorage,
		Duplicates: dedupWindow, AllowDirect: true, Replicas: 1,
	}
	if class == wire.ClassAlert {
		cfg.Description = "Bedside: alerts, session events and receipts of all rooms"
		cfg.Subjects = []string{all.Alert("*"), all.Session(), all.Receipt()}
		cfg.MaxAge, cfg.MaxBytes = alertsAge, siteAlertsBytes
		if size == Room {
			cfg.MaxBytes = alertsBytes
		}
		return cfg
	}
	cfg.Description = "Bedside: readings of all rooms"
	cfg.Subjects = []string{all.Reading("*")}
	cfg.MaxAge, cfg.MaxBytes = readingsAge, siteReadingsBytes
	if size == Room {
		cfg.MaxBytes = readingsBytes
	}
	return cfg
}

// Made is what [EnsureStream] found.
type Made struct {
	Info    *jetstream.StreamInfo
	Now     bool   // the stream was made now: nothing sent before is in it
	Differs string // in words, where the stream gives less than we would ask of it; empty if nowhere
}

// EnsureStream returns what the broker says about the stream, and makes it if it is missing. A stream that exists is
// never changed: it belongs to whoever runs the server. The error is [ErrNotYet] if it is missing and may not be made.
func EnsureStream(ctx context.Context, nc *nats.Conn, api API, want jetstream.StreamConfig) (Made, error) {
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	js, err := jetstream.NewWithAPIPrefix(nc, string(api))
	if err != nil {
		return Made{}, fmt.Errorf("broker: jetstream: %w", err)
	}
	var m Made
	stream, err := js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) && api == Guarded {
		return Made{}, ErrNotYet
	}
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = create(ctx, js, want)
		m.Now = err == nil
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another room was faster
			stream, err = js.Stream(ctx, want.Name)
		}
	}
	if err != nil {
		return Made{}, err
	}
	m.Info = stream.CachedInfo()
	m.Differs = differences(want, m.Info.Config)
	return m, nil
}

// create asks for the stream to be made. A broker that answered a moment ago and does not answer this does not let us.
func create(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) (jetstream.Stream, error) {
	stream, err := js.CreateStream(ctx, want)
	unanswered := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, jetstream.ErrJetStreamNotEnabled)
	if unanswered {
		return nil, ErrNotYet
	}
	return stream, err
}

// differences lists in words where a stream gives less than we would ask of it.
func differences(want, have jetstream.StreamConfig) string {
	var diff []string
	for _, s := range want.Subjects {
		if !slices.Contains(have.Subjects, s) && !slices.Contains(have.Subjects, wire.Prefix+".>") {
			diff = append(diff, "no subject "+s)
		}
	}
	if have.Storage != want.Storage {
		diff = append(diff, "storage is "+have.Storage.String())
	}
	if have.MaxAge != 0 && have.MaxAge < want.MaxAge {
		diff = append(diff, "age limit is "+have.MaxAge.String())
	}
	if have.MaxBytes > 0 && have.MaxBytes < want.MaxBytes {
		diff = append(diff, fmt.Sprintf("size limit is %d bytes", have.MaxBytes))
	}
	if have.Duplicates < want.Duplicates {
		diff = append(diff, "duplicate window is "+have.Duplicates.String())
	}
	if !have.AllowDirect {
		diff = append(diff, "no direct get: outages may double messages, and what the broker loses is not refilled")
	}
	if have.Retention != want.Retention {
		diff = append(diff, "retention is "+have.Retention.String())
	}
	return strings.Join(diff, ", ")
}
