package record_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// watched collects what OnHealth is told.
type watched struct{ told []string }

func (w *watched) hook(err error) {
	if err == nil {
		w.told = append(w.told, "well")
		return
	}
	w.told = append(w.told, err.Error())
}

func TestAFullDiskStopsNothingAndHealsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := path(t)
		var health watched
		s := start(t, file, record.Options{Memory: 100_000, OnHealth: health.hook})
		s.Append(batch(alert(1)))
		synctest.Wait()
		require.NoError(t, s.LimitPages(t.Context(), 1))

		const last = 600 // of 500 bytes and more each: three times what memory takes
		alerts := []uint64{1}
		for seq := uint64(2); seq <= last; seq++ {
			if seq%10 == 0 {
				alerts = append(alerts, seq)
				s.Append(record.Batch{Messages: []wire.Message{alert(seq)}, Snapshot: []byte{byte(seq / 10)}})
			} else {
				s.Append(batch(reading(seq)))
			}
			time.Sleep(time.Second)
		}
		synctest.Wait()
		require.ErrorIs(t, s.Health(), record.ErrFull)
		require.Len(t, health.told, 1, "said once, not at every attempt: %s", health.told)
		assert.Contains(t, health.told[0], "free some space in")

		lost := s.Lost()
		require.NotZero(t, lost)
		assert.Equal(t, alerts, pending(t, s, wire.ClassAlert), "no alert is lost, all can be sent")
		readings := pending(t, s, wire.ClassReading)
		assert.Equal(t, uint64(last-1), readings[len(readings)-1], "the oldest readings go first")
		assert.Equal(t, last, len(alerts)+len(readings)+int(lost), "what is lost is counted")
		assert.Equal(t, last-int(lost), s.Depth())
		s.Acknowledge(wire.ClassAlert, alert(20).ID, 4)
		assert.Equal(t, last-int(lost)-1, s.Depth(), "the bus goes on meanwhile")

		require.NoError(t, s.LimitPages(t.Context(), 0))
		time.Sleep(6 * time.Second) // the longest pause between two attempts, and a little
		synctest.Wait()
		require.NoError(t, s.Health())
		require.Equal(t, "well", health.told[len(health.told)-1])
		require.Len(t, health.told, 2)
		assert.Equal(t, lost, s.Lost())
		assert.Len(t, recorded(t, s), last-int(lost))
		_, err := s.Verify(t.Context())
		require.NoError(t, err)
		s.stop()

		s = start(t, file, record.Options{})
		defer s.stop()
		again, err := s.Resume(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []byte{last / 10}, again.Snapshot, "the newest state")
		assert.Equal(t, uint64(last+1), again.NextSeq)
	})
}

func TestWhenOnlyAlertsWaitTheOldestGo(t *testing.T) {
	s, err := record.Open(path(t), record.Options{Memory: 50_000})
	require.NoError(t, err)
	for seq := range uint64(500) {
		s.Append(batch(alert(seq + 1)))
	}
	kept := pending(t, running{Store: s}, wire.ClassAlert)
	assert.Equal(t, uint64(500), kept[len(kept)-1])
	assert.Equal(t, 500, len(kept)+int(s.Lost()))

	huge := alert(501)
	huge.Payload = []byte(`{"text":"` + strings.Repeat("x", 60_000) + `"}`)
	s.Append(batch(huge))
	assert.Equal(t, []uint64{501}, pending(t, running{Store: s}, wire.ClassAlert), "the newest is kept whatever its size")
	require.NoError(t, s.Close())
}

func TestABrokenConnectionIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health watched
		s := start(t, path(t), record.Options{OnHealth: health.hook})
		defer s.stop()
		s.Append(batch(alert(1)))
		time.Sleep(6 * time.Millisecond)
		synctest.Wait()
		require.NoError(t, s.BreakConnection(t.Context()))
		s.Append(batch(alert(2)))
		time.Sleep(6 * time.Millisecond)
		synctest.Wait()
		require.ErrorIs(t, s.Health(), record.ErrUnwritable)
		assert.Equal(t, []uint64{1, 2}, pending(t, s, wire.ClassAlert))
		time.Sleep(time.Second)
		synctest.Wait()
		require.NoError(t, s.Health())
		assert.Equal(t, []uint64{1, 2}, recorded(t, s))
		assert.Len(t, health.told, 2)
	})
}

func TestTheEndIsBoundedWhenTheDiskStaysFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := record.Open(path(t), record.Options{})
		require.NoError(t, err)
		require.NoError(t, s.LimitPages(t.Context(), 1))
		for seq := range uint64(100) {
			s.Append(batch(reading(seq + 1)))
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		began := time.Now()
		go func() { ended <- s.Run(ctx) }()
		synctest.Wait()
		cancel()
		err = <-ended
		require.ErrorIs(t, err, record.ErrFull)
		assert.Contains(t, err.Error(), "100 events could not be written")
		assert.Less(t, time.Since(began), 5*time.Second, "of the bubble")
		require.ErrorIs(t, s.Close(), record.ErrFull)
	})
}

func TestSyncSaysWhyItWaitedInVain(t *testing.T) {
	failing := make(chan error, 10)
	s := start(t, path(t), record.Options{OnHealth: func(err error) { failing <- err }})
	require.NoError(t, s.LimitPages(t.Context(), 1))
	for seq := range uint64(100) {
		s.Append(batch(alert(seq + 1)))
	}
	require.ErrorIs(t, <-failing, record.ErrFull)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Sync(ctx)
	require.ErrorIs(t, err, record.ErrFull)
	_, err = s.Refill(t.Context(), wire.ClassAlert, 0)
	require.ErrorIs(t, err, record.ErrFull)
	require.NoError(t, s.LimitPages(t.Context(), 0))
	s.stop()
}
