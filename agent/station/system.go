package station

import (
	"context"
	"errors"
	"time"

	"bedside/agent/config"
	"bedside/agent/doctor"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// newSystem makes what stands behind the page of the system.
func (s *Station) newSystem() *system.System {
	c := s.o.Config
	room := config.Default() // for the doctor, which asks where things are kept
	room.Record.Path, room.NATS = c.Record.Path, c.NATS
	return system.New(system.Options{
		Kind: system.Station, Site: c.Site, Name: c.Station, Version: s.o.Version, Board: s.Board,
		Examine: func(ctx context.Context) doctor.Report { return doctor.Inside(ctx, doctor.Options{}, room, false) },
		Record:  c.Record.Path, Verify: s.store.Verify, Channels: s.notifier.States, Test: s.testChannel,
		Certificates: s.certificates, CA: s.ca,
		Told: func(by, from, text string) {
			s.audit(&wire.Audit{Event: wire.AuditSystem, By: by, From: from, Text: text})
		},
	})
}

// testChannel sends a test through a channel, if what carries notices can.
func (s *Station) testChannel(ctx context.Context, channel string) error {
	if tester, ok := s.notifier.(interface {
		Test(ctx context.Context, channel string) error
	}); ok {
		return tester.Test(ctx, channel)
	}
	return system.ErrNotHere
}

// certificates lists those that the station shows to others.
func (s *Station) certificates() []system.Certificate {
	now := time.Now()
	var list []system.Certificate
	if file := s.o.Config.Console.TLS.CertFile; file != "" {
		list = append(list, system.ReadCertificate("page", file, now))
	}
	if s.authority != nil {
		if served, err := s.authority.TLS().GetCertificate(nil); err == nil && served.Leaf != nil {
			list = append(list, system.NewCertificate("server", served.Leaf, now))
		}
	}
	return list
}

// ca returns the certificate of the site's authority, for phones and tablets.
func (s *Station) ca() ([]byte, error) {
	if s.authority == nil {
		return nil, errors.New("station: there is no authority here")
	}
	return s.authority.CA()
}
