package machine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/machine"
)

func TestAFolderIsTriedAndLeftAsItWas(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, machine.Writable(folder))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, left)
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Error(t, machine.Writable(file))
	require.ErrorIs(t, machine.Writable(filepath.Join(folder, "gone")), os.ErrNotExist)
}

func TestTheNearestFolderIsThere(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"", "gone", "gone/deeper/still"} {
		assert.Equal(t, folder, machine.Nearest(filepath.Join(folder, name)))
	}
	assert.Equal(t, "/", machine.Nearest("/no such folder/below"))
}
