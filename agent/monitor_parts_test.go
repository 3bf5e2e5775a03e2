package agent_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/simulators/pm6750"
)

// One line with a monitor on it is two devices for everybody: readings, cuff commands, metrics, status, and the loss of both.
func TestAMonitorIsTwoDevices(t *testing.T) {
	wholeAgent(t)
	dir, who, clock := t.TempDir(), newPerson(), pace.New(4)
	port := plug(t, dir, "monitor", pm6750.New(pm6750.Options{Seed: 1}), who, clock)
	text := `
site: clinic
room: room-1
devices:
  - {name: monitor, driver: pm6750, port: ` + filepath.Join(dir, "monitor") + `, start: agent, same_arm_as: monitor-oximeter}
nats: ` + embedded(dir) + `
console: {listen: "127.0.0.1:0"}
record: {path: ` + filepath.Join(dir, "record.db") + `}
limits:
  serial_lost: {hold: 0s}
`
	c, err := config.Parse("bedside.yaml", []byte(text))
	require.NoError(t, err)
	r, _ := run(t, c, clock)
	ear := listen(t, r.NATS)
	ear.wait(0, "the finger", ".reading.monitor-oximeter", func(b map[string]any) bool { v, ok := value(b, "spo2"); return ok && v == 97 })
	ear.wait(0, "the wave", ".wave.monitor-oximeter", func(map[string]any) bool { return true })
	require.Eventually(t, func() bool {
		return ear.ask(wire.VerbCuffStart, `{"by":"AK","device":"monitor-cuff"}`).OK
	}, patience, 200*time.Millisecond)
	assert.False(t, ear.ask(wire.VerbCuffStart, `{"by":"AK","device":"monitor-oximeter"}`).OK)
	assert.False(t, ear.ask(wire.VerbCuffStart, `{"by":"AK","device":"monitor"}`).OK)
	result, _ := ear.wait(0, "the arm", ".reading.monitor-cuff", func(b map[string]any) bool { _, ok := value(b, "systolic"); return ok })
	systolic, _ := value(result.body, "systolic")
	assert.InDelta(t, 120, systolic, 1)
	_, ok := value(result.body, "spo2")
	assert.False(t, ok)

	_, page := get(t, r.Console+"/metrics")
	assert.Contains(t, page, `bedside_device_up{device="monitor-oximeter"} 1`)
	assert.Contains(t, page, `bedside_device_up{device="monitor-cuff"} 1`)
	assert.NotContains(t, page, `device="monitor"`)
	state := string(ear.ask("snapshot", "").Data)
	assert.Contains(t, state, `"name":"monitor-oximeter","driver":"pm6750","kind":"oximeter"`)
	assert.Contains(t, state, `"name":"monitor-cuff","driver":"pm6750","kind":"cuff"`)

	require.NoError(t, port.Unplug())
	lost := map[string]bool{}
	ear.wait(0, "the loss of both", ".alert.serial_lost", func(b map[string]any) bool {
		lost[b["device"].(string)] = lost[b["device"].(string)] || b["event"] == "raised"
		return lost["monitor-oximeter"] && lost["monitor-cuff"]
	})
}
