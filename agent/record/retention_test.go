package record_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

const day = 24 * time.Hour

func TestWhatIsDeleted(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	old := func(days int, acknowledged bool) record.Old {
		return record.Old{N: 1, At: now.Add(-time.Duration(days) * day), Acknowledged: acknowledged}
	}
	cases := []struct {
		name   string
		oldest []record.Old
		newest time.Time
		last   int64
		large  bool
		want   int
	}{
		{"nothing", nil, now, 0, false, 0},
		{"too-young", []record.Old{old(29, true)}, now, 1000, false, 0},
		{"old", []record.Old{old(40, true), old(31, true), old(29, true)}, now, 1000, false, 2},
		{"held-by-an-unacknowledged", []record.Old{old(40, true), old(39, false), old(38, true)}, now, 1000, false, 1},
		{"unacknowledged-for-ever", []record.Old{old(91, false), old(89, false)}, now, 1000, false, 1},
		{"newest-day-stays", []record.Old{old(40, true), old(39, true)}, now.Add(-39*day - 12*time.Hour), 1000, false, 0},
		{"clock-was-ahead", []record.Old{old(-4000, true), old(40, true)}, now, 1000, false, 0},
		{"too-large", []record.Old{old(3, true), old(2, false)}, now, 100_001, true, 2},
		{"too-large-but-new", []record.Old{old(3, true), old(2, false)}, now, 100_000, true, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, record.Expired(c.oldest, now, c.newest, c.last, 30*day, c.large))
		})
	}
}

func TestDeletionLeavesOneChainAndTheOutbox(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	now := time.Now()
	for seq := range uint64(1300) {
		m := reading(seq + 1)
		m.At = now.Add(-40 * day)
		if seq >= 1200 {
			m.At = now
		}
		s.Append(batch(m))
		if seq != 1150 && seq < 1250 {
			s.Acknowledge(wire.ClassReading, m.ID, seq+1)
		}
	}
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Prune(t.Context()))
	left := recorded(t, s)
	require.Len(t, left, 150)
	assert.Equal(t, uint64(1151), left[0], "the first that the broker does not have")
	assert.Equal(t, 51, s.Depth())
	_, err := s.Verify(t.Context())
	require.NoError(t, err)

	s.Acknowledge(wire.ClassReading, reading(1151).ID, 5000)
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Prune(t.Context()))
	assert.Len(t, recorded(t, s), 100)
	s.Append(batch(alert(1301)))
	s.stop()

	s = start(t, file, record.Options{})
	defer s.stop()
	chain, err := s.Verify(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 101, chain.Events)
	assert.Equal(t, 51, s.Depth())
	require.NoError(t, s.Tamper(t.Context(), "DELETE FROM events WHERE n = (SELECT min(n) FROM events)"))
	_, err = s.Verify(t.Context())
	require.ErrorIs(t, err, record.ErrChain, "deletion that is not ours")
}

func TestWhatNoBrokerEverTookLeavesTheOutboxInTheEnd(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	old, young := alert(1), alert(2)
	old.At, young.At = time.Now().Add(-100*day), time.Now()
	s.Append(batch(old, young))
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Prune(t.Context()))
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
	assert.Equal(t, 1, s.Depth())
}
