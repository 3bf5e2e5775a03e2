package record_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

func TestSessionsAreListedWithTheirEvents(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	plain := alert(1)
	plain.Payload = []byte(`{"boot":"7f3a"}`)
	s.Append(batch(plain, begin("K-2", 2), inSession("K-2", 3), inSession("K-2", 4), end("K-2", 5), begin("K-1", 6), inSession("K-1", 7)))
	require.NoError(t, s.Sync(t.Context()))
	list, err := s.Reader().Sessions(t.Context())
	require.NoError(t, err)
	at := func(seq uint64) time.Time { return alert(seq).At }
	assert.Equal(t, []record.Session{
		{Code: "K-2", Site: "clinic", Room: "room-1", First: at(2), Last: at(5), Events: 4},
		{Code: "K-1", Site: "clinic", Room: "room-1", First: at(6), Last: at(7), Events: 2, Running: true},
	}, list)

	quick, err := s.Reader().SessionList(t.Context())
	require.NoError(t, err)
	for i := range list {
		list[i].Events = 0
	}
	assert.Equal(t, list, quick)

	var got []uint64
	require.NoError(t, s.Reader().Session(t.Context(), "K-2", func(e record.Event) error {
		got = append(got, e.Seq)
		assert.Equal(t, "K-2", e.Session)
		assert.Equal(t, "7f3a", e.Boot)
		assert.Equal(t, int64(e.Seq*10), e.OffsetMS)
		return nil
	}))
	assert.Equal(t, []uint64{2, 3, 4, 5}, got)
	for _, code := range []string{"K-3", ""} {
		require.ErrorIs(t, s.Reader().Session(t.Context(), code, func(record.Event) error { return nil }), record.ErrNoSession)
	}
}

// While a session runs nothing is deleted; a session that nobody ends holds back only itself in the end, and is forgotten
// when nothing has happened in it for a week.
func TestRetentionSparesTheRunningSession(t *testing.T) {
	cases := []struct {
		name  string
		begun time.Duration // ago
		last  time.Duration // ago: its newest event
		ended bool
		large bool
		want  []uint64 // what is left of 1 to 3 before it, 4 to 6 in it, 7 after it
	}{
		{"running", 2 * time.Hour, 0, false, false, []uint64{1, 2, 3, 4, 5, 6, 7}},
		{"ended", 2 * time.Hour, 0, true, false, []uint64{4, 5, 6, 7}},
		{"nobody-ended-it", 35 * day, 2 * day, false, false, []uint64{4, 5, 6, 7}},
		{"nobody-ended-it-and-much-too-large", 35 * day, 2 * day, false, true, []uint64{4, 5, 6, 7}},
		{"forgotten", 40 * day, 35 * day, false, false, []uint64{7}},
		{"clock-was-ahead", -9 * day, -9 * day, false, false, []uint64{1, 2, 3, 4, 5, 6, 7}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := path(t)
			o := record.Options{}
			if c.large {
				o.MaxBytes = 1
			}
			s := start(t, file, o)
			now := time.Now()
			for seq := uint64(1); seq <= 3; seq++ {
				s.Append(batch(aged(reading(seq), now, 50*day)))
			}
			s.Append(batch(aged(inSession("K-1", 4), now, c.begun), aged(begin("K-1", 5), now, c.begun), aged(inSession("K-1", 6), now, c.last)))
			last := reading(7)
			last.Payload = []byte(`{}`)
			if c.ended {
				last = end("K-1", 7)
			}
			s.Append(batch(aged(last, now, 0)))
			for seq := uint64(1); seq <= 6; seq++ {
				class := wire.ClassReading
				if seq >= 4 {
					class = wire.ClassAlert
				}
				s.Acknowledge(class, alert(seq).ID, seq)
			}
			require.NoError(t, s.Sync(t.Context()))
			s.stop() // what is known of the session is in the file

			s = start(t, file, o)
			defer s.stop()
			require.NoError(t, s.Prune(t.Context()))
			assert.Equal(t, c.want, recorded(t, s))
			chain, err := s.Verify(t.Context())
			require.NoError(t, err, "what is left is proven from the last that was deleted")
			assert.Equal(t, int64(7-len(c.want)), chain.Deleted)
			assert.Equal(t, chain.Deleted == 0, chain.DeletedAt.IsZero())
		})
	}
}

// The rule that the newest 100,000 events stay is in TestWhatIsDeleted.
func TestTheSizeThatCountsIsOfTheRoomsOwnEvents(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	for seq := range uint64(1000) {
		s.Append(batch(reading(seq + 1)))
	}
	require.NoError(t, s.Sync(t.Context()))
	large := func() bool {
		large, err := s.TooLarge(t.Context(), 300_000)
		require.NoError(t, err)
		return large
	}
	assert.True(t, large())
	require.NoError(t, s.Tamper(t.Context(), "INSERT INTO imports (session, site, room, at, events, bytes, head) VALUES ('K', '', '', 0, 0, 1000000, x'')"))
	assert.False(t, large(), "what is large is imported")
	require.NoError(t, s.Tamper(t.Context(), "DELETE FROM imports"))
	require.NoError(t, s.Tamper(t.Context(), "DELETE FROM events WHERE n <= 900"))
	assert.False(t, large(), "room inside the file is used again")
}
