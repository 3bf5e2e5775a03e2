package agent

import (
	"time"

	"bedside/agent/link"
	"bedside/agent/metrics"
	"bedside/agent/monitor"
	"bedside/alerts"
	"bedside/devices"
)

// observer counts what the monitor tells.
type observer struct {
	*metrics.Metrics
	device map[string]*metrics.Device
}

func newObserver(m *metrics.Metrics, list []monitor.Device) observer {
	o := observer{m, make(map[string]*metrics.Device, len(list))}
	for _, d := range list {
		o.device[d.Name] = m.Device(d.Name, d.Driver.Name)
	}
	return o
}

// Line counts what a device's line carried.
func (o observer) Line(device string, state link.State, frames int, faults []devices.Fault, reopened uint64) {
	d := o.device[device]
	d.Up(state == link.Connected)
	d.Frames(frames)
	for _, f := range faults {
		d.Fault(f.Kind)
	}
	d.Reopened(reopened)
}

// Reading notes that a device measured something.
func (o observer) Reading(device string, r *devices.Reading) {
	if len(r.Measurements) > 0 {
		o.device[device].Reading(r.At)
	}
}

// Alert counts an event and how long it took from the decision to its publication.
func (o observer) Alert(e *alerts.Event, took time.Duration) { o.Metrics.Alert(e, took) }

func (a *agent) surroundings() metrics.Surroundings {
	c := a.bus.Counters()
	var lost uint64
	failing := false
	if a.recorder != nil {
		lost, failing = a.recorder.Lost(), a.recorder.Failing() != ""
	}
	s := metrics.Surroundings{
		CaptureFailing: failing, CaptureLost: lost,
		Connected: a.bus.Connected(), Reconnects: c.Reconnects, Published: c.Published, Acknowledged: c.Acked,
		Resent: c.Resent, Refilled: c.Refilled, Refused: c.Refused, Dropped: c.Dropped, Errors: c.Errors,
		Outbox: a.store.Depth(), RecordLost: a.store.Lost(), Clients: a.console.Clients(),
	}
	a.countSound(&s)
	return s
}
