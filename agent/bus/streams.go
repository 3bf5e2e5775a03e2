package bus

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

// Limits of the streams. The ages are the contract's. The sizes are our choice: an embedded server keeps one room (a
// week of readings at two a second is some 700 MB), a site's server many; who runs more than a few rooms makes the
// streams himself, and we take them as they are.
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

// streamConfig returns what the lane's stream should be.
func (l *lane) streamConfig() jetstream.StreamConfig {
	all := wire.Room{Site: "*", Room: "*"}
	cfg := jetstream.StreamConfig{
		Name: l.stream, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, Storage: jetstream.FileStorage,
		Duplicates: dedupWindow, AllowDirect: true, Replicas: 1,
	}
	if l.class == wire.ClassAlert {
		cfg.Description = "Bedside: alerts, session events and receipts of all rooms"
		cfg.Subjects = []string{all.Alert("*"), all.Session(), all.Receipt()}
		cfg.MaxAge, cfg.MaxBytes = alertsAge, siteAlertsBytes
		if l.b.o.embedded() {
			cfg.MaxBytes = alertsBytes
		}
		return cfg
	}
	cfg.Description = "Bedside: readings of all rooms"
	cfg.Subjects = []string{all.Reading("*")}
	cfg.MaxAge, cfg.MaxBytes = readingsAge, siteReadingsBytes
	if l.b.o.embedded() {
		cfg.MaxBytes = readingsBytes
	}
	return cfg
}

// ensureStream returns what the broker says about the stream, and makes it if it is missing. A stream that exists is
// never changed: it belongs to whoever runs the server. made says that nothing sent before now is in it.
func (l *lane) ensureStream(ctx context.Context, nc *nats.Conn) (info *jetstream.StreamInfo, made bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, apiTime)
	defer cancel()
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, false, fmt.Errorf("bus: jetstream: %w", err)
	}
	want := l.streamConfig()
	stream, err := js.Stream(ctx, l.stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = js.CreateStream(ctx, want)
		made = err == nil
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another room was faster
			stream, err = js.Stream(ctx, l.stream)
		}
	}
	if err != nil {
		return nil, false, err
	}
	info = stream.CachedInfo()
	if diff := differences(want, info.Config); diff != "" {
		l.b.o.Log.Warn("stream is not as Bedside would make it, and stays as it is", "stream", l.stream, "differs", diff)
	}
	return info, made, nil
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

// streamReason puts what a stream failed with into words that stay the same while the cause does.
func streamReason(err error) string {
	var api *jetstream.APIError
	switch {
	case noStream(err):
		return errNoStream.Error()
	case errors.As(err, &api):
		return api.Description
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return "the broker does not answer in time"
	default:
		return err.Error()
	}
}
