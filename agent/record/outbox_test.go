package record_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

func TestPendingSpansDiskAndMemory(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	s.Append(batch(alert(1), reading(2), alert(3), alert(4), reading(5)))
	s.stop()

	// Without a writer: what comes now stays in memory.
	store, err := record.Open(file, record.Options{})
	require.NoError(t, err)
	s = running{Store: store}
	s.Append(batch(alert(6), reading(7), alert(8)))
	assert.Equal(t, []uint64{1, 3, 4, 6, 8}, pending(t, s, wire.ClassAlert))
	assert.Equal(t, []uint64{2, 5, 7}, pending(t, s, wire.ClassReading))
	assert.Equal(t, 8, s.Depth())

	s.Acknowledge(wire.ClassAlert, alert(1).ID, 1)
	s.Acknowledge(wire.ClassAlert, alert(3).ID, 2)
	s.Acknowledge(wire.ClassAlert, alert(6).ID, 3)
	s.Acknowledge(wire.ClassPassing, alert(8).ID, 9) // no stream has that class
	for limit, want := range [][]uint64{{}, {4}, {4, 8}, {4, 8}} {
		messages, err := s.Pending(t.Context(), wire.ClassAlert, 0, limit)
		require.NoError(t, err)
		assert.Equal(t, want, seqs(messages), "pages are filled although the first rows are acknowledged; limit %d", limit)
	}
	messages, err := s.Pending(t.Context(), wire.ClassAlert, 4, 10)
	require.NoError(t, err)
	require.Len(t, messages, 1)
	assert.Equal(t, alert(8), messages[0])
	assert.Equal(t, 5, s.Depth())
	require.NoError(t, s.Close())
}

func TestAcknowledgedBeforeAppended(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	s.Acknowledge(wire.ClassAlert, alert(1).ID, 7)
	assert.Zero(t, s.Depth(), "nothing waits")
	require.NoError(t, s.Sync(t.Context())) // it has met no message so far
	assert.Zero(t, s.Depth())
	s.Append(batch(alert(1), alert(2)))
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
	assert.Equal(t, 1, s.Depth())
	require.NoError(t, s.Sync(t.Context()))
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
	assert.Equal(t, 1, s.Depth())
	s.stop()

	s = start(t, file, record.Options{})
	defer s.stop()
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
	events, err := s.Events(t.Context(), 0, 1)
	require.NoError(t, err)
	assert.Equal(t, uint64(7), events[0].StreamSeq)
}

func TestAcknowledgementsOfNothingAreBounded(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	for i := range uint64(6000) {
		s.Acknowledge(wire.ClassAlert, fmt.Sprintf("never-%d", i), i+1)
	}
	require.NoError(t, s.Sync(t.Context()))
	assert.Zero(t, s.Depth())
	s.Acknowledge(wire.ClassAlert, alert(1).ID, 9) // the newest is remembered still
	require.NoError(t, s.Sync(t.Context()))
	s.Append(batch(alert(1)))
	assert.Zero(t, s.Depth())
	assert.Empty(t, pending(t, s, wire.ClassAlert))
}

func TestRefillTakesBackWhatTheBrokerLost(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	for seq := range uint64(6) {
		s.Append(batch(alert(seq + 1)))
	}
	s.Append(batch(reading(7)))
	// A live alert overtook the backlog: the stream's order is not ours.
	for seq, stream := range map[uint64]uint64{1: 11, 2: 12, 4: 13, 6: 14, 3: 15} {
		s.Acknowledge(wire.ClassAlert, alert(seq).ID, stream)
	}
	s.Acknowledge(wire.ClassReading, reading(7).ID, 99)
	assert.Equal(t, []uint64{5}, pending(t, s, wire.ClassAlert))

	count, err := s.Refill(t.Context(), wire.ClassAlert, 13)
	require.NoError(t, err)
	assert.Equal(t, 2, count, "3 and 6 were stored last")
	assert.Equal(t, []uint64{3, 5, 6}, pending(t, s, wire.ClassAlert))
	assert.Equal(t, 3, s.Depth())
	assert.Empty(t, pending(t, s, wire.ClassReading), "another class, another stream")

	count, err = s.Refill(t.Context(), wire.ClassAlert, 13)
	require.NoError(t, err)
	assert.Zero(t, count, "nothing new is lost")
	s.Acknowledge(wire.ClassAlert, alert(3).ID, 14) // sent again
	s.stop()

	s = start(t, file, record.Options{})
	defer s.stop()
	assert.Equal(t, []uint64{5, 6}, pending(t, s, wire.ClassAlert))
	count, err = s.Refill(t.Context(), wire.ClassAlert, 0)
	require.NoError(t, err)
	assert.Equal(t, 4, count, "an empty stream has lost everything")
	assert.Equal(t, []uint64{1, 2, 3, 4, 5, 6}, pending(t, s, wire.ClassAlert))
}

