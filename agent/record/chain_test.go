package record_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
)

func TestVerifyFindsWhatWasDoneToTheRecord(t *testing.T) {
	cases := []struct{ name, statement string }{
		{"a-digit-of-a-value", "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '97', '98') AS BLOB) WHERE n = 3"},
		{"a-time", "UPDATE events SET at = at + 1 WHERE n = 1"},
		{"a-session", "UPDATE events SET session = 'K-0413' WHERE n = 5"},
		{"a-number", "UPDATE events SET seq = 77 WHERE n = 2"},
		{"letters-moved-between-columns", "UPDATE events SET id = id || 'b', subject = substr(subject, 2) WHERE n = 4"},
		{"a-removed-event", "DELETE FROM events WHERE n = 3"},
		{"a-removed-first", "DELETE FROM events WHERE n = 1"},
		{"a-removed-last", "DELETE FROM events WHERE n = 5"},
		{"an-added-event", `INSERT INTO events SELECT 6, 6, class, id || '6', subject, at, boot, offset_ms, session, payload, hash, NULL
			FROM events WHERE n = 5`},
		{"all-removed", "DELETE FROM events"},
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
			_, err = s.Verify(t.Context())
			require.ErrorIs(t, err, record.ErrChain)
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
