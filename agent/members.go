package agent

import (
	"context"
	"fmt"

	"bedside/agent/config"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/devices"
	"bedside/devices/catalog"
)

// meet lists the lines of the room, and the devices as the monitor sees them: one for each line, or one for each part of
// its driver.
func (a *agent) meet() error {
	list := a.o.Config.Devices
	for i := range list {
		driver, ok := catalog.Find(list[i].Driver)
		if list[i].Driver == config.Auto {
			driver, ok = devices.Driver{Name: config.Auto}, true // until it is found
		}
		if !ok {
			return fmt.Errorf("agent: device %q: no driver is called %q", list[i].Name, list[i].Driver)
		}
		a.drivers = append(a.drivers, driver)
	}
	for i := range list {
		for _, m := range a.drivers[i].Members(list[i].Name) {
			device := monitor.Device{
				Name: m.Name, Driver: m.Driver, Port: list[i].Port, Simulated: a.o.Simulated, SameArm: a.sameArm(m.Name),
			}
			if m.Driver.Starts && list[i].AgentStarts {
				device.Verbs = []string{wire.VerbCuffStart, wire.VerbCuffStop}
				device.Command = func(ctx context.Context, c devices.Command) error { return a.links[i].Command(ctx, c) }
			}
			a.devices = append(a.devices, device)
		}
	}
	return nil
}

// sameArm names the cuff that is configured to blank the sensor, or "".
func (a *agent) sameArm(sensor string) string {
	for i := range a.o.Config.Devices {
		d := &a.o.Config.Devices[i]
		if d.SameArmAs != sensor {
			continue
		}
		members := a.drivers[i].Members(d.Name)
		for _, m := range members {
			if len(members) == 1 || m.Driver.Kind == devices.Cuff {
				return m.Name
			}
		}
	}
	return ""
}
