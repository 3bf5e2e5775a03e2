package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
)

const room = `site: clinic
room: room-1
devices: [{name: oximeter, driver: nonin, port: /dev/ttyUSB0}]
`

// folder writes files and returns the path of the first.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600))
	}
	return filepath.Join(dir, files[0])
}

const loosened = `id: ours
version: 3
extends: iv-ketamine
limits:
  - rule: hr_high
    hold: 45s [ENG]
loosened:
  - number: limits.hr_high.hold
    by: Dr. Example
    reason: many anxious people
    until: 2026-11-30
`

func TestProfileOfTheRoom(t *testing.T) {
	today := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for word, want := range map[string]string{
		"": "built-in@1", "profile: built-in@1\n": "built-in@1", "profile: conservative\n": "conservative@1",
		"profile: spravato@1\n": "spravato@1",
	} {
		c, err := config.Parse("bedside.yaml", []byte(room+word))
		require.NoError(t, err)
		p, expired, err := c.RoomProfile(today)
		require.NoError(t, err)
		assert.Empty(t, expired)
		assert.Equal(t, want, p.Word())
	}
}

// A file is found beside the configuration, wherever the agent is started; a leave that has run out is told, not refused.
func TestProfileOfTheSite(t *testing.T) {
	file := folder(t, "bedside.yaml", room+"profile_file: ours.yaml\n", "ours.yaml", loosened)
	c, err := config.Load(file)
	require.NoError(t, err)
	p, expired, err := c.RoomProfile(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, "ours@3", p.Word())
	assert.Empty(t, expired)
	hold, ok := p.Limit("hr_high")
	require.True(t, ok)
	assert.Equal(t, 45*time.Second, hold.Hold.Value)

	p, expired, err = c.RoomProfile(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, config.Expired{"limits.hr_high.hold"}, expired)
	hold, _ = p.Limit("hr_high")
	assert.Equal(t, 30*time.Second, hold.Hold.Value)
}

func TestProfileOfTheSiteThatCannotBeUsed(t *testing.T) {
	_, err := config.Load(folder(t, "bedside.yaml", room+"profile_file: ours.yaml\n"))
	require.ErrorIs(t, err, os.ErrNotExist)

	file := folder(t, "bedside.yaml", room+"profile_file: ours.yaml\n", "ours.yaml", "id: ours\nversion: 1\nextends: iv-ketamin\n")
	_, err = config.Load(file)
	var all config.Errors
	require.ErrorAs(t, err, &all)
	assert.Equal(t, filepath.Join(filepath.Dir(file), "ours.yaml"), all[0].File)
	assert.Equal(t, 3, all[0].Line)
}
