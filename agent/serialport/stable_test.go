package serialport_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/serialport"
)

func TestStableNameOfABareOne(t *testing.T) {
	_, link := terminal(t)
	bare, err := filepath.EvalSymlinks(link)
	require.NoError(t, err)
	_, other := terminal(t)
	elsewhere, err := filepath.EvalSymlinks(other)
	require.NoError(t, err)

	h := serialport.Host{Dev: t.TempDir()}
	assert.Empty(t, h.StableName(bare), "there is none")
	byID, byPath := filepath.Join(h.Dev, "serial", "by-id"), filepath.Join(h.Dev, "serial", "by-path")
	require.NoError(t, os.MkdirAll(byID, 0o700))
	require.NoError(t, os.MkdirAll(byPath, 0o700))
	require.NoError(t, os.Symlink("../../gone", filepath.Join(byID, "usb-Gone-if00")))
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(byID, "usb-Cuff-if00")))
	require.NoError(t, os.Symlink(bare, filepath.Join(byPath, "pci-0:1")))
	assert.Equal(t, filepath.Join(byPath, "pci-0:1"), h.StableName(bare))
	require.NoError(t, os.Symlink(bare, filepath.Join(byID, "usb-Oximeter-if00")))
	assert.Equal(t, filepath.Join(byID, "usb-Oximeter-if00"), h.StableName(bare), "a serial number before a plug")

	assert.Empty(t, h.StableName(filepath.Join(byPath, "pci-0:1")), "it is one itself")
	assert.Empty(t, h.StableName(link), "somebody chose that name")
	assert.Empty(t, h.StableName(filepath.Join(h.Dev, "missing")))
}
