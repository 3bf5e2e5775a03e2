package monitor

import (
	"context"
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
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

// remember notes a session that has ended.
func (m *Monitor) remember(now time.Time) {
	last := m.judgement.session.Last()
	m.past = append(m.past, wire.PastSession{
		Code: last.Code, Profile: m.judgement.rules.Word, By: last.By, Since: wire.Time{Time: last.Since}, Ended: wire.Time{Time: now},
		Doses: last.Doses,
	})
	if len(m.past) > pastKept {
		m.past = slices.Delete(m.past, 0, len(m.past)-pastKept)
	}
}

// startCuff starts the first cuff that takes orders, on a goroutine that Run waits for: a port may take seconds.
func (m *Monitor) startCuff(_ time.Time, why string) {
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
	m.judgement.out.Acts = append(m.judgement.out.Acts, act)
	m.judgement.CuffRefused(now, err.Error())
	m.settle(now)
}
