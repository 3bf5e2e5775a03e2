package agent_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/simulators"
)

// hurry is how much faster than life the searches of these tests run; a search in real time takes half a minute.
const hurry = 5

func withoutDrivers(t *testing.T, dir, nats string) *config.Config {
	t.Helper()
	c, err := config.Parse("bedside.yaml", fmt.Appendf(nil, `
site: clinic
room: room-1
devices:
  - {name: fixed, driver: nonin, port: %[1]s/fixed}
  - {name: finger, driver: auto, port: %[1]s/finger}
  - {name: arm, driver: auto, port: %[1]s/arm}
  - {name: nowhere, driver: auto, port: %[1]s/nowhere}
nats: %[2]s
console: {listen: "127.0.0.1:0"}
record: {path: %[1]s/record.db}
limits:
  serial_lost: {hold: 0s}
`, dir, nats))
	require.NoError(t, err)
	return c
}

// Devices without a driver are found by listening, or by asking, each by itself; the others do not wait for them.
func TestDevicesAreRecognisedByThemselves(t *testing.T) {
	wholeAgent(t)
	dir, who, clock := t.TempDir(), newPerson(), pace.New(hurry)
	plug(t, dir, "fixed", oximeter(), who, clock)
	plug(t, dir, "finger", oximeter(), who, clock)
	r, _ := run(t, withoutDrivers(t, dir, embedded(dir)), clock)
	ear := listen(t, r.NATS)

	// Who is looked for is not connected, and says so; who is configured is heard at once.
	until(t, r, func(d map[string]map[string]any) bool { return d["fixed"]["link"] == "connected" })
	finger := until(t, r, func(map[string]map[string]any) bool { return true })["finger"]
	assert.Equal(t, "lost", finger["link"])
	assert.Equal(t, "looking for the device", finger["why"])
	assert.Equal(t, []any{"auto", "unknown", "Device"}, []any{finger["driver"], finger["kind"], finger["title"]})
	ear.wait(0, "an alert meanwhile", ".alert.serial_lost", func(b map[string]any) bool {
		return b["event"] == "raised" && b["device"] == "finger"
	})

	reading, at := ear.wait(0, "a reading of what was found", ".reading.finger", func(b map[string]any) bool {
		_, ok := value(b, "spo2")
		return ok
	})
	assert.Equal(t, "nonin", reading.body["driver"])
	finger = until(t, r, func(d map[string]map[string]any) bool { return d["finger"]["link"] == "connected" })["finger"]
	assert.Equal(t, []any{"nonin", "oximeter", "Pulse oximeter"}, []any{finger["driver"], finger["kind"], finger["title"]})

	// A cuff that is plugged in later is asked. Nobody may start it: it was not named.
	plug(t, dir, "arm", cuff(), who, clock)
	now := until(t, r, func(d map[string]map[string]any) bool { return d["arm"]["link"] == "connected" })
	assert.Equal(t, "suntech", now["arm"]["driver"])
	assert.Nil(t, now["arm"]["commands"])
	assert.False(t, ear.ask(wire.VerbCuffStart, `{"by":"AK","device":"arm"}`).OK)
	assert.Equal(t, "lost", now["nowhere"]["link"])
	assert.Contains(t, now["nowhere"]["why"], "looking for the device: no such device")

	who.set(func(v *simulators.Vitals) { v.PulseRate = 90 }) // what was found goes on
	ear.wait(at, "the next value", ".reading.finger", func(b map[string]any) bool {
		rate, ok := value(b, "pulse_rate")
		return ok && rate == 90
	})
}

// until waits until the devices, by name, are as they should be, and returns them.
func until(t *testing.T, r agent.Running, right func(map[string]map[string]any) bool) map[string]map[string]any {
	t.Helper()
	var named map[string]map[string]any
	require.Eventually(t, func() bool {
		_, text := get(t, r.Console+"/api/v1/state")
		var state struct{ Devices []map[string]any }
		require.NoError(t, json.Unmarshal([]byte(text), &state))
		named = map[string]map[string]any{}
		for _, d := range state.Devices {
			named[d["name"].(string)] = d
		}
		return right(named)
	}, patience, 20*time.Millisecond)
	return named
}
