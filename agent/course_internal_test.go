package agent

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// What the last run has recorded is in the trend of the next one, and what it says itself comes after it.
func TestTheTrendOutlivesItsAgent(t *testing.T) {
	room := wire.Room{Site: "clinic", Room: "room-1"}
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	message := func(seq uint64, at time.Time, pulse string) wire.Message {
		id := wire.MessageID(room.Room, "7f3a", seq)
		return wire.Message{
			ID: id, Seq: seq, Class: wire.ClassReading, Subject: room.Reading("oximeter"), At: at,
			Payload: []byte(`{"v":1,"id":"` + id + `","at":"` + at.Format(time.RFC3339) + `","boot":"` + strconv.FormatUint(seq, 10) + `","values":{"pulse_rate":{"value":` + pulse + `,"unit":"/min"}}}`),
		}
	}
	store, err := record.Open(filepath.Join(t.TempDir(), "record.db"), record.Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()
	defer func() {
		cancel()
		assert.NoError(t, <-ended)
		assert.NoError(t, store.Close())
	}()
	store.Append(record.Batch{Messages: []wire.Message{message(1, start.Add(-5*time.Hour), "60"), message(2, start.Add(-time.Minute), "70")}})
	require.NoError(t, store.Sync(t.Context()))

	var c course
	c.recall(t.Context(), store.Reader(), start, slog.New(slog.DiscardHandler))
	c.add([]wire.Message{message(3, start, "80")})
	n := start.Unix() / wire.TrendStep
	assert.Equal(t, []wire.TrendSlot{{n - 12, 70, 70}, {n, 80, 80}}, c.since(0).Slots)
	assert.Equal(t, []wire.TrendSlot{{n, 80, 80}}, c.since(n).Slots)
}
