package monitor

import (
	"encoding/json"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// header begins the payload of the next event and takes its number.
func (m *Monitor) header(now time.Time) wire.Header {
	return wire.Header{
		V: wire.Version, ID: wire.MessageID(m.o.Room.Room, m.o.Boot, m.seq), Seq: m.seq,
		At: wire.Time{Time: now}, OffsetMS: now.Sub(m.started).Milliseconds(), Boot: m.o.Boot,
		Site: m.o.Room.Site, Room: m.o.Room.Room, Mode: m.o.Mode,
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

// step feeds the engine and sends out what follows. It reports whether anything did.
func (m *Monitor) step(now time.Time, in alerts.Input) bool {
	m.finish(now)
	begun := time.Now()
	events := m.engine.Step(now, in)
	if len(events) == 0 {
		m.unsaved = true
		return false
	}
	messages := make([]wire.Message, 0, len(events))
	for i := range events {
		e := &events[i]
		h := m.header(now)
		b := m.encode(wire.NewAlert(h, &e.Alert, e.Change.String(), m.o.Profile))
		if b == nil {
			continue
		}
		m.seq++
		msg := wire.Message{
			ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: m.o.Room.Alert(e.Alert.Condition), At: now, Payload: b,
		}
		m.o.Outlets.Publish(msg)
		m.o.Outlets.Observe.Alert(e, time.Since(begun))
		messages = append(messages, msg)
	}
	m.unsaved = false
	m.afterwards(func(now time.Time) { m.tell(now, events, messages) })
	return true
}

// tell does with published alerts what can wait: it records, logs, shows and counts them.
func (m *Monitor) tell(now time.Time, events []alerts.Event, messages []wire.Message) {
	m.o.Outlets.Append(messages, m.snapshot(), true)
	for i := range events {
		m.logEvent(&events[i])
	}
	if m.o.Outlets.Watching() {
		for _, msg := range messages {
			m.o.Outlets.Screen("alarm", msg.Payload)
		}
		m.show("snapshot", m.status(now))
	}
	m.o.Outlets.Observe.Active(m.engine.Active())
}

func (m *Monitor) logEvent(e *alerts.Event) {
	m.o.Log.Info("alert", "event", e.Change.String(), "occurrence", e.Alert.Occurrence,
		"priority", e.Alert.Priority.String(), "state", e.Alert.State.String(), "device", e.Alert.Device)
}

func (m *Monitor) publishSession(now time.Time, s wire.Session) {
	s.Header = m.header(now)
	m.emit(now, wire.ClassAlert, m.o.Room.Session(), s.Header, s, true)
}

func (m *Monitor) announceStart(now time.Time) {
	m.publishSession(now, wire.Session{Event: wire.EventAgentStarted, Text: m.origin})
}

func (m *Monitor) announceStop(now time.Time) {
	m.publishSession(now, wire.Session{Event: wire.EventAgentStopped})
	m.o.Outlets.Append(nil, m.snapshot(), true)
}

// snapshot is the engine's state as it is recorded.
func (m *Monitor) snapshot() []byte { return m.encode(m.engine.Snapshot()) }

func (m *Monitor) restore(state []byte) error {
	var s alerts.Snapshot
	if err := json.Unmarshal(state, &s); err != nil {
		return err
	}
	if err := m.engine.Restore(m.started, s); err != nil {
		return err
	}
	m.origin = "alarm state of the last run resumed"
	return nil
}
