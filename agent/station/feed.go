package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"

	"bedside/agent/metrics"
	"bedside/agent/station/board"
	"bedside/agent/station/duty"
	"bedside/agent/wire"
)

// VerbForget is the order that takes a silent room off the board. It is the station's own: no room answers it.
const VerbForget = "forget"

// Board returns what the station shows now.
func (s *Station) Board() wire.Board {
	now := s.now()
	s.mu.Lock()
	b := s.board.Board(now)
	s.mu.Unlock()
	b.Stations, b.Channels = s.peers.now(now), s.notifier.States()
	return b
}

// RoomStatus returns the last full truth of a room, false for a room that sent none.
func (s *Station) RoomStatus(room string) (wire.Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.board.Status(s.now(), room)
}

// Screen takes a page's sign of life.
func (s *Station) Screen(id string, visible, sound bool) {
	if s.screens.sign(id, visible, sound) {
		wake(s.lease)
	}
}

// Shown notes that a page has painted messages of a room's alerts; the room is told.
func (s *Station) Shown(room string, messageIDs []string, screen string) {
	s.mu.Lock()
	_, known := s.board.Tile(s.now(), room)
	s.mu.Unlock()
	if known {
		s.receipts.add(room, messageIDs, screen)
	}
}

// Command forwards an order of the contract to the agent of a room, and returns its answer, or says in words why there is
// none. An acknowledgement of an alert of the station itself is answered here, as is [VerbForget].
func (s *Station) Command(ctx context.Context, from, room, verb string, payload []byte) wire.Reply {
	var q wire.Request
	if err := json.Unmarshal(payload, &q); err != nil {
		return refusal("bad_request", "this order cannot be read")
	}
	var reply wire.Reply
	switch {
	case verb == wire.VerbAcknowledge && s.acknowledge(&q):
		reply = wire.Reply{OK: true}
	case verb == VerbForget:
		reply = s.forget(room, &q)
	case !forwarded(verb):
		return refusal("unknown_command", "no station forwards this order")
	default:
		reply = s.forward(ctx, room, verb, payload)
	}
	if q.By != "" || !reply.OK {
		s.auditOrder(from, room, verb, &q, &reply)
	}
	return reply
}

func refusal(code, text string) wire.Reply { return wire.Reply{Code: code, Text: text} }

// forwarded reports whether people may give an order: those of a station itself come from the station alone.
func forwarded(verb string) bool {
	return verb == wire.VerbReachTest || verb != wire.VerbWatch && verb != wire.VerbReceipt &&
		slices.ContainsFunc(wire.Verbs(), func(v wire.Verb) bool { return v.Name == verb })
}

// auditOrder records an order. What goes on although it should not is marked, with its reason.
func (s *Station) auditOrder(from, room, verb string, q *wire.Request, reply *wire.Reply) {
	a := wire.Audit{Header: wire.Header{Room: room}, Event: wire.AuditOrder, By: q.By, From: from, New: verb, Text: "carried out"}
	if q.Uncovered != "" || verb == wire.VerbSessionOverride || verb == wire.VerbLimitsSet && q.Beyond {
		a.Event, a.Old = wire.AuditOverride, q.Uncovered+q.Reason
	}
	if !reply.OK {
		a.Text = reply.Code + ": " + reply.Text
	}
	s.audit(&a)
}

// acknowledge answers an alert of the station itself, tells the other stations at once, and reports whether it was one.
func (s *Station) acknowledge(q *wire.Request) bool {
	if q.By == "" {
		return false
	}
	s.mu.Lock()
	events, ok := s.board.Acknowledge(s.now(), q.Occurrence, q.By)
	s.tell(events)
	s.mu.Unlock()
	if ok {
		s.beat()
	}
	return ok
}

func (s *Station) forget(room string, q *wire.Request) wire.Reply {
	if q.By == "" {
		return refusal("bad_request", "say who orders this")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	events, err := s.board.Forget(s.now(), room)
	switch {
	case errors.Is(err, board.ErrNoRoom):
		return refusal("unknown_room", "there is no such room")
	case err != nil:
		return refusal("refused", room+" is heard; only a silent room can be forgotten")
	}
	s.tell(events)
	return wire.Reply{OK: true}
}

// forward asks a room. A room without an agent answers at once that nobody listens.
func (s *Station) forward(ctx context.Context, room, verb string, payload []byte) wire.Reply {
	if !wire.ValidToken(room) {
		return refusal("unknown_room", "there is no such room")
	}
	if !s.up.Load() {
		return refusal("not_connected", "The message server is not reached; go to the room")
	}
	ctx, cancel := context.WithTimeout(ctx, orderWait)
	defer cancel()
	answer, err := s.nc.RequestWithContext(ctx, s.room(room).CommandFrom(verb, s.address.Station), payload)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return refusal("no_answer", fmt.Sprintf("%s does not answer: nothing listens there; go to the room", room))
	case err != nil:
		return refusal("no_answer", fmt.Sprintf("%s does not answer; whether the order was carried out is not known; go to the room", room))
	}
	var reply wire.Reply
	if err := json.Unmarshal(answer.Data, &reply); err != nil {
		return refusal("no_answer", room+" gave an answer that cannot be read")
	}
	return reply
}

// Duty carries out a [wire.DutyOrder] given somewhere. Its answer has what was done in each room.
func (s *Station) Duty(ctx context.Context, from string, payload []byte) wire.Reply {
	var o wire.DutyOrder
	if err := json.Unmarshal(payload, &o); err != nil {
		return refusal(duty.BadRequest, "this order cannot be read")
	}
	return s.duties.order(ctx, from, &o)
}

// ready says what keeps the station from working, for the readiness probe.
func (s *Station) ready() error {
	if !s.up.Load() {
		return errNotConnected
	}
	if err := s.store.Health(); err != nil {
		return err
	}
	return nil
}

// surroundings is what the metrics ask for.
func (s *Station) surroundings() metrics.StationState {
	s.mu.Lock()
	rooms := s.board.Rooms()
	alerts := len(s.board.Alerts())
	s.mu.Unlock()
	out := metrics.StationState{Connected: s.up.Load(), Rooms: len(rooms), Alerts: alerts, Clients: s.console.Clients()}
	for _, r := range rooms {
		if r.Link == board.LinkSilent {
			out.Silent++
		}
	}
	out.Screens, out.Sound = s.screens.count()
	return out
}
