package agent

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"bedside/agent/access"
	"bedside/agent/console"
	"bedside/agent/wire"
)

// late is how old an event of access control may be before the record says when it really was; our choice.
const late = 2 * time.Second

// buildDoor opens the file of people and devices, if the configuration names one, and says who gets into the page.
func (a *agent) buildDoor(ctx context.Context) (console.Door, error) {
	c := a.o.Config.Console
	if c.Access == "" {
		return console.Door{Site: c.Attributes()}, nil
	}
	var err error
	a.access, err = access.Open(ctx, c.Access, access.Options{
		Audit: func(e access.Event) { a.monitor.Remark(ctx, remark(&e, time.Now())) }, Log: a.o.Log,
	})
	if err != nil {
		return console.Door{}, fmt.Errorf("agent: console.access: %w", err)
	}
	return console.Door{
		Guard: a.access.Guard, Hosts: c.Names, Site: c.Attributes(), Connection: access.Connection,
		From: func(r *http.Request) string { return access.From(r.Context(), wire.ViaPage) },
	}, nil
}

// remark is an event of access control as the room's record has it.
func remark(e *access.Event, now time.Time) wire.Session {
	text := e.Text()
	if now.Sub(e.At) > late {
		text += ", on " + e.At.UTC().Format("2006-01-02 15:04 UTC")
	}
	return wire.Session{Event: wire.EventAccess, By: e.By, Via: e.From, Text: text}
}

// openPage begins to listen for the page, encrypted if there is a certificate.
func (a *agent) openPage(ctx context.Context) error {
	c := a.o.Config.Console
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	a.listener, a.page = l, "http://"+l.Addr().String()
	if a.access != nil {
		a.listener = access.Limit(l)
	}
	if c.TLS.CertFile == "" {
		return nil
	}
	a.page = "https://" + l.Addr().String()
	a.listener, err = access.Secure(a.listener, c.TLS.CertFile, c.TLS.KeyFile)
	return err
}