func TestWhatTheBrokerNeverTakesIsNotPendingAgain(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	s.Append(batch(alert(1), alert(2)))
	s.Acknowledge(wire.ClassAlert, alert(1).ID, 0)
	s.Acknowledge(wire.ClassAlert, alert(2).ID, 1)
	count, err := s.Refill(t.Context(), wire.ClassAlert, 0)
	require.NoError(t, err)
	assert.Equal(t, 1, count)
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
	events, err := s.Events(t.Context(), 0, 10)
	require.NoError(t, err)
	assert.Equal(t, []bool{false, true}, []bool{events[0].Pending, events[1].Pending})
}

func TestRefillForgetsEarlyAcknowledgementsToo(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	s.Acknowledge(wire.ClassAlert, alert(1).ID, 3)
	s.Acknowledge(wire.ClassAlert, alert(2).ID, 4)
	require.NoError(t, s.Sync(t.Context()))
	_, err := s.Refill(t.Context(), wire.ClassAlert, 3)
	require.NoError(t, err)
	s.Append(batch(alert(1), alert(2)))
	assert.Equal(t, []uint64{2}, pending(t, s, wire.ClassAlert))
}

func TestALargeRefillIsDoneInPartsAndFinishedAfterACrash(t *testing.T) {
	const many = 5000 // more than two parts
	file := path(t)
	s := start(t, file, record.Options{})
	for seq := range uint64(many) {
		s.Append(batch(reading(seq + 1)))
		s.Acknowledge(wire.ClassReading, reading(seq+1).ID, seq+1)
	}
	require.NoError(t, s.Sync(t.Context()))
	require.Zero(t, s.Depth())
	require.NoError(t, s.BeginRefill(t.Context(), wire.ClassReading, 100))
	assert.Less(t, s.Depth(), many-100, "only a part")
	s.stop()

	s = start(t, file, record.Options{})
	assert.Equal(t, many-100, s.Depth(), "finished before anything is sent")
	s.Acknowledge(wire.ClassReading, reading(150).ID, 150)
	s.stop()
	s = start(t, file, record.Options{})
	assert.Equal(t, many-101, s.Depth(), "and finished once")

	for seq := range uint64(many) {
		s.Acknowledge(wire.ClassReading, reading(seq+1).ID, seq+1)
	}
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.BeginRefill(t.Context(), wire.ClassReading, 50))
	begun := s.Depth()
	count, err := s.Refill(t.Context(), wire.ClassReading, 4000)
	require.NoError(t, err)
	assert.Equal(t, many-50, begun+count, "one that failed half-way is finished with the next, from where it began")
	assert.Equal(t, many-50, s.Depth())
	s.stop()
}

// The bus says on its side what it needs; this is the same, so that a change here is noticed here.
var _ interface {
	Pending(ctx context.Context, class wire.Class, after uint64, limit int) ([]wire.Message, error)
	Acknowledge(class wire.Class, id string, streamSeq uint64)
	Refill(ctx context.Context, class wire.Class, last uint64) (int, error)
	Depth() int
} = (*record.Store)(nil)

// TestALocalRecordHasNoOutbox: what a station records of itself is for nobody else, so nothing of it ever waits.
func TestALocalRecordHasNoOutbox(t *testing.T) {
	s := start(t, path(t), record.Options{Local: true})
	s.Append(batch(alert(1), reading(2)))
	assert.Zero(t, s.Depth())
	require.NoError(t, s.Sync(t.Context()))
	assert.Empty(t, pending(t, s, wire.ClassAlert))
	events, err := s.Events(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, events, 2)
	assert.False(t, events[0].Pending)
	assert.Zero(t, s.Depth())
	s.stop()
}
