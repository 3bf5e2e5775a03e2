package console_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// shown is a room that stands still.
type shown struct{}

func (shown) Snapshot(context.Context) (wire.Status, error) {
	return wire.Status{Header: wire.Header{V: 1, At: wire.Time{Time: time.Now()}, Site: "clinic", Room: "room-1", Mode: wire.Test}, Alerts: []wire.Alert{}}, nil
}

func (shown) Command(context.Context, string, string, []byte) wire.Reply { return wire.Reply{OK: true} }

// goesOn writes the recorded session again under another code, as far as it went, as one of the room's own that goes on.
func goesOn(t *testing.T, path, from, other string, events int) {
	t.Helper()
	f, err := os.Open(from)
	require.NoError(t, err)
	defer shut(t, f)
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var list []wire.Message
	_, err = record.ReadArchive(z, func(e record.Event) error {
		if len(list) < events {
			e.Payload = bytes.ReplaceAll(e.Payload, []byte(e.Session), []byte(other))
			list = append(list, e.Message)
		}
		return nil
	})
	require.NoError(t, err)
	store, err := record.Open(path, record.Options{})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx) }()
	for part := range slices.Chunk(list, 500) { // what waits is bounded
		store.Append(record.Batch{Messages: part})
		require.NoError(t, store.Sync(ctx))
	}
	stop()
	require.NoError(t, <-done)
	require.NoError(t, store.Close())
}

// TestShowLibrary serves recorded sessions until it is interrupted, for pictures and for proofs in a browser:
// LIBRARY_SHOW=127.0.0.1:0 [LIBRARY_EMPTY=1] go test -run ShowLibrary -v -timeout 1h.
func TestShowLibrary(t *testing.T) {
	address := os.Getenv("LIBRARY_SHOW")
	if address == "" {
		t.Skip("LIBRARY_SHOW names no address: nobody wants to look")
	}
	from := cmp.Or(os.Getenv("LIBRARY_SESSION"), "../report/testdata/K-0412.session.gz")
	path := filepath.Join(t.TempDir(), "record.db")
	if os.Getenv("LIBRARY_EMPTY") == "" {
		f, err := os.Open(from)
		require.NoError(t, err)
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		_, _, err = record.Import(t.Context(), path, z, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		require.NoError(t, f.Close())
		goesOn(t, path, from, "K-0413", 3000)
	} else {
		goesOn(t, path, from, "K-0413", 0)
	}
	reader, err := record.OpenReader(t.Context(), path)
	require.NoError(t, err)
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Log("http://" + l.Addr().String())
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	require.NoError(t, console.New(console.Options{
		Feed: shown{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler),
		Recorded: reader, Profiles: profiles.Find,
	}).Serve(ctx, l))
}
