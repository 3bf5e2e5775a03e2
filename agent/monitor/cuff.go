package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

func (m *Monitor) commandCuff(ctx context.Context, from string, req wire.Request, verb string, c devices.Command, event string) wire.Reply {
	if done, ok := m.answered(ctx, verb, req.ID); ok {
		return done
	}
	d, err := m.cuff(req.Device)
	if err != nil {
		return refuse(codeNotFound, "%v", err)
	}
	// The link answers, not the monitor's goroutine: it may have to wait for the port, and the room must not.
	err = d.Command(ctx, c)
	text := ""
	if err != nil {
		text = "refused: " + err.Error()
	}
	// Also if the caller waits no longer: what was done to a patient is recorded.
	if gone := m.ask(context.WithoutCancel(ctx), func(now time.Time) {
		if err == nil {
			m.keep(verb, req.ID)
		}
		m.publishSession(now, wire.Session{Event: event, By: req.By, Via: from, Device: d.Name, Text: text})
	}); gone != nil {
		return stopping()
	}
	if err != nil {
		return refuse(codeRefused, "%v", err)
	}
	return wire.Reply{OK: true}
}

// cuff finds the cuff that a command is for: the named one, or the only one.
func (m *Monitor) cuff(name string) (*deviceState, error) {
	var found *deviceState
	if name != "" {
		d := m.devices[name]
		switch {
		case d == nil:
			return nil, fmt.Errorf("no such device in this room: %q", name)
		case d.Command == nil:
			return nil, fmt.Errorf("device %q takes no commands", name)
		}
		return d, nil
	}
	for _, d := range m.order {
		if d.Command == nil {
			continue
		}
		if found != nil {
			return nil, errors.New("room has several cuffs: name one in \"device\"")
		}
		found = d
	}
	if found == nil {
		return nil, errors.New("room has no cuff that takes commands")
	}
	return found, nil
}
