package agent

import (
	"context"
	"sync"

	"bedside/agent/config"
	"bedside/agent/link"
	"bedside/agent/serialport"
	"bedside/agent/tap"
	"bedside/devices"
	"bedside/devices/capture"
)

// opener opens the port of a device with those line settings.
type opener = func(ctx context.Context, line devices.Line) (link.Port, error)

// buildRecorder makes what keeps raw bytes, if the configuration asks for it.
func (a *agent) buildRecorder() (err error) {
	c := a.o.Config.Capture
	if c.Folder == "" {
		return nil
	}
	a.recorder, err = tap.NewRecorder(tap.Options{Folder: c.Folder, Keep: c.Keep, Now: a.o.Clock.Now, Log: a.o.Log})
	return err
}

// portOf returns what opens the port of a device: bare, or with a tap while raw bytes are kept.
func (a *agent) portOf(d *config.Device, driver *devices.Driver, s devices.Settings) opener {
	hint := sync.OnceFunc(func() { a.hintStable(d) })
	open := func(_ context.Context, line devices.Line) (link.Port, error) {
		p, err := openPort(d.Port, line)
		if err == nil {
			hint()
		}
		return p, err
	}
	if a.recorder == nil {
		return open
	}
	t := a.recorder.Device(d.Name, capture.Header{Driver: driver.Name, By: a.o.Version, Settings: s})
	return func(ctx context.Context, line devices.Line) (link.Port, error) {
		p, err := open(ctx, line)
		if err != nil {
			return nil, err
		}
		return t.Open(p, line), nil
	}
}

// hintStable says once that a port has a better name than the configured one: after replugging, a bare name may lead to
// another device.
func (a *agent) hintStable(d *config.Device) {
	if name := (serialport.Host{}).StableName(d.Port); name != "" {
		a.o.Log.Warn("port has a name that survives replugging; write it into the configuration",
			"device", d.Name, "driver", d.Driver, "port", d.Port, "write", "port: "+name)
	}
}
