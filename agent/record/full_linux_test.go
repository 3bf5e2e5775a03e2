package record_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
)

// A real file system without space, where the tests may mount one.
func TestStartAfterACrashOnAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills a process")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skip("a small file system cannot be mounted here: ", err)
	}
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(dir, 0)) })
	file := filepath.Join(dir, "record.db")
	known := &told{used: make(map[uint64]string), acking: make(map[uint64]bool), acked: make(map[uint64]bool)}
	runAndKill(t, file, known, 200)
	filler := filepath.Join(dir, "filler")
	fill(t, filler)

	var health watched
	full := make(chan struct{}, 100)
	s := start(t, file, record.Options{OnHealth: func(err error) {
		health.hook(err)
		if errors.Is(err, record.ErrFull) {
			full <- struct{}{}
		}
	}})
	defer s.stop()
	resume, err := s.Resume(t.Context())
	require.NoError(t, err)
	assert.Greater(t, resume.NextSeq, known.highest)
	assert.NotEmpty(t, resume.Snapshot)

	last := resume.NextSeq + 500
	for seq := resume.NextSeq; seq <= last; seq++ {
		s.Append(batch(alert(seq)))
	}
	<-full // the killed process may have left room for the first of them
	alerts := pending(t, s, wire.ClassAlert)
	assert.Equal(t, last, alerts[len(alerts)-1], "and alerts can be sent")
	require.ErrorIs(t, s.Health(), record.ErrFull)

	require.NoError(t, os.Remove(filler))
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Health())
	events := recorded(t, s)
	assert.Equal(t, last, events[len(events)-1])
	_, err = s.Verify(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(health.told), 2)
	assert.Contains(t, health.told[0], "free some space", "told by the writer, not while the store is being opened")
	assert.Equal(t, "well", health.told[len(health.told)-1])
}

// An upgrade on a full disk leaves the record as it is, and watches all the same; the next start brings it up to date.
func TestAnUpgradeOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("a small file system cannot be mounted here: ", err)
	}
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(dir, 0)) })
	file, filler := filepath.Join(dir, "record.db"), filepath.Join(dir, "filler")
	old, err := os.ReadFile(written(t, 1))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, old, 0o600))
	require.NoError(t, os.WriteFile(file+".lock", nil, 0o600))
	// Room for what SQLite needs to read, and not for a migration.
	require.NoError(t, os.WriteFile(filler, make([]byte, 1<<20-len(old)-48<<10), 0o600))

	s := start(t, file, record.Options{})
	s.Append(batch(alert(22)))
	assert.Contains(t, pending(t, s, wire.ClassAlert), uint64(22))
	require.NoError(t, os.Remove(filler))
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Prune(t.Context()))
	_, err = s.Reader().Sessions(t.Context())
	require.ErrorIs(t, err, record.ErrOlder, "written by the earlier schema")
	_, err = s.Verify(t.Context())
	require.NoError(t, err)
	s.stop()

	s = start(t, file, record.Options{})
	defer s.stop()
	list, err := s.Reader().Sessions(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 10, list[1].Events)
}

func fill(t *testing.T, file string) {
	f, err := os.Create(file)
	require.NoError(t, err)
	for block := 64 << 10; block > 0; {
		if _, err := f.Write(make([]byte, block)); errors.Is(err, syscall.ENOSPC) {
			block /= 2
		} else {
			require.NoError(t, err)
		}
	}
	require.NoError(t, f.Close())
}
