package agent

import (
	"context"
	"time"

	"bedside/agent/doctor"
	"bedside/agent/scan"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// newSystem makes what stands behind the page of devices and system. In a demo no port of the computer is searched: its devices
// are not of this world.
func (a *agent) newSystem(ctx context.Context) *system.System {
	c := a.o.Config
	o := system.Options{
		Kind: system.Room, Site: c.Site, Name: c.Room, Version: a.o.Version, Simulated: a.o.Simulated, Status: a.monitor.Snapshot,
		Record: c.Record.Path, Verify: a.store.Verify, Certificates: a.certificates,
		Told: func(by, from, text string) {
			a.monitor.Remark(ctx, wire.Session{Event: wire.EventAccess, By: by, Via: from, Text: text})
		},
	}
	if !a.o.Simulated {
		var used []string
		for i := range c.Devices {
			used = append(used, c.Devices[i].Port)
		}
		o.Scanner = scan.New(scan.Options{Used: used, MayAsk: system.MayAsk(a.monitor.Snapshot)})
		o.Examine = func(ctx context.Context) doctor.Report { return doctor.Inside(ctx, doctor.Options{}, c, true) }
	}
	return system.New(o)
}

// certificates lists those that the agent shows to others.
func (a *agent) certificates() []system.Certificate {
	var list []system.Certificate
	if file := a.o.Config.Console.TLS.CertFile; file != "" {
		list = append(list, system.ReadCertificate("page", file, time.Now()))
	}
	if file := a.o.Config.NATS.TLS.CertFile; file != "" {
		list = append(list, system.ReadCertificate("client", file, time.Now()))
	}
	return list
}
