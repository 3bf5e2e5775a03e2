package report

import (
	"cmp"
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// alert takes a change of an occurrence.
func (b *Builder) alert(p *wire.Alert, at time.Time) {
	if alerts.IsTest(p.Condition) {
		return
	}
	a := b.occurrence(p, at)
	b.decided[p.ID] = p.Occurrence
	if wire.Rank(p.Priority) > wire.Rank(a.Priority) {
		a.Priority = p.Priority
	}
	if p.State == alerts.Active.String() {
		a.Over = time.Time{}
	} else if a.Over.IsZero() {
		a.Over = at
	}
	switch p.Event {
	case alerts.Raised.String(), alerts.Updated.String(), alerts.Escalated.String():
		a.worst(p)
	case alerts.Acknowledged.String(), alerts.Reset.String():
		a.Acknowledged = append(a.Acknowledged, Acknowledgement{At: at, By: p.AcknowledgedBy, Via: p.Via})
	}
	for _, whom := range p.Called {
		if !slices.ContainsFunc(a.Called, func(c Call) bool { return c.Whom == whom }) {
			a.Called = append(a.Called, Call{At: at, Whom: whom})
		}
	}
}

// occurrence returns the alert that a message is about.
func (b *Builder) occurrence(p *wire.Alert, at time.Time) *Alert {
	if b.alerts == nil {
		b.alerts, b.decided = map[string]*Alert{}, map[string]string{}
	}
	if a, ok := b.alerts[p.Occurrence]; ok {
		return a
	}
	a := &Alert{
		Occurrence: p.Occurrence, Condition: p.Condition, Title: p.Title, Kind: p.Kind, Device: p.Device,
		First: p.Priority, Priority: p.Priority, Raised: at,
	}
	if p.Event != alerts.Raised.String() {
		a.Raised, a.Before = p.Since.UTC(), true
	}
	a.worst(p)
	b.alerts[p.Occurrence] = a
	return a
}

// worst notes the value that a message tells: an active occurrence is told again when its value gets worse, and only then.
func (a *Alert) worst(p *wire.Alert) {
	a.Text = p.Text
	if p.Value != nil && p.Limit != nil {
		a.Vital, a.Value, a.Limit, a.Unit = p.Vital, p.Value.String(), p.Limit.String(), p.Unit
	}
}

// receipt takes a station's word that an alert was shown.
func (b *Builder) receipt(p *wire.Receipt) {
	occurrence := p.Occurrence
	if occurrence == "" {
		occurrence = b.decided[p.Alert]
	}
	a, ok := b.alerts[occurrence]
	if !ok || slices.ContainsFunc(a.Displayed, func(d Display) bool { return d.Station == p.Station }) {
		return
	}
	a.Displayed = append(a.Displayed, Display{Station: p.Station, After: time.Duration(p.AfterMS) * time.Millisecond})
}

// closeAlerts puts the alerts in order, without those that the room's own limits told when the session was over.
func (b *Builder) closeAlerts() {
	r := &b.report
	for _, a := range b.alerts {
		if r.Ended && !a.Raised.Before(r.To) {
			continue
		}
		if a.Over.After(r.To) {
			a.Over = time.Time{}
		}
		r.Alerts = append(r.Alerts, *a)
	}
	slices.SortFunc(r.Alerts, func(a, b Alert) int {
		if c := a.Raised.Compare(b.Raised); c != 0 {
			return c
		}
		return cmp.Compare(a.Occurrence, b.Occurrence)
	})
}
