package record_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/alive/alivetest"
	"bedside/agent/record"
)

// The writer lives with nothing to write, and on a disk that is full.
func TestAWriterThatWaitsLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := alivetest.New(t)
		defer w.Stop()
		s := start(t, path(t), record.Options{Life: w.Loop("record")})
		time.Sleep(30 * time.Minute)
		assert.Empty(t, w.Late(), "idle")

		require.NoError(t, s.LimitPages(t.Context(), 1))
		for seq := uint64(1); seq <= 600; seq++ {
			s.Append(batch(reading(seq)))
			time.Sleep(time.Second)
		}
		require.ErrorIs(t, s.Health(), record.ErrFull)
		assert.Empty(t, w.Late(), "full")
		require.NoError(t, s.LimitPages(t.Context(), 0))
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.NoError(t, s.Health())
		s.stop()
	})
}

// A writer that hangs, if not on the disk, is late: here whoever is told of its health does not come back.
func TestAWriterThatHangsIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := alivetest.New(t)
		defer w.Stop()
		hung := make(chan struct{})
		s := start(t, path(t), record.Options{Life: w.Loop("record"), OnHealth: func(error) { <-hung }})
		require.NoError(t, s.LimitPages(t.Context(), 1))
		for seq := uint64(1); seq <= 200; seq++ {
			s.Append(batch(reading(seq)))
			time.Sleep(time.Second)
		}
		assert.Equal(t, []string{"record"}, w.Late())
		require.NoError(t, s.LimitPages(t.Context(), 0))
		close(hung)
		s.stop()
	})
}
