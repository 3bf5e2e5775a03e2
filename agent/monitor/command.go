package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

// maxRequest bounds a command's payload in bytes; our choice, far above any real one.
const maxRequest = 16 << 10

// maxID bounds the id of an order in bytes; our choice: any random one is shorter.
const maxID = 64

// The machine words of a refusal, beside those of [sessions.Refusal].
const (
	codeBadRequest = "bad_request"
	codeUnknown    = "unknown_command"
	codeNotFound   = "not_found"
	codeRefused    = "refused"
	codeStopping   = "stopping"
	codeBeyond     = "beyond" // the profile leaves this to nobody but a lead
)

func refuse(code, format string, args ...any) wire.Reply {
	return wire.Reply{Code: code, Text: fmt.Sprintf(format, args...)}
}

// Command carries out a command of the public contract and returns the answer; from is the way it came, one of the Via words
// of package wire or a station, and goes into the record with what it led to. It changes nothing when it refuses. An order
// whose id was carried out before is answered as it was then, and not done again.
// It may be called from any goroutine; cuff commands may take as long as the port does.
func (m *Monitor) Command(ctx context.Context, from, verb string, payload []byte) wire.Reply {
	if !slices.ContainsFunc(wire.Verbs(), func(v wire.Verb) bool { return v.Name == verb }) {
		return refuse(codeUnknown, "unknown command %q; there are %s", verb, verbs())
	}
	req, refusal := parseRequest(verb, payload)
	if refusal != nil {
		return *refusal
	}
	switch verb {
	case wire.VerbSnapshot:
		return m.commandSnapshot(ctx)
	case wire.VerbSessionList:
		return m.commandSessions(ctx)
	case wire.VerbTrend:
		return m.commandTrend(&req)
	case wire.VerbCuffStart:
		return m.commandCuff(ctx, from, req, verb, devices.CuffStart, wire.EventCuffStart)
	case wire.VerbCuffStop:
		return m.commandCuff(ctx, from, req, verb, devices.CuffStop, wire.EventCuffStop)
	}
	var reply wire.Reply
	err := m.ask(ctx, func(now time.Time) {
		id := req.ID
		if verb == wire.VerbWatch || verb == wire.VerbReceipt {
			id = "" // harmless as often as they come, and too many to remember
		}
		reply = m.once(verb, id, func() wire.Reply {
			m.step(now, alerts.Tick{}) // what was due by now comes first, so that the answer is about what is
			m.via = from
			defer func() { m.settle(now); m.via = "" }()
			return m.ordered(now, from, verb, &req)
		})
	})
	if err != nil {
		return stopping()
	}
	return reply
}

func stopping() wire.Reply { return refuse(codeStopping, "agent is stopping") }

// verbs names all commands in words.
func verbs() string {
	var names []string
	for _, v := range wire.Verbs() {
		names = append(names, v.Name)
	}
	slices.Sort(names)
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func parseRequest(verb string, payload []byte) (wire.Request, *wire.Reply) {
	var req wire.Request
	bad := func(format string, args ...any) (wire.Request, *wire.Reply) {
		r := refuse(codeBadRequest, format, args...)
		return req, &r
	}
	if len(payload) > maxRequest {
		return bad("command is %d bytes long, at most %d are taken", len(payload), maxRequest)
	}
	if len(bytes.TrimSpace(payload)) > 0 {
		if err := json.Unmarshal(payload, &req); err != nil {
			return bad("command is not understood: %s", explain(err))
		}
	}
	req.By = strings.TrimSpace(req.By)
	if req.By == "" && !wire.Asks(verb) {
		return bad(`"by" is missing: say who gives the command`)
	}
	if len(req.ID) > maxID {
		return bad(`"id" has at most %d characters`, maxID)
	}
	return req, nil
}

// explain says in words of the contract what is wrong with a payload.
func explain(err error) string {
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field != "":
		want := "a text"
		switch mistyped.Type.Kind() {
		case reflect.Int:
			want = "a whole number"
		case reflect.Bool:
			want = "true or false"
		case reflect.Slice:
			want = "a list"
		case reflect.Struct:
			want = "a section"
		case reflect.Map:
			want = "a section of questions and answers"
		}
		return fmt.Sprintf("%q must be %s, not a JSON %s", mistyped.Field, want, mistyped.Value)
	case errors.As(err, &mistyped):
		return fmt.Sprintf("want a JSON object, not a JSON %s", mistyped.Value)
	default:
		return fmt.Sprintf("want a JSON object: %v", err)
	}
}

func (m *Monitor) commandSnapshot(ctx context.Context) wire.Reply {
	s, err := m.Snapshot(ctx)
	if err != nil {
		return stopping()
	}
	return wire.Reply{OK: true, Data: m.encode(s)}
}

func (m *Monitor) commandTrend(req *wire.Request) wire.Reply {
	if m.o.Trend == nil || req.Since < 0 {
		return refuse(codeBadRequest, "no trend is kept here, or \"since\" is no number of a slot")
	}
	return wire.Reply{OK: true, Data: m.encode(m.o.Trend(req.Since))}
}

func (m *Monitor) commandSessions(ctx context.Context) wire.Reply {
	var list []wire.PastSession
	if err := m.ask(ctx, func(time.Time) { list = slices.Clone(m.past) }); err != nil {
		return stopping()
	}
	if list == nil {
		list = []wire.PastSession{}
	}
	return wire.Reply{OK: true, Data: m.encode(list)}
}

// Fault raises or ends a condition of the agent's surroundings.
func (m *Monitor) Fault(ctx context.Context, condition string, active bool, text string) {
	if err := m.send(ctx, func(now time.Time) {
		m.step(now, alerts.Fault{Condition: condition, Active: active, Text: text})
	}); err != nil {
		m.o.Log.Debug("monitor: fault after the end", "condition", condition, "err", err)
	}
}

// Beat sends a heartbeat at once, for those who can hear the room only now. The one before may have been lost: a heartbeat without a
// connection is dropped.
func (m *Monitor) Beat(ctx context.Context) {
	if err := m.send(ctx, m.sendStatus); err != nil {
		m.o.Log.Debug("monitor: heartbeat after the end", "err", err)
	}
}

// Remark publishes and records something that belongs into the room's record and concerns neither alerts nor the session,
// such as who has signed in. Its header is made here.
func (m *Monitor) Remark(ctx context.Context, s wire.Session) {
	if err := m.send(ctx, func(now time.Time) { m.publishSession(now, s) }); err != nil {
		m.o.Log.Warn("monitor: remark after the end", "event", s.Event, "err", err)
	}
}
