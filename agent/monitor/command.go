package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

// maxRequest bounds a command's payload in bytes; our choice, far above any real one.
const maxRequest = 16 << 10

// The machine words of a refusal.
const (
	codeBadRequest = "bad_request"
	codeUnknown    = "unknown_command"
	codeNotFound   = "not_found"
	codeRefused    = "refused"
	codeStopping   = "stopping"
)

func refuse(code, format string, args ...any) wire.Reply {
	return wire.Reply{Code: code, Text: fmt.Sprintf(format, args...)}
}

// Command carries out a command of the public contract and returns the answer. It changes nothing when it refuses.
// It may be called from any goroutine; cuff commands may take as long as the port does.
func (m *Monitor) Command(ctx context.Context, verb string, payload []byte) wire.Reply {
	carryOut := map[string]func(context.Context, wire.Request) wire.Reply{
		wire.VerbSnapshot:    m.commandSnapshot,
		wire.VerbAcknowledge: m.commandAcknowledge,
		wire.VerbCuffStart: func(ctx context.Context, req wire.Request) wire.Reply {
			return m.commandCuff(ctx, req, devices.CuffStart, wire.EventCuffStart)
		},
		wire.VerbCuffStop: func(ctx context.Context, req wire.Request) wire.Reply {
			return m.commandCuff(ctx, req, devices.CuffStop, wire.EventCuffStop)
		},
	}[verb]
	if carryOut == nil {
		return refuse(codeUnknown, "unknown command %q; there are %s, %s, %s and %s", verb,
			wire.VerbAcknowledge, wire.VerbCuffStart, wire.VerbCuffStop, wire.VerbSnapshot)
	}
	req, refusal := parseRequest(verb, payload)
	if refusal != nil {
		return *refusal
	}
	return carryOut(ctx, req)
}

func parseRequest(verb string, payload []byte) (wire.Request, *wire.Reply) {
	var req wire.Request
	if len(payload) > maxRequest {
		r := refuse(codeBadRequest, "command is %d bytes long, at most %d are taken", len(payload), maxRequest)
		return req, &r
	}
	if len(bytes.TrimSpace(payload)) > 0 {
		if err := json.Unmarshal(payload, &req); err != nil {
			r := refuse(codeBadRequest, "command is not understood: %s", explain(err))
			return req, &r
		}
	}
	req.By = strings.TrimSpace(req.By)
	if req.By == "" && verb != wire.VerbSnapshot {
		r := refuse(codeBadRequest, `"by" is missing: say who gives the command`)
		return req, &r
	}
	return req, nil
}

// explain says in words of the contract what is wrong with a payload.
func explain(err error) string {
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return fmt.Sprintf("%q must be a text, not a JSON %s", mistyped.Field, mistyped.Value)
	case errors.As(err, &mistyped):
		return fmt.Sprintf("want a JSON object, not a JSON %s", mistyped.Value)
	default:
		return fmt.Sprintf("want a JSON object: %v", err)
	}
}

func (m *Monitor) commandSnapshot(ctx context.Context, _ wire.Request) wire.Reply {
	s, err := m.Snapshot(ctx)
	if err != nil {
		return refuse(codeStopping, "agent is stopping")
	}
	return wire.Reply{OK: true, Data: m.encode(s)}
}

func (m *Monitor) commandAcknowledge(ctx context.Context, req wire.Request) wire.Reply {
	if req.Occurrence == "" {
		return refuse(codeBadRequest, `"occurrence" is missing: say which alert, such as "spo2_low-3"`)
	}
	var reply wire.Reply
	err := m.ask(ctx, func(now time.Time) {
		m.step(now, alerts.Tick{}) // what was due by now comes first, so that the answer is about what is
		alert, ok := m.engine.Find(req.Occurrence)
		switch {
		case !ok:
			reply = refuse(codeNotFound, "no active or latched alert %q; it may have ended", req.Occurrence)
		case alert.Acknowledged:
			reply = wire.Reply{OK: true, Text: "already acknowledged by " + alert.AcknowledgedBy}
		default:
			m.step(now, alerts.Acknowledge{Occurrence: req.Occurrence, By: req.By})
			reply = wire.Reply{OK: true}
		}
	})
	if err != nil {
		return refuse(codeStopping, "agent is stopping")
	}
	return reply
}

func (m *Monitor) commandCuff(ctx context.Context, req wire.Request, c devices.Command, event string) wire.Reply {
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
		m.publishSession(now, wire.Session{Event: event, By: req.By, Device: d.Name, Text: text})
	}); gone != nil {
		return refuse(codeStopping, "agent is stopping")
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

// Fault raises or ends a condition of the agent's surroundings.
func (m *Monitor) Fault(ctx context.Context, condition string, active bool, text string) {
	if err := m.send(ctx, func(now time.Time) {
		m.step(now, alerts.Fault{Condition: condition, Active: active, Text: text})
	}); err != nil {
		m.o.Log.Debug("monitor: fault after the end", "condition", condition, "err", err)
	}
}
