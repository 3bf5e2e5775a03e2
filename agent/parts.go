package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"bedside/agent/alive"
	"bedside/agent/bus"
	"bedside/agent/config"
	"bedside/agent/link"
	"bedside/agent/record"
	"bedside/agent/serialport"
	"bedside/agent/wire"
	"bedside/devices"
)

// startBus starts the embedded NATS server, or begins to dial the site's.
func (a *agent) startBus(ctx context.Context) (*bus.Bus, error) {
	c := a.o.Config
	security, err := c.NATS.TLS.Client()
	if err != nil {
		return nil, err
	}
	return bus.Start(ctx, bus.Options{
		Room: wire.Room{Site: c.Site, Room: c.Room}, Boot: a.boot,
		URLs: c.NATS.URLs, CredentialsFile: c.NATS.CredentialsFile, TLS: security,
		Listen: c.NATS.Listen, StoreDir: c.NATS.Store,
		Outbox: a.store, Handle: a.answer, Log: a.o.Log, Life: a.life.Loop(loopSender),
		OnState: func(connected bool, why string) { a.brokerState(ctx, connected, why) },
	})
}

// brokerState is told by the bus. A room that is heard again says at once how it is: nobody outside shall wait for the next heartbeat, nor
// hear of a room that dies before it as of none.
func (a *agent) brokerState(ctx context.Context, connected bool, why string) {
	a.monitor.Fault(ctx, "broker_lost", !connected || why != "", brokerText(connected, why))
	if connected {
		a.monitor.Beat(ctx)
	}
}

// brokerText says for whoever stands in the room what a link to NATS that does not work means, what to do, and why it is so.
func brokerText(connected bool, why string) string {
	if connected {
		return "NATS does not take everything. What it has not taken is kept and sent later. (" + why + ")"
	}
	return "NATS is not reached, so nobody outside is told: call for help another way. Everything is kept and sent later. (" + why + ")"
}

// answer is the NATS side of the commands.
func (a *agent) answer(ctx context.Context, from, verb string, payload []byte) []byte {
	b, err := json.Marshal(a.monitor.Command(ctx, from, verb, payload))
	if err != nil {
		a.o.Log.Error("agent: answer cannot be encoded", "err", err)
		return nil
	}
	return b
}

// recordHealth turns the record's troubles into technical alarms. Monitoring goes on from memory meanwhile.
func (a *agent) recordHealth(ctx context.Context, err error) {
	full := errors.Is(err, record.ErrFull)
	a.monitor.Fault(ctx, "disk_full", full, recordText(full, words(err)))
	a.monitor.Fault(ctx, "log_write_fail", err != nil && !full, recordText(full, words(err)))
	if err != nil {
		a.metrics.WriteFailure()
	}
}

// recordText says the same of a record that is not written.
func recordText(full bool, why string) string {
	if full {
		return "The disk is full. Live view works, history is not saved: have space made on it. (" + why + ")"
	}
	return "The record cannot be written. Live view works, history is not saved: have it looked after. (" + why + ")"
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), "record: ")
}

func (a *agent) buildLinks(ctx context.Context) error {
	for i := range a.o.Config.Devices {
		d := &a.o.Config.Devices[i]
		if d.Driver == config.Auto {
			a.links = append(a.links, nil)
			continue
		}
		l, err := a.newLink(ctx, d, a.drivers[i], d.Variant, a.life.Loop(loopLine+d.Name))
		if err != nil {
			return err
		}
		a.links = append(a.links, l)
	}
	return nil
}

// newLink makes what keeps a device talking, by that driver and variant.
func (a *agent) newLink(ctx context.Context, d *config.Device, driver devices.Driver, variant string, life *alive.Loop) (*link.Link, error) {
	settings := devices.Settings{AllowStart: d.AgentStarts, InitialPressure: d.InitialPressure, Variant: variant}
	return link.New(link.Options{
		Name: d.Name, Port: d.Port, Driver: driver, Settings: settings,
		Open:    a.portOf(d, &driver, settings),
		Present: func() bool { return serialport.Present(d.Port) },
		Deliver: link.Divide(driver.Members(d.Name), func(device string, u link.Update) { a.monitor.Deliver(ctx, device, u) }),
		Log:     a.o.Log, Clock: a.o.Clock, Life: life,
	})
}

// openPort keeps a port that is nil out of the interface.
func openPort(path string, line devices.Line) (link.Port, error) {
	p, err := serialport.Open(path, line)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// ready says what keeps the room from being watched over, for the readiness probe.
func (a *agent) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWait)
	defer cancel()
	s, err := a.monitor.Snapshot(ctx)
	if err != nil {
		return errors.New("monitor: does not answer")
	}
	var missing []string
	for _, d := range s.Devices {
		if d.Link != link.Connected.String() {
			missing = append(missing, fmt.Sprintf("%s: %s, %s", d.Name, d.Link, d.Why))
		}
	}
	if s.Broker != "connected" {
		missing = append(missing, "NATS: not connected")
	}
	if s.Record != "ok" {
		missing = append(missing, "record: cannot be written")
	}
	if len(missing) > 0 {
		return errors.New(strings.Join(missing, "; "))
	}
	return nil
}
