package monitor

import (
	"context"
	"time"

	"bedside/devices"
)

// Found tells which driver a device has of which it was not known. What is delivered afterwards is of that driver. It waits
// only while the queue is full.
func (m *Monitor) Found(ctx context.Context, device string, driver devices.Driver) {
	err := m.send(ctx, func(time.Time) {
		if d := m.devices[device]; d != nil {
			d.Driver = driver
		}
	})
	if err != nil { // the agent stops, and nobody is left to tell
		m.o.Log.Debug("monitor: driver found after the end", "device", device, "err", err)
	}
}

// title is what alerts call a device: its kind, or its name, which is what empty stands for, while the kind is not known.
func title(d *devices.Driver) string {
	if d.Kind == 0 {
		return ""
	}
	return d.Kind.Title()
}
