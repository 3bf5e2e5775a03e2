package record_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
)

func TestVerifyFindsWhatWasDoneToTheRecord(t *testing.T) {
	cases := []struct {
		name, statement string
		n               int64 // of the first break
		what            string
	}{
		{"a-digit-of-a-value", "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '97', '98') AS BLOB) WHERE n = 3", 3, record.Changed},
		{"a-time", "UPDATE events SET at = at + 1 WHERE n = 1", 1, record.Changed},
		{"a-session", "UPDATE events SET session = 'K-0413' WHERE n = 5", 5, record.Changed},
		{"a-number", "UPDATE events SET seq = 77 WHERE n = 2", 2, record.Changed},
		{"letters-moved-between-columns", "UPDATE events SET id = id || 'b', subject = substr(subject, 2) WHERE n = 4", 4, record.Changed},
		{"a-removed-event", "DELETE FROM events WHERE n = 3", 3, record.Missing},
		{"a-removed-first", "DELETE FROM events WHERE n = 1", 1, record.Missing},
		{"a-removed-last", "DELETE FROM events WHERE n = 5", 5, record.Cut},
		{"an-added-event", `INSERT INTO events SELECT 6, 6, class, id || '6', subject, at, boot, offset_ms, session, payload, hash, NULL
			FROM events WHERE n = 5`, 6, record.Changed},
		{"an-added-event-that-fits", `INSERT INTO events SELECT 7, 6, class, id || '6', subject, at, boot, offset_ms, session, payload, hash, NULL
			FROM events WHERE n = 5`, 6, record.Missing},
		{"a-removed-end", "UPDATE state SET number = 3, body = (SELECT hash FROM events WHERE n = 3) WHERE name = 'head'", 4, record.Added},
		{"the-last-exchanged-with-its-hash", "UPDATE state SET body = x'00' WHERE name = 'head'", 5, record.Changed},
		{"an-event-before-the-oldest", "UPDATE events SET n = 0 WHERE n = 1", 0, record.Added},
		{"all-removed", "DELETE FROM events", 1, record.Cut},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, path(t), record.Options{})
			defer s.stop()
			s.Append(batch(reading(1), reading(2), alert(3), reading(4), alert(5)))
			require.NoError(t, s.Sync(t.Context()))
			chain, err := s.Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, 5, chain.Events)
			require.Len(t, chain.Head, 32)

			require.NoError(t, s.Tamper(t.Context(), c.statement))
			chain, err = s.Verify(t.Context())
			require.ErrorIs(t, err, record.ErrChain)
			require.NotEmpty(t, chain.Breaks)
			assert.Equal(t, c.n, chain.Breaks[0].N)
			assert.Equal(t, c.what, chain.Breaks[0].What)
			assert.NotEmpty(t, chain.Breaks[0].Means)
		})
	}
}

func TestTheChainGoesOnThroughRestarts(t *testing.T) {
	file := path(t)
	var head []byte
	for round := range uint64(3) {
		s := start(t, file, record.Options{})
		s.Append(batch(reading(2*round+1), alert(2*round+2)))
		require.NoError(t, s.Sync(t.Context()))
		chain, err := s.Verify(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int(2*round+2), chain.Events)
		assert.NotEqual(t, head, chain.Head)
		head = chain.Head
		s.stop()
	}
}

// A row that is right in itself, taken from another record with the same first event, does not fit.
func TestARowOfAnotherRecordDoesNotFit(t *testing.T) {
	other := path(t)
	s := start(t, other, record.Options{})
	s.Append(batch(reading(1), alert(2)))
	s.stop()

	s = start(t, path(t), record.Options{})
	defer s.stop()
	s.Append(batch(reading(1), reading(2), reading(3)))
	require.NoError(t, s.Sync(t.Context()))
	for _, statement := range []string{
		"ATTACH '" + other + "' AS other",
		"DELETE FROM events WHERE n = 2",
		"INSERT INTO events SELECT * FROM other.events WHERE n = 2",
	} {
		require.NoError(t, s.Tamper(t.Context(), statement))
	}
	_, err := s.Verify(t.Context())
	require.ErrorIs(t, err, record.ErrChain)
	assert.Contains(t, err.Error(), "event 3")
}

func TestEveryBreakIsTold(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	for seq := uint64(1); seq <= 100; seq++ {
		s.Append(batch(reading(seq)))
	}
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Tamper(t.Context(), "UPDATE events SET at = at + 1 WHERE n IN (10, 50)"))
	require.NoError(t, s.Tamper(t.Context(), "DELETE FROM events WHERE n BETWEEN 20 AND 22"))
	chain, err := s.Verify(t.Context())
	require.ErrorIs(t, err, record.ErrChain)
	assert.Equal(t, 3, chain.Broken)
	assert.Equal(t, 97, chain.Events)
	assert.Equal(t, "event 10 (room-1-7f3a-10, 2026-11-22 09:00:10 UTC) does not fit its hash", chain.Breaks[0].Text)
	assert.Equal(t, "events 20 to 22 are missing before event 23 (room-1-7f3a-23, 2026-11-22 09:00:23 UTC)", chain.Breaks[1].Text)
	require.NoError(t, s.Tamper(t.Context(), "UPDATE events SET at = at + 1"))
	chain, err = s.Verify(t.Context())
	require.ErrorIs(t, err, record.ErrChain)
	assert.Greater(t, chain.Broken, 90)
	assert.Len(t, chain.Breaks, 20)
}
