package agent_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
)

// truths are what newPerson's person has, and how far a device may be off: it rounds, and a cuff meets a pressure on its
// way down.
var truths = map[string][2]float64{
	"pulse_rate": {72, 1}, "spo2": {97, 1}, "perfusion_index": {3, 0.3},
	"systolic": {120, 3}, "diastolic": {78, 3}, "mean": {92, 3},
}

// exhibit is a device of the simulators' catalog in a room with all the others.
type exhibit struct {
	catalog.Entry
	name    string // in the room; no name begins another
	driver  devices.Driver
	pressed *pressed
	missing []string // vitals that have not been heard
}

// pressed is a device with somebody beside it who may press its start button.
type pressed struct {
	simulators.Device
	press atomic.Bool
}

func (p *pressed) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	truth.CuffPress = p.press.Swap(false)
	return p.Device.Step(now, truth, rx)
}

// wants returns the vitals that every device of that sort must give. Others, such as the perfusion index, are not in every
// model, but are checked when they come.
func wants(d *devices.Driver) []string {
	var list []string
	for _, v := range []devices.Vital{devices.SpO2, devices.Systolic, devices.Diastolic} {
		if slices.Contains(d.Vitals, v) {
			list = append(list, v.String())
		}
	}
	return list
}

// hear checks the values of what was heard from the device and crosses them off.
func (x *exhibit) hear(t *testing.T, all []heard) {
	t.Helper()
	for _, h := range all {
		_, device, ok := strings.Cut(h.subject, ".reading.")
		if !ok || !strings.HasPrefix(device, x.name) {
			continue
		}
		for vital, truth := range truths {
			if got, ok := value(h.body, vital); ok {
				assert.InDelta(t, truth[0], got, truth[1], "%s: %s", x.Name, vital)
				x.missing = slices.DeleteFunc(x.missing, func(v string) bool { return v == vital })
			}
		}
	}
}

// Every device of the simulators' catalog on a pseudo-terminal of its own, an agent that reads them all, and their values
// on NATS: whatever is in the list is tried, by its line there. A cuff that the agent can start is started, another one
// has its button pressed. Cuffs live faster: one may rest for a minute, and measures for half a one.
func TestEveryDeviceOfTheCatalogIsReadFromItsTerminal(t *testing.T) {
	wholeAgent(t)
	var streams, cuffs []*exhibit
	for i, e := range catalog.All() {
		driver, ok := drivers.Find(e.Driver)
		require.True(t, ok, e.Driver)
		x := &exhibit{
			Entry: e, name: fmt.Sprintf("device-%02d", i), driver: driver, pressed: &pressed{Device: e.New(1)}, missing: wants(&driver),
		}
		require.NotEmpty(t, x.missing, "%s measures nothing that this test knows", e.Name)
		if slices.Contains(x.missing, devices.Systolic.String()) {
			cuffs = append(cuffs, x)
		} else {
			streams = append(streams, x)
		}
	}
	t.Run("streams", func(t *testing.T) { exhibition(t, streams, pace.Clock{}) })
	t.Run("cuffs", func(t *testing.T) { exhibition(t, cuffs, pace.New(8)) })
}

// exhibition lets an agent read all devices until each has been heard.
func exhibition(t *testing.T, all []*exhibit, clock pace.Clock) {
	t.Helper()
	dir, who := t.TempDir(), newPerson()
	var room strings.Builder
	for _, x := range all {
		plug(t, dir, x.name, x.pressed, who, clock)
		fmt.Fprintf(&room, "  - {name: %s, driver: %s, port: %s", x.name, x.Driver, filepath.Join(dir, x.name))
		if x.driver.Starts {
			room.WriteString(", start: agent")
		}
		room.WriteString("}\n")
	}
	c, err := config.Parse("bedside.yaml", fmt.Appendf(nil,
		"site: clinic\nroom: room-1\ndevices:\n%snats: %s\nconsole: {listen: \"127.0.0.1:0\"}\nrecord: {path: %s/record.db}\n",
		room.String(), embedded(dir), dir))
	require.NoError(t, err)
	r, _ := run(t, c, clock)
	ear := listen(t, r.NATS)
	began, at := time.Now(), 0
	orders := time.NewTicker(time.Second)
	defer orders.Stop()
	for waiting := true; waiting; {
		select {
		case <-orders.C:
			measure(t, ear, all)
		case <-ear.more:
		}
		heard := ear.snapshot()
		waiting = false
		for _, x := range all {
			x.hear(t, heard[at:])
			waiting = waiting || len(x.missing) > 0
		}
		at = len(heard)
		if time.Since(began) > patience {
			for _, x := range all {
				assert.Empty(t, x.missing, "%s: never heard", x.Name)
			}
			return
		}
	}
	t.Logf("%d devices, all of them right within %v", len(all), time.Since(began).Round(100*time.Millisecond))
}

// measure asks for blood pressures that have not come: from the agent, or at the device. A cuff that measures refuses.
func measure(t *testing.T, ear *ear, all []*exhibit) {
	t.Helper()
	var status wire.Status
	require.NoError(t, json.Unmarshal(ear.ask("snapshot", "").Data, &status))
	for _, x := range all {
		if !slices.Contains(x.missing, devices.Systolic.String()) {
			continue
		}
		if !x.driver.Starts {
			x.pressed.press.Store(true)
			continue
		}
		if cuff := takesOrders(&status, x.name); cuff != "" {
			ear.ask(wire.VerbCuffStart, `{"by":"AK","device":"`+cuff+`"}`)
		}
	}
}

// takesOrders returns the name of the device that can be started and whose name begins so: the cuff of a monitor may have a
// name of its own. It is empty if there is none.
func takesOrders(status *wire.Status, prefix string) string {
	for _, d := range status.Devices {
		if strings.HasPrefix(d.Name, prefix) && slices.Contains(d.Commands, wire.VerbCuffStart) {
			return d.Name
		}
	}
	return ""
}
