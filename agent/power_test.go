package agent

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/pace"
)

// supply writes what the system says of one power supply.
func supply(t *testing.T, root, name string, files map[string]string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(root, name), 0o700))
	for file, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, name, file), []byte(text+"\n"), 0o600))
	}
}

func TestPowerOfTheComputer(t *testing.T) {
	for name, tt := range map[string]struct {
		supplies map[string]map[string]string
		want     power
	}{
		"nothing is told":  {nil, power{charge: -1}},
		"mains alone":      {map[string]map[string]string{"AC": {"type": "Mains", "online": "1"}}, power{charge: -1}},
		"charging":         {map[string]map[string]string{"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Charging", "capacity": "60"}}, power{charge: 60}},
		"on battery":       {map[string]map[string]string{"AC": {"type": "Mains", "online": "0"}, "BAT0": {"type": "Battery", "status": "Discharging", "capacity": "60"}}, power{true, 60}},
		"UPS":              {map[string]map[string]string{"ups": {"type": "UPS", "status": "Discharging", "capacity": "15"}}, power{true, 15}},
		"of a mouse":       {map[string]map[string]string{"hid": {"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "5"}}, power{charge: -1}},
		"a gauge on mains": {map[string]map[string]string{"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Discharging", "capacity": "97"}}, power{charge: 97}},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for supplyName, files := range tt.supplies {
				supply(t, root, supplyName, files)
			}
			assert.Equal(t, tt.want, readPower(root))
		})
	}
	assert.Equal(t, power{charge: -1}, readPower(filepath.Join(t.TempDir(), "nowhere")))
}

func TestPowerIsWatched(t *testing.T) {
	root := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		active := map[string]bool{}
		done := make(chan error, 1)
		go func() {
			done <- watchPower(ctx, pace.Clock{}, root, func(condition string, on bool, text string) {
				active[condition] = on
				assert.NotEmpty(t, text)
			})
		}()
		look := func() { time.Sleep(powerEvery); synctest.Wait() }
		synctest.Wait()
		assert.Equal(t, map[string]bool{"power_battery": false, "power_low": false}, active, "what the last run left is over")
		supply(t, root, "BAT0", map[string]string{"type": "Battery", "status": "Discharging", "capacity": "21"})
		look()
		assert.Equal(t, map[string]bool{"power_battery": true, "power_low": false}, active)
		supply(t, root, "BAT0", map[string]string{"capacity": "20"})
		look()
		assert.Equal(t, map[string]bool{"power_battery": true, "power_low": true}, active)
		supply(t, root, "BAT0", map[string]string{"status": "Charging"})
		look()
		assert.Equal(t, map[string]bool{"power_battery": false, "power_low": false}, active)
		cancel()
		require.NoError(t, <-done)
	})
}
