package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/serialport"
)

func TestABareNameIsPointedOut(t *testing.T) {
	far, near, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, far.Close())
		require.NoError(t, near.Close())
	})
	h := serialport.Host{Dev: t.TempDir()}
	byID := filepath.Join(h.Dev, "serial", "by-id")
	require.NoError(t, os.MkdirAll(byID, 0o700))
	stable := filepath.Join(byID, "usb-Oximeter-if00-port0")
	require.NoError(t, os.Symlink(near.Name(), stable))
	c := config.Default()
	c.Devices = []config.Device{{Name: "oximeter", Port: near.Name()}, {Name: "cuff", Port: "/nowhere"}, {Name: "other", Port: stable}}
	assert.Equal(t, []string{
		"oximeter: " + near.Name() + " may be another device after replugging; write port: " + stable,
	}, bareNames(c, h))
}
