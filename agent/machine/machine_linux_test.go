package machine_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/machine"
)

func TestTheKernelTellsOfItsClock(t *testing.T) {
	c := machine.ReadClock()
	assert.True(t, c.Known, "it is only read, which anybody may")
	assert.WithinDuration(t, time.Now(), c.Now, time.Minute)
}

func TestFreeIsWhatAUserMayWrite(t *testing.T) {
	folder := t.TempDir()
	free, err := machine.Free(folder)
	require.NoError(t, err)
	assert.Positive(t, free)
	file := filepath.Join(folder, "a file does as well")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = machine.Free(file)
	require.NoError(t, err)
	_, err = machine.Free(filepath.Join(folder, "gone"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, filepath.Join(folder, "gone"), "whoever reads it knows which one")
}
