package monitor

import (
	"time"

	"bedside/agent/recipients"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// step feeds an input to the engine and then to the session, and sends out what follows. It reports whether an alert did.
func (m *Monitor) step(now time.Time, in alerts.Input) bool {
	m.finish(now)
	m.judgement.Step(now, in)
	return m.settle(now)
}

// alerted publishes at once what the engine says.
func (m *Monitor) alerted(now time.Time, e *alerts.Event, begun time.Time) {
	h := m.header(now)
	m.notice(now, e)
	p := m.alert(h, &e.Alert, e.Change.String())
	if e.Change == alerts.Reset {
		p.Via = m.via
	}
	b := m.encode(p)
	if b == nil {
		return
	}
	m.seq++
	msg := wire.Message{
		ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: m.o.Room.Alert(e.Alert.Condition), At: now, Payload: b,
	}
	m.o.Outlets.Publish(msg)
	m.o.Outlets.Observe.Alert(e, time.Since(begun))
	m.alarms = append(m.alarms, msg)
	m.attend(recipients.Alerted{Message: msg.ID, Change: e.Change, Alert: e.Alert})
}

// sight is where and when an occurrence was acknowledged, as it is recorded; by whom stands in the engine's own state.
type sight struct {
	At  time.Time `json:"at"`
	Via string    `json:"via"`
}

// notice remembers where and when an occurrence was acknowledged, for as long as that holds.
func (m *Monitor) notice(now time.Time, e *alerts.Event) {
	switch {
	case e.Change == alerts.Acknowledged && m.via != "":
		if m.seen == nil {
			m.seen = map[string]sight{}
		}
		m.seen[e.Alert.Occurrence] = sight{At: now.UTC(), Via: m.via}
	case !e.Alert.Acknowledged || e.Alert.State == alerts.Inactive:
		delete(m.seen, e.Alert.Occurrence)
	}
}

// alert makes the payload of an alert.
func (m *Monitor) alert(h wire.Header, a *alerts.Alert, change string) wire.Alert {
	out := wire.NewAlert(h, a, change, m.judgement.rules.Word)
	out.SessionPhase = string(m.judgement.session.Phase())
	if seen, known := m.seen[a.Occurrence]; known && a.Acknowledged {
		out.AcknowledgedAt, out.Via = &wire.Time{Time: seen.At}, seen.Via
	}
	if alerts.IsTest(a.Condition) && out.Mode == wire.Live {
		out.Mode = wire.Test
	}
	return out
}

// settle tells what the input has led to. What only moves state is recorded with the next second.
func (m *Monitor) settle(now time.Time) bool {
	m.consult(now)
	o, alarms, receipts, via := m.judgement.Outcome(), m.alarms, m.heard.receipts, m.via
	o.Acts = append(o.Acts, m.heard.acts...)
	m.alarms, m.heard = nil, hearing{}
	if len(o.Events) == 0 && len(o.Told) == 0 && len(o.Acts) == 0 && len(receipts) == 0 {
		m.unsaved = true
		m.cue(o.Remind)
		return false
	}
	m.unsaved = false
	m.hearRoom()
	if len(o.Events) == 0 {
		m.tell(now, &o, alarms, receipts, via)
		return false
	}
	m.afterwards(func(now time.Time) { m.tell(now, &o, alarms, receipts, via) })
	return true
}

// tell does with published alerts what can wait, and with all else what there is to do: it publishes, records, logs, shows
// and counts. via is the way of the order that led to it, or empty.
func (m *Monitor) tell(now time.Time, o *Outcome, alarms []wire.Message, receipts []wire.Receipt, via string) {
	messages := alarms
	for i := range receipts {
		messages = m.publishReceipt(messages, now, &receipts[i])
	}
	for i := range o.Acts {
		o.Acts[i].Header = m.header(now)
		if o.Acts[i].By != "" { // what ended by itself was nobody's order
			o.Acts[i].Via = via
		}
		messages = m.publishLater(messages, now, o.Acts[i].Header, &o.Acts[i])
	}
	for i := range o.Told {
		e := &o.Told[i]
		if e.Kind == sessions.Started {
			m.code = m.judgement.session.Code()
		}
		p := wire.NewSession(m.header(now), e)
		if e.Kind == sessions.Started {
			p.Profile, p.Hash, p.Approved = m.judgement.rules.Word, m.judgement.rules.Hash, m.judgement.rules.ApprovedBy
			p.Version = m.o.Version
			heard := m.listeners.Report(m.o.Clock.Outside())
			p.Duty, p.Reach = heard.Duty, heard.Reach
		}
		if p.By != "" {
			p.Via = via
		}
		messages = m.publishLater(messages, now, p.Header, &p)
	}
	if !m.judgement.session.Running() {
		m.code = ""
	}
	m.o.Outlets.Append(messages, m.state(now), true)
	for i := range o.Events {
		m.logEvent(&o.Events[i])
	}
	if m.o.Outlets.Watching() {
		for _, msg := range alarms {
			m.o.Outlets.Screen("alarm", msg.Payload)
		}
		m.show("snapshot", m.status(now))
	}
	m.cue(o.Remind)
	if len(o.Events) > 0 {
		m.o.Outlets.Observe.Active(m.judgement.engine.Active())
	}
}

// publishLater publishes an event of the session and adds it to those that are recorded together.
func (m *Monitor) publishLater(to []wire.Message, now time.Time, h wire.Header, payload *wire.Session) []wire.Message {
	return m.publishAs(to, now, m.o.Room.Session(), h, payload)
}

// publishAs publishes what is kept beside the alerts, and adds it to those that are recorded together.
func (m *Monitor) publishAs(to []wire.Message, now time.Time, subject string, h wire.Header, payload any) []wire.Message {
	b := m.encode(payload)
	if b == nil {
		return to
	}
	m.seq++
	msg := wire.Message{ID: h.ID, Seq: h.Seq, Class: wire.ClassAlert, Subject: subject, At: now, Payload: b}
	m.o.Outlets.Publish(msg)
	return append(to, msg)
}

// cue reminds whoever looks at a screen that something is silenced.
func (m *Monitor) cue(due bool) {
	if !due || !m.o.Outlets.Watching() {
		return
	}
	silence := m.judgement.engine.Silence()
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
	m.publishSession(now, wire.Session{Event: wire.EventAgentStarted, Text: m.origin, Version: m.o.Version})
	for _, f := range m.resumed {
		m.step(now, f)
	}
	m.resumed = nil
	m.reached(now, m.listeners.Reach())
	m.settle(now)
}

func (m *Monitor) announceStop(now time.Time) {
	m.publishSession(now, wire.Session{Event: wire.EventAgentStopped})
	last := m.status(now)
	last.Stopping = true
	m.sendAs(now, &last)
	m.o.Outlets.Append(nil, m.state(now), true)
}
