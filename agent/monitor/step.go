package monitor

import (
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// outcome is what one input has led to, until it is told: by the engine, by the session, and what somebody did.
type outcome struct {
	events   []alerts.Event // published already
	messages []wire.Message // the same as they were published
	told     []sessions.Event
	acts     []wire.Session
	remind   bool
}

// step feeds an input to the engine and then to the session, and sends out what follows. It reports whether an alert did.
func (m *Monitor) step(now time.Time, in alerts.Input) bool {
	m.finish(now)
	m.judge(now, in)
	switch in := in.(type) {
	case alerts.Observed:
		m.follow(now, sessions.Observed{Device: in.Device, Reading: in.Reading})
	case alerts.CuffChanged:
		m.follow(now, sessions.CuffChanged{Device: in.Device, State: in.State})
	case alerts.Tick:
		m.follow(now, sessions.Tick{})
	}
	return m.settle(now)
}

// judge feeds the engine and publishes at once what it says.
func (m *Monitor) judge(now time.Time, in alerts.Input) {
	begun := time.Now()
	events := m.engine.Step(now, in)
	for i := range events {
		e := &events[i]
		m.out.events = append(m.out.events, *e) // the engine overwrites its own
		h := m.header(now)
		b := m.encode(m.alert(h, &e.Alert, e.Change.String()))
		if b == nil {
			continue
		}
		m.seq++
		msg := wire.Message{
			ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: m.o.Room.Alert(e.Alert.Condition), At: now, Payload: b,
		}
		m.o.Outlets.Publish(msg)
		m.o.Outlets.Observe.Alert(e, time.Since(begun))
		m.out.messages = append(m.out.messages, msg)
	}
	for _, x := range m.engine.Effects() {
		switch x.Kind {
		case alerts.AskCuff:
			m.rechecks = append(m.rechecks, sessions.Recheck{Condition: x.Condition, After: x.After})
		case alerts.Remind:
			m.out.remind = true
		}
	}
}

// alert makes the payload of an alert.
func (m *Monitor) alert(h wire.Header, a *alerts.Alert, change string) wire.Alert {
	out := wire.NewAlert(h, a, change, m.rules.Word)
	out.SessionPhase = string(m.session.Phase())
	return out
}

// settle tells what the input has led to. What only moves state is recorded with the next second.
func (m *Monitor) settle(now time.Time) bool {
	o := m.out
	m.out = outcome{}
	if len(o.events) == 0 && len(o.told) == 0 && len(o.acts) == 0 {
		m.unsaved = true
		m.cue(o.remind)
		return false
	}
	m.unsaved = false
	if len(o.events) == 0 {
		m.tell(now, &o)
		return false
	}
	m.afterwards(func(now time.Time) { m.tell(now, &o) })
	return true
}

// tell does with published alerts what can wait, and with all else what there is to do: it publishes, records, logs, shows
// and counts.
func (m *Monitor) tell(now time.Time, o *outcome) {
	messages := o.messages
	for i := range o.acts {
		o.acts[i].Header = m.header(now)
		messages = m.publishLater(messages, now, o.acts[i].Header, &o.acts[i])
	}
	for i := range o.told {
		e := &o.told[i]
		if e.Kind == sessions.Started {
			m.code = m.session.Code()
		}
		p := wire.NewSession(m.header(now), e)
		if e.Kind == sessions.Started {
			p.Profile, p.Hash = m.rules.Word, m.rules.Hash
		}
		messages = m.publishLater(messages, now, p.Header, &p)
	}
	if !m.session.Running() {
		m.code = ""
	}
	m.o.Outlets.Append(messages, m.state(now), true)
	for i := range o.events {
		m.logEvent(&o.events[i])
	}
	if m.o.Outlets.Watching() {
		for _, msg := range o.messages {
			m.o.Outlets.Screen("alarm", msg.Payload)
		}
		m.show("snapshot", m.status(now))
	}
	m.cue(o.remind)
	if len(o.events) > 0 {
		m.o.Outlets.Observe.Active(m.engine.Active())
	}
}

// publishLater publishes an event of the session and adds it to those that are recorded together.
func (m *Monitor) publishLater(to []wire.Message, now time.Time, h wire.Header, payload *wire.Session) []wire.Message {
	b := m.encode(payload)
	if b == nil {
		return to
	}
	m.seq++
	msg := wire.Message{ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: m.o.Room.Session(), At: now, Payload: b}
	m.o.Outlets.Publish(msg)
	return append(to, msg)
}

// cue reminds whoever looks at a screen that something is silenced.
func (m *Monitor) cue(due bool) {
	if !due || !m.o.Outlets.Watching() {
		return
	}
	silence := m.engine.Silence()
	if s := wire.NewSilence(&silence); s != nil {
		m.show("remind", s)
		return
	}
	m.show("remind", wire.Silence{}) // single alerts are acknowledged
}

func (m *Monitor) logEvent(e *alerts.Event) {
	m.o.Log.Info("alert", "event", e.Change.String(), "occurrence", e.Alert.Occurrence,
		"priority", e.Alert.Priority.String(), "state", e.Alert.State.String(), "device", e.Alert.Device)
}

// publishSession publishes and records something that the agent did.
func (m *Monitor) publishSession(now time.Time, s wire.Session) {
	s.Header = m.header(now)
	m.emit(now, wire.ClassAlert, m.o.Room.Session(), s.Header, s, true)
}

func (m *Monitor) announceStart(now time.Time) {
	m.publishSession(now, wire.Session{Event: wire.EventAgentStarted, Text: m.origin})
	for _, f := range m.resumed {
		m.step(now, f)
	}
	m.resumed = nil
}

func (m *Monitor) announceStop(now time.Time) {
	m.publishSession(now, wire.Session{Event: wire.EventAgentStopped})
	m.o.Outlets.Append(nil, m.state(now), true)
}
