package monitor

import (
	"time"

	"bedside/agent/recipients"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// hearing is what the audience has led to and nobody was told yet.
type hearing struct {
	faults   []alerts.Fault
	reach    *sessions.Reach
	acts     []wire.Session
	receipts []wire.Receipt
}

// audience feeds who hears the room and keeps what follows for settle: an alert may be told while the engine is at work. What
// is agreed with stations is in real time, however fast a demo runs.
func (m *Monitor) audience(in recipients.Input) error {
	o, err := m.listeners.Step(m.o.Clock.Outside(), in)
	m.heard.faults = append(m.heard.faults, o.Faults...)
	m.heard.acts = append(m.heard.acts, o.Acts...)
	m.heard.receipts = append(m.heard.receipts, o.Receipts...)
	if o.Reach != nil {
		m.heard.reach = o.Reach
	}
	return err
}

// attend tells the audience what is no order: it refuses nothing else.
func (m *Monitor) attend(in recipients.Input) {
	if err := m.audience(in); err != nil {
		m.o.Log.Error("monitor: audience refused what is no order", "err", err)
	}
}

// consult lets engine and session know what the audience has led to, until it leads to nothing more.
func (m *Monitor) consult(now time.Time) {
	m.attend(recipients.Session{Running: m.judgement.session.Running()})
	for range 4 { // each round needs a change of the one before, and two suffice
		faults, reach := m.heard.faults, m.heard.reach
		m.heard.faults, m.heard.reach = nil, nil
		if len(faults) == 0 && reach == nil {
			return
		}
		for _, f := range faults {
			m.judgement.Step(now, f)
		}
		if reach != nil {
			m.reached(now, *reach)
		}
	}
}

// reached tells the session how the way to the nurse was tried last, in the session's time.
func (m *Monitor) reached(now time.Time, r sessions.Reach) {
	if !r.At.IsZero() {
		r.At = now.Add(-time.Duration(float64(m.o.Clock.Outside().Sub(r.At)) * m.o.Clock.Speed())).UTC()
	}
	m.judgement.Reach(now, r)
}

// ordered carries out a verb, by the audience if it is about it.
func (m *Monitor) ordered(now time.Time, from, verb string, req *wire.Request) wire.Reply {
	switch verb {
	case wire.VerbWatch, wire.VerbReceipt:
		station := from
		if from == wire.ViaNATS {
			station = req.By // a program on this computer, which no permission names
		}
		if !wire.ValidStation(station) {
			return refuse(codeBadRequest, "%s comes from a station: lower-case letters, digits and dashes, and not %q", verb, station)
		}
		if verb == wire.VerbReceipt {
			return answerTo(m.audience(recipients.Shown{Station: station, Screens: req.Screens, Messages: req.Shown}))
		}
		return answerTo(m.audience(recipients.Watch{Station: station, Screens: req.Screens, Sound: req.Sound, Duty: req.Duty}))
	case wire.VerbReachTest:
		return answerTo(m.audience(recipients.ReachTest{By: req.By}))
	case wire.VerbAlarmTest:
		return answerTo(m.audience(recipients.AlarmTest{By: req.By, Priority: req.Priority}))
	case wire.VerbAcknowledge:
		if a, ok := m.judgement.engine.Find(req.Occurrence); ok && a.Condition == recipients.TestAlert {
			return m.answerTest(now, from, req)
		}
	}
	return m.judgement.Order(now, verb, req)
}

// answerTest takes an acknowledgement of the test alert. One from a wrong place or a wrong person must not silence it.
func (m *Monitor) answerTest(now time.Time, from string, req *wire.Request) wire.Reply {
	in := recipients.Answer{By: req.By}
	if wire.ValidStation(from) {
		in.Station = from
	}
	if err := m.audience(in); err != nil {
		return answerTo(err)
	}
	return m.judgement.Order(now, wire.VerbAcknowledge, req)
}

// missing says in words why no nurse would hear of a session that begins now.
func (m *Monitor) missing() string { return m.listeners.Missing() }

// publishReceipt publishes that a station has shown an alert, and adds it to those that are recorded together.
func (m *Monitor) publishReceipt(to []wire.Message, now time.Time, r *wire.Receipt) []wire.Message {
	r.Header = m.header(now)
	return m.publishAs(to, now, m.o.Room.Receipt(), r.Header, r)
}
