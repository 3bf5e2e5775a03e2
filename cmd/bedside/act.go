package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"bedside/agent"
	"bedside/agent/wire"
	"bedside/cmd/bedside/rehearsal"
	"bedside/simulators/scenario"
)

// act does what staff do in the story, at its time.
func (s *story) act(ctx context.Context, r agent.Running, log *slog.Logger) {
	for _, a := range s.Actions {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.until(a.At)):
		}
		if why := s.do(ctx, r, a); why != "" {
			log.Warn("demo: action refused", "action", a.Do.String(), "why", why)
		}
	}
}

// do carries out one action and returns why it was refused, or nothing.
func (s *story) do(ctx context.Context, r agent.Running, a scenario.Action) string {
	switch a.Do {
	case scenario.CuffPress:
		s.props[a.Device].pressed.Store(true)
		return ""
	case scenario.Acknowledge:
		return acknowledge(ctx, r, a)
	default:
		return refusal(command(ctx, r, a.Do.String(), rehearsal.Request(&a)))
	}
}

// refusal returns why the agent refused, or nothing.
func refusal(reply wire.Reply) string {
	if reply.OK {
		return ""
	}
	return reply.Text
}

// command gives the agent an order as the page would.
func command(ctx context.Context, r agent.Running, verb string, request wire.Request) wire.Reply {
	payload, err := json.Marshal(request)
	if err != nil {
		return wire.Reply{Text: err.Error()}
	}
	return r.Command(ctx, wire.ViaDemo, verb, payload)
}

// acknowledge acknowledges what is active or latched of the action's condition, unless somebody at the page has.
func acknowledge(ctx context.Context, r agent.Running, a scenario.Action) string {
	var room wire.Status
	if reply := command(ctx, r, wire.VerbSnapshot, wire.Request{By: a.By}); !reply.OK {
		return reply.Text
	} else if err := json.Unmarshal(reply.Data, &room); err != nil {
		return err.Error()
	}
	for i := range room.Alerts {
		if alert := &room.Alerts[i]; alert.Condition == a.Condition && !alert.Acknowledged {
			return refusal(command(ctx, r, wire.VerbAcknowledge, wire.Request{By: a.By, Occurrence: alert.Occurrence}))
		}
	}
	return "there is no " + a.Condition + " to acknowledge"
}
