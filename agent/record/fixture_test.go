package record_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

var room = wire.Room{Site: "clinic", Room: "room-1"}

func message(class wire.Class, boot string, seq uint64) wire.Message {
	subject := room.Reading("oximeter")
	if class == wire.ClassAlert {
		subject = room.Alert("spo2_low")
	}
	id := wire.MessageID("room-1", boot, seq)
	payload := fmt.Sprintf(`{"v":1,"id":%q,"seq":%d,"offset_ms":%d,"boot":%q,"session":"K-0412","mode":"test",`+
		`"device":"oximeter","driver":"nonin","values":{"pulse_rate":{"value":72,"unit":"/min"},"spo2":{"value":97,"unit":"%%"}}}`,
		id, seq, seq*10, boot)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC).Add(time.Duration(seq) * time.Second)
	return wire.Message{ID: id, Seq: seq, Class: class, Subject: subject, At: at, Payload: []byte(payload)}
}

func alert(seq uint64) wire.Message   { return message(wire.ClassAlert, "7f3a", seq) }
func reading(seq uint64) wire.Message { return message(wire.ClassReading, "7f3a", seq) }

func batch(messages ...wire.Message) record.Batch { return record.Batch{Messages: messages} }

func path(t *testing.T) string { return filepath.Join(t.TempDir(), "room", "record.db") }

// tester is what a test and a property have in common.
type tester interface {
	require.TestingT
	Helper()
}

// running is an open store with its writer; stop ends both and is what an orderly end of the agent does.
type running struct {
	*record.Store
	stop func()
}

func start(t tester, file string, o record.Options) running {
	t.Helper()
	s, err := record.Open(file, o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return running{Store: s, stop: func() {
		cancel()
		assert.NoError(t, <-ended)
		assert.NoError(t, s.Close())
	}}
}

// begun runs the writer; the result ends it and returns what it returned.
func begun(s *record.Store) (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

func seqs(messages []wire.Message) []uint64 {
	numbers := make([]uint64, len(messages))
	for i := range messages {
		numbers[i] = messages[i].Seq
	}
	return numbers
}

func pending(t tester, s running, class wire.Class) []uint64 {
	t.Helper()
	messages, err := s.Pending(context.Background(), class, 0, 100_000)
	require.NoError(t, err)
	return seqs(messages)
}

func recorded(t tester, s running) []uint64 {
	t.Helper()
	events, err := s.Events(context.Background(), 0, 100_000)
	require.NoError(t, err)
	numbers := make([]uint64, len(events))
	for i := range events {
		numbers[i] = events[i].Seq
	}
	return numbers
}
