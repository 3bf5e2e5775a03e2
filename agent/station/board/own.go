package board

import (
	"fmt"
	"slices"
	"time"

	"bedside/agent/wire"
)

// ownAlert is an alert of the station itself.
type ownAlert struct{ wire.Alert }

// fault takes a fault of the station's surroundings.
func (b *Board) fault(f Fault) {
	if f.On {
		b.raise(f.Condition, f.Title, f.Priority, f.Room, f.Text)
		return
	}
	b.lower(f.Condition, f.Room)
}

func (b *Board) find(condition, room string) int {
	return slices.IndexFunc(b.own, func(o *ownAlert) bool { return o.Condition == condition && o.Room == room })
}

// header begins a payload of the station itself.
func (b *Board) header(room string) wire.Header {
	b.ownSeq++
	return wire.Header{
		V: wire.Version, ID: wire.MessageID(b.o.Station, b.o.Boot, b.ownSeq), Seq: b.ownSeq, At: wire.Time{Time: b.now},
		Boot: b.o.Boot, Site: b.o.Site, Room: room, Mode: wire.Live,
	}
}

// raise makes a technical alert, or changes the one that there is. What gets worse is not acknowledged any more.
func (b *Board) raise(condition, title, priority, room, text string) {
	at := b.find(condition, room)
	if at < 0 {
		b.raised++
		o := &ownAlert{wire.Alert{
			Header: b.header(room), Occurrence: fmt.Sprintf("%s-%d", condition, b.raised), Condition: condition, Title: title,
			Kind: "technical", Priority: priority, Event: "raised", State: "active", Since: wire.Time{Time: b.now}, Signal: "on", Text: text,
		}}
		b.own = append(b.own, o)
		b.changed(o)
		return
	}
	o := b.own[at]
	if o.Text == text && o.Priority == priority {
		return
	}
	o.Event = "updated"
	if rank(priority) > rank(o.Priority) {
		o.Event, o.Acknowledged, o.AcknowledgedBy, o.Signal = "escalated", false, "", "on"
	}
	o.Header, o.Priority, o.Text = b.header(room), priority, text
	b.changed(o)
}

// lower ends an alert, if there is one.
func (b *Board) lower(condition, room string) {
	at := b.find(condition, room)
	if at < 0 {
		return
	}
	o := b.own[at]
	b.own = slices.Delete(b.own, at, at+1)
	o.Header, o.Event, o.State, o.Signal = b.header(room), "ended", "inactive", "off"
	b.changed(o)
}

func (b *Board) changed(o *ownAlert) {
	b.version++
	b.tell(Own{o.Alert})
}

// Acknowledge notes that a person has seen an alert of the station itself. It reports whether there is one.
func (b *Board) Acknowledge(now time.Time, occurrence, by string) ([]Event, bool) {
	b.begin(now)
	at := slices.IndexFunc(b.own, func(o *ownAlert) bool { return o.Occurrence == occurrence })
	if at < 0 {
		return nil, false
	}
	if o := b.own[at]; !o.Acknowledged {
		o.Header, o.Event, o.Acknowledged, o.AcknowledgedBy, o.Signal = b.header(o.Room), "acknowledged", true, by, "acknowledged"
		b.changed(o)
	}
	return b.end(), true
}

// Alerts lists the station's own alerts, highest priority first.
func (b *Board) Alerts() []wire.Alert {
	list := make([]wire.Alert, 0, len(b.own))
	for _, o := range b.own {
		list = append(list, o.Alert)
	}
	byPriority(list)
	return list
}
