package monitor

import (
	"context"
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

const (
	// askTime bounds one start of the cuff; our choice, longer than any driver waits for an answer.
	askTime = 30 * time.Second
	// pastKept is how many past sessions are remembered for session-list; our choice, some weeks of a room.
	pastKept = 50
	// bySchedule signs what the session itself orders.
	bySchedule = "schedule"
)

// Rules are what judges at a time: the conditions of a profile, its ladder, and how it is called.
type Rules struct {
	Word       string // such as "iv-ketamine@1"
	Hash       string // of the content
	ApprovedBy string // clinician; empty if none has approved it
	Conditions []alerts.Condition
	Ladder     []alerts.Step
}

// NewRules returns the rules of a profile.
func NewRules(p *profiles.Profile) Rules {
	return Rules{Word: p.Word(), Hash: p.Hash(), ApprovedBy: p.ApprovedBy, Conditions: p.Conditions(), Ladder: p.Steps()}
}

// Profiles are what sessions are held with.
type Profiles struct {
	Own *profiles.Profile // the room's own; nil if it is one of the shipped
	ID  string            // of the room's profile; a session of a route that it is meant for begins with it
}

// find returns the profile with that id: the room's own, or a shipped one.
func (p *Profiles) find(id string) (*profiles.Profile, bool) {
	if p.Own != nil && p.Own.ID == id {
		return p.Own, true
	}
	return profiles.Find(id)
}

// forRoute returns the profile of the room if it is meant for the route, or "".
func (p *Profiles) forRoute(route string) string {
	if own, ok := p.find(p.ID); ok && slices.Contains(own.Routes, route) {
		return own.ID
	}
	return ""
}

func newSession(o *Options) *sessions.Machine {
	starts := slices.ContainsFunc(o.Devices, func(d Device) bool { return d.Command != nil })
	return sessions.New(sessions.Options{Find: o.Profiles.find, AgentStarts: starts})
}

// follow feeds the session and then what the engine asks of it.
func (m *Monitor) follow(now time.Time, in sessions.Input) {
	if err := m.feed(now, in); err != nil {
		m.o.Log.Error("monitor: session refused what is no order", "err", err)
	}
	m.consequences(now)
}

// consequences passes on what alerts mean for the session: readings that they ask for, and how many there are.
func (m *Monitor) consequences(now time.Time) {
	for range 4 { // each round needs a change of the one before, and two suffice
		for len(m.rechecks) > 0 {
			recheck := m.rechecks[0]
			m.rechecks = m.rechecks[1:]
			if err := m.feed(now, recheck); err != nil {
				m.o.Log.Error("monitor: session refused a recheck", "err", err)
			}
		}
		counts := m.counted
		if len(m.out.events) > 0 {
			counts = m.count()
		}
		if counts == m.counted {
			break
		}
		m.counted = counts
		if err := m.feed(now, counts); err != nil {
			m.o.Log.Error("monitor: session refused the number of alerts", "err", err)
		}
	}
}

// count counts the alerts that keep somebody from leaving.
func (m *Monitor) count() sessions.Alarms {
	var n sessions.Alarms
	active := m.engine.Active()
	for i := range active {
		switch {
		case active[i].State == alerts.LatchedState:
			n.Latched++
		case active[i].Priority >= alerts.Medium:
			n.Urgent++
		}
	}
	return n
}

// feed gives the session one input and does what it says. The session's moments are in UTC, as they travel.
func (m *Monitor) feed(now time.Time, in sessions.Input) error {
	out, err := m.session.Step(now.UTC(), in)
	m.out.told = append(m.out.told, out.Events...)
	if out.Profile != nil {
		m.code = m.session.Code() // for the alerts that follow
		m.adopt(now, NewRules(out.Profile))
	}
	if out.Over {
		m.over(now)
	}
	if out.Context != nil {
		m.judge(now, *out.Context)
	}
	for _, f := range out.Faults {
		m.judge(now, f)
	}
	if out.Ask != nil && out.Ask.Agent {
		m.startCuff(out.Ask.Why)
	}
	return err
}

// adopt judges by the rules of a session from now on.
func (m *Monitor) adopt(now time.Time, r Rules) {
	if err := m.engine.Reconfigure(r.Conditions); err != nil {
		// A profile was checked by the engine when it was loaded. Should it be refused, the room's rules go on.
		m.o.Log.Error("monitor: profile not usable, the rules of before go on", "profile", r.Word, "err", err)
		return
	}
	m.engine.SetLadder(r.Ladder)
	m.rules = r
	m.judge(now, unapproved(&r))
}

// unapproved is the fault that says whether somebody has approved the rules of a session.
func unapproved(r *Rules) alerts.Fault {
	return alerts.Fault{
		Condition: "profile_unapproved", Active: r.ApprovedBy == "",
		Text: "No clinician has approved the limits of " + r.Word + ".",
	}
}

// over judges by the rules of the room again.
func (m *Monitor) over(now time.Time) {
	m.remember(now)
	m.adopt(now, m.o.Rules)
	m.judge(now, alerts.Fault{Condition: "profile_unapproved"})
	m.judge(now, alerts.Fault{Condition: "restarted"})
}

// remember notes a session that has ended.
func (m *Monitor) remember(now time.Time) {
	last := m.session.Last()
	m.past = append(m.past, wire.PastSession{
		Code: last.Code, Profile: m.rules.Word, By: last.By, Since: wire.Time{Time: last.Since}, Ended: wire.Time{Time: now},
		Doses: last.Doses,
	})
	if len(m.past) > pastKept {
		m.past = slices.Delete(m.past, 0, len(m.past)-pastKept)
	}
}

// startCuff starts the first cuff that takes orders, on a goroutine that Run waits for: a port may take seconds.
func (m *Monitor) startCuff(why string) {
	i := slices.IndexFunc(m.order, func(d *deviceState) bool { return d.Command != nil })
	if i < 0 {
		return
	}
	d := m.order[i]
	m.orders.Go(func() {
		ctx, cancel := context.WithTimeout(m.life, askTime)
		defer cancel()
		err := d.Command(ctx, devices.CuffStart)
		if gone := m.send(m.life, func(now time.Time) { m.cuffStarted(now, d.Name, why, err) }); gone != nil {
			m.o.Log.Debug("monitor: cuff started at the end", "device", d.Name, "err", err)
		}
	})
}

// cuffStarted notes what came of an order of the session.
func (m *Monitor) cuffStarted(now time.Time, device, why string, err error) {
	act := wire.Session{Event: wire.EventCuffStart, By: bySchedule, Device: device, Text: why}
	if err == nil {
		m.publishSession(now, act)
		return
	}
	act.Text = why + "; refused: " + err.Error()
	m.out.acts = append(m.out.acts, act)
	m.follow(now, sessions.CuffRefused{Reason: err.Error()})
	m.settle(now)
}
