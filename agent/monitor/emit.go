package monitor

import (
	"encoding/json"
	"time"

	"bedside/agent/wire"
)

// header begins the payload of the next event and takes its number.
func (m *Monitor) header(now time.Time) wire.Header {
	return wire.Header{
		V: wire.Version, ID: wire.MessageID(m.o.Room.Room, m.o.Boot, m.seq), Seq: m.seq,
		At: wire.Time{Time: now}, OffsetMS: now.Sub(m.started).Milliseconds(), Boot: m.o.Boot,
		Site: m.o.Room.Site, Room: m.o.Room.Room, Session: m.code, Mode: m.o.Mode,
	}
}

// emit publishes and records one numbered event.
func (m *Monitor) emit(now time.Time, class wire.Class, subject string, h wire.Header, payload any, urgent bool) {
	b := m.encode(payload)
	if b == nil {
		return
	}
	m.seq++
	msg := wire.Message{ID: h.ID, Seq: h.Seq, Class: class, Subject: subject, At: now, Payload: b}
	m.o.Outlets.Publish(msg)
	m.o.Outlets.Append([]wire.Message{msg}, nil, urgent)
}

// pass publishes something that is not kept, and shows it.
func (m *Monitor) pass(now time.Time, subject, event string, payload any) {
	b := m.encode(payload)
	if b == nil {
		return
	}
	m.o.Outlets.Publish(wire.Message{Class: wire.ClassPassing, Subject: subject, At: now, Payload: b})
	if m.o.Outlets.Watching() {
		m.o.Outlets.Screen(event, b)
	}
}

func (m *Monitor) show(event string, payload any) {
	if b := m.encode(payload); b != nil {
		m.o.Outlets.Screen(event, b)
	}
}

// afterwards leaves work for when the alert that was just published is on its way. On a small computer everything that
// we do now competes with the server that carries it. The work is done in order, after Options.Breath or before anything
// else happens, whichever comes first.
func (m *Monitor) afterwards(work func(now time.Time)) {
	m.rest = append(m.rest, work)
	m.breath.Reset(m.o.Breath)
}

// finish does what was left for afterwards.
func (m *Monitor) finish(now time.Time) {
	for len(m.rest) > 0 {
		work := m.rest[0]
		m.rest = m.rest[1:]
		work(now)
	}
}

// encode cannot fail for our own types; should it ever, the loss is loud.
func (m *Monitor) encode(payload any) []byte {
	b, err := json.Marshal(payload)
	if err != nil {
		m.o.Log.Error("monitor: payload lost, it cannot be encoded", "err", err)
		return nil
	}
	return b
}
