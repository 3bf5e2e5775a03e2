package station

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"bedside/agent/access"
	"bedside/agent/authority"
	"bedside/agent/broker"
	"bedside/agent/console"
	"bedside/agent/notify"
	"bedside/agent/station/board"
	"bedside/agent/wire"
)

// late is how old an event of access control may be before the record says when it really was; our choice.
const late = 2 * time.Second

// buildDoor opens the file of people and devices, if the configuration names one, and says who gets into the page.
func (s *Station) buildDoor(ctx context.Context) (console.Door, error) {
	c := s.o.Config.Console
	if c.Access == "" {
		return console.Door{Site: c.Attributes()}, nil
	}
	var err error
	s.access, err = access.Open(ctx, c.Access, access.Options{Audit: s.auditAccess, Log: s.o.Log})
	if err != nil {
		return console.Door{}, fmt.Errorf("station: console.access: %w", err)
	}
	return console.Door{
		Guard: s.access.Guard, Hosts: c.Names, Site: c.Attributes(), Connection: access.Connection,
		From: func(r *http.Request) string { return access.From(r.Context(), wire.ViaPage) },
	}, nil
}

// auditAccess records a sign-in or a change of who may do what.
func (s *Station) auditAccess(e access.Event) {
	text := e.Text()
	if s.now().Sub(e.At) > late {
		text += ", on " + e.At.UTC().Format("2006-01-02 15:04 UTC")
	}
	s.audit(&wire.Audit{Event: e.What, By: e.By, From: e.From, Old: e.Was, New: e.Now, Text: text})
}

// openPage begins to listen for the page, encrypted if there is a certificate.
func (s *Station) openPage(ctx context.Context) error {
	c := s.o.Config.Console
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	s.listener, s.page = l, "http://"+l.Addr().String()
	if s.access != nil {
		s.listener = access.Limit(l)
	}
	if c.TLS.CertFile == "" {
		return nil
	}
	s.page = "https://" + l.Addr().String()
	s.listener, err = access.Secure(s.listener, c.TLS.CertFile, c.TLS.KeyFile)
	return err
}

// startServer starts the site's server, if it is this station's, behind its authority, if there is one.
func (s *Station) startServer() error {
	c := s.o.Config
	if !c.NATS.Embedded() {
		return nil
	}
	o := broker.Options{
		Name: "bedside-" + c.Site + "-" + c.Station, Listen: c.NATS.Listen, StoreDir: c.NATS.Store, Size: broker.Site,
		OnHealth: s.brokerHealth, Log: s.o.Log,
	}
	var err error
	if c.Authority != "" {
		if s.authority, err = authority.Open(c.Authority, time.Now()); err != nil {
			return err
		}
		if s.authority.Site() != c.Site || s.authority.Station() != c.Station {
			return fmt.Errorf("station: the authority in %s is that of station %s of %s", c.Authority, s.authority.Station(), s.authority.Site())
		}
		o.TLS, o.UsersFile = s.authority.TLS(), s.authority.UsersFile()
	}
	s.server, err = broker.Start(o)
	return err
}

// credentials returns the file by which the station is known to the server.
func (s *Station) credentials() string {
	if s.authority != nil {
		return s.authority.Credential()
	}
	return s.o.Config.NATS.CredentialsFile
}

// keepCertificate renews the certificate of the server while it runs.
func (s *Station) keepCertificate(ctx context.Context) error {
	s.authority.Keep(ctx, s.o.Log)
	return nil
}

// newNotifier makes the channels of the configuration.
func (s *Station) newNotifier() (Notifier, error) {
	return notify.New(notify.Options{
		Site: s.o.Config.Site, Channels: s.o.Config.Channels, Log: s.o.Log,
		OnState: func(channel string, failing bool, why string) {
			s.step(board.Fault{
				Condition: "channel_failed", Key: channel, Title: "Channel fails", Priority: "medium", On: failing,
				Text: "Nobody is reached by " + channel + ": " + why,
			})
		},
		OnDead: func(n notify.Notice, channel, why string) {
			s.audit(&wire.Audit{
				Header: wire.Header{Room: n.Room}, Event: wire.AuditDeadLetter, New: channel, Text: n.Priority.String() + " " + n.Occurrence + ": " + why,
			})
		},
		OnDelivered: func(n notify.Notice, channel string) {
			s.audit(&wire.Audit{Header: wire.Header{Room: n.Room}, Event: wire.AuditDelivered, New: channel, Text: n.Priority.String() + " " + n.Occurrence})
		},
	})
}
