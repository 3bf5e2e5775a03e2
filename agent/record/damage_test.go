package record_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// A room whose record is damaged is watched all the same: the damaged one is kept, and a new one is begun.
func TestADamagedRecordIsMovedAside(t *testing.T) {
	cases := []struct {
		name   string
		damage func(b []byte)
	}{
		{"a-page-of-the-schema", func(b []byte) { fillWith(b[100:4096], 0xa5) }},
		{"pages-of-the-tables", func(b []byte) { fillWith(b[4096:], 0x5a) }},
		{"all-zeros", func(b []byte) { fillWith(b, 0) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := path(t)
			s := start(t, file, record.Options{})
			for seq := uint64(1); seq <= 200; seq++ {
				s.Append(batch(reading(seq)))
			}
			s.stop()
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			c.damage(b)
			require.NoError(t, os.WriteFile(file, b, 0o600))

			var health watched
			s = start(t, file, record.Options{OnHealth: health.hook})
			s.Append(batch(alert(1)))
			require.NoError(t, s.Sync(t.Context()))
			assert.Equal(t, []uint64{1}, recorded(t, s))
			s.stop()
			require.Len(t, health.told, 2)
			assert.Contains(t, health.told[0], "the file is damaged: it was moved to "+file+".damaged-")
			assert.Equal(t, "well", health.told[1])

			var kept []byte
			for _, name := range entries(t, filepath.Dir(file)) {
				if strings.Contains(name, ".damaged-") && !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
					kept, err = os.ReadFile(filepath.Join(filepath.Dir(file), name))
					require.NoError(t, err)
				}
			}
			assert.Equal(t, b, kept, "nothing of it is lost")
		})
	}
}

func fillWith(b []byte, value byte) {
	for i := range b {
		b[i] = value
	}
}

// Damage that shows while the room is watched stops nothing: alerts wait in memory and can be sent.
func TestDamageThatShowsLaterStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health watched
		s, err := record.Open(path(t), record.Options{OnHealth: health.hook})
		require.NoError(t, err)
		r := begun(s)
		s.Append(batch(alert(1)))
		require.NoError(t, s.Sync(t.Context()))
		for _, statement := range []string{
			"PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'events_seq'", "PRAGMA writable_schema = RESET",
		} {
			require.NoError(t, s.Tamper(t.Context(), statement))
		}
		s.Append(batch(alert(2)))
		time.Sleep(time.Second)
		synctest.Wait()
		require.ErrorIs(t, s.Health(), record.ErrNotDatabase)
		assert.Equal(t, []uint64{1, 2}, pending(t, running{Store: s}, wire.ClassAlert))
		require.Len(t, health.told, 1, "said once: %s", health.told)
		assert.Contains(t, health.told[0], "is damaged: move it away, a new one will be begun")
		require.Error(t, r())
		require.Error(t, s.Close())
	})
}

func TestVerifySaysThatTheFileIsDamaged(t *testing.T) {
	file := path(t)
	s := start(t, file, record.Options{})
	for seq := uint64(1); seq <= 500; seq++ {
		s.Append(batch(reading(seq)))
	}
	s.stop()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	fillWith(b[len(b)/2:], 0x5a)
	require.NoError(t, os.WriteFile(file, b, 0o600))
	r, err := record.OpenReader(t.Context(), file)
	require.NoError(t, err)
	chain, err := r.Verify(t.Context(), nil)
	require.ErrorIs(t, err, record.ErrChain)
	assert.Equal(t, record.Damaged, chain.Breaks[len(chain.Breaks)-1].What)
	require.NoError(t, r.Close())
}
