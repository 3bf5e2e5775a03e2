package record_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
)

// While a backup runs, events are appended and committed without end; the copy is the record of one moment.
func TestABackupIsWholeWhileTheWriterGoesOn(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	for seq := uint64(1); seq <= 2000; seq++ {
		s.Append(batch(reading(seq)))
	}
	require.NoError(t, s.Sync(t.Context()))

	stop, stopped := make(chan struct{}), make(chan uint64)
	go func() {
		for seq := uint64(2001); ; seq++ {
			select {
			case <-stop:
				stopped <- seq - 1
				return
			default:
				s.Append(batch(alert(seq)))
				if s.Sync(t.Context()) != nil || s.Health() != nil {
					stopped <- 0
					return
				}
			}
		}
	}()
	to := filepath.Join(t.TempDir(), "copy.db")
	chain, err := record.Backup(t.Context(), file, to)
	require.NoError(t, err)
	close(stop)
	last := <-stopped
	require.NotZero(t, last, "the writer was never held up")
	assert.GreaterOrEqual(t, chain.Events, 2000)
	assert.LessOrEqual(t, chain.Events, int(last))
	info, err := os.Stat(to)
	require.NoError(t, err)
	assert.Zero(t, info.Mode().Perm()&0o077)
	assert.Equal(t, []string{"copy.db"}, entries(t, filepath.Dir(to)), "one file")

	// The record, which went on, has the head of the backup in its chain.
	whole, err := s.Reader().Verify(t.Context(), chain.Head)
	require.NoError(t, err)
	assert.Greater(t, whole.Events, chain.Events-1)
	s.stop()

	// A copy is a record: an agent goes on from it.
	s = start(t, to, record.Options{})
	defer s.stop()
	again, err := s.Verify(t.Context())
	require.NoError(t, err)
	assert.Equal(t, chain.Head, again.Head)
	assert.Equal(t, chain.Events, s.Depth())
}

func TestWhatABackupRefuses(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	s.Append(batch(alert(1), alert(2), alert(3)))
	require.NoError(t, s.Sync(t.Context()))
	dir := t.TempDir()
	to := filepath.Join(dir, "copy.db")

	_, err := record.Backup(t.Context(), filepath.Join(dir, "none.db"), to)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = record.Backup(t.Context(), file, file)
	require.ErrorIs(t, err, record.ErrExists)
	_, err = record.Backup(t.Context(), file, filepath.Join(dir, "none", "copy.db"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Empty(t, entries(t, dir))

	require.NoError(t, s.Tamper(t.Context(), "DELETE FROM events WHERE n = 2"))
	chain, err := record.Backup(t.Context(), file, to)
	require.ErrorIs(t, err, record.ErrChain)
	assert.Equal(t, 1, chain.Broken)
	assert.Equal(t, []string{"copy.db"}, entries(t, dir), "a copy of a broken record may be the last one")
	s.stop()
}

// The head of a record that was noted elsewhere shows what a chain computed anew hides.
func TestANotedHeadProvesAgainstAnybody(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	s.Append(batch(alert(1), alert(2)))
	require.NoError(t, s.Sync(t.Context()))
	noted, err := s.Verify(t.Context())
	require.NoError(t, err)
	s.Append(batch(alert(3)))
	require.NoError(t, s.Sync(t.Context()))
	_, err = s.Reader().Verify(t.Context(), noted.Head)
	require.NoError(t, err)
	s.stop()

	forged := path(t)
	s = start(t, forged, record.Options{})
	defer s.stop()
	other := alert(2)
	other.Payload = []byte(`{"text":"all was well"}`)
	s.Append(batch(alert(1), other, alert(3)))
	require.NoError(t, s.Sync(t.Context()))
	_, err = s.Verify(t.Context())
	require.NoError(t, err)
	chain, err := s.Reader().Verify(t.Context(), noted.Head)
	require.ErrorIs(t, err, record.ErrChain)
	assert.Equal(t, record.Rewritten, chain.Breaks[0].What)
	assert.NotEqual(t, hex.EncodeToString(noted.Head), hex.EncodeToString(chain.Head))
}
