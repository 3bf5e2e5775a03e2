package board

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"bedside/agent/wire"
)

// everyoneAfter is how long a high alert of the station itself waits for an answer until everyone is called; our choice,
// half of what the shipped ladder gives an alert of a room: nobody in the room climbs it.
const everyoneAfter = time.Minute

// ownAlert is an alert of the station itself. A high one calls people as one of a room does.
type ownAlert struct {
	wire.Alert
	about string // the room or the thing it is about
	key   string // the same at all stations that find the same
	steps []string
}

// key is what all stations know a fault of a room by: what was heard of it last.
func (r *room) key() string {
	if r == nil || r.head == nil {
		return "unheard"
	}
	return fmt.Sprintf("%s.%d", r.boot, r.head.Seq)
}

// climbOwn calls whoever is due for a high alert of the station itself.
func (b *Board) climbOwn(o *ownAlert) {
	if o.Priority != "high" || o.Acknowledged {
		return
	}
	step := func(name string) {
		if !slices.Contains(o.steps, name) {
			o.steps = append(o.steps, name)
			b.tell(Call{Room: o.Room, Key: o.key + "." + name, Alert: o.Alert, Step: name})
		}
	}
	step(StepStation)
	if b.now.Sub(o.Since.Time) >= everyoneAfter {
		step(StepEveryone)
	}
}

// settle ends what climbOwn began.
func (b *Board) settle(o *ownAlert, why string) {
	if len(o.steps) > 0 {
		o.steps = nil
		b.tell(Over{Room: o.Room, Key: o.key + "." + why, Alert: o.Alert})
	}
}

// fault takes a fault of the station's surroundings.
func (b *Board) fault(f Fault) {
	if f.On {
		b.raiseAbout(f.Key, f.Condition, f.Title, f.Priority, "", f.Text)
		return
	}
	b.lower(f.Condition, f.Key)
}

func (b *Board) find(condition, about string) int {
	return slices.IndexFunc(b.own, func(o *ownAlert) bool { return o.Condition == condition && o.about == about })
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
	b.raiseAbout(room, condition, title, priority, room, text)
}

func (b *Board) raiseAbout(about, condition, title, priority, room, text string) {
	at := b.find(condition, about)
	if at < 0 {
		b.raised++
		o := &ownAlert{about: about, key: cmp.Or(room, "station-"+b.o.Station) + "." + condition + "." + b.rooms[room].key(), Alert: wire.Alert{
			Header: b.header(room), Occurrence: fmt.Sprintf("%s-%s-%d", condition, b.o.Boot, b.raised), Condition: condition, Title: title,
			Kind: "technical", Priority: priority, Event: "raised", State: "active", Since: wire.Time{Time: b.now}, Signal: "on", Text: text,
		}}
		b.own = append(b.own, o)
		b.changed(o)
		b.climbOwn(o)
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
	b.climbOwn(o)
}

// lower ends an alert, if there is one.
func (b *Board) lower(condition, about string) {
	at := b.find(condition, about)
	if at < 0 {
		return
	}
	o := b.own[at]
	b.own = slices.Delete(b.own, at, at+1)
	o.Header, o.Event, o.State, o.Signal = b.header(o.Room), "ended", "inactive", "off"
	b.changed(o)
	b.settle(o, "over")
}

func (b *Board) changed(o *ownAlert) {
	b.version++
	b.tell(Own{o.Alert})
}

// acknowledge notes that somebody has seen an alert of the station itself.
func (b *Board) acknowledge(o *ownAlert, by string) {
	if o.Acknowledged {
		return
	}
	o.Header, o.Event, o.Acknowledged, o.AcknowledgedBy, o.Signal = b.header(o.Room), "acknowledged", true, by, "acknowledged"
	b.changed(o)
	b.settle(o, "acknowledged")
}

// Seen lists the alerts about rooms that somebody has acknowledged, for the other stations.
func (b *Board) Seen() []wire.SeenAlert {
	var list []wire.SeenAlert
	for _, o := range b.own {
		if o.Acknowledged && o.Room != "" {
			list = append(list, wire.SeenAlert{Key: o.key, Priority: o.Priority, By: o.AcknowledgedBy})
		}
	}
	return list
}

// elsewhere takes what people have acknowledged at another station. What became worse since then is still open, and so is a fault
// of this station's own surroundings: nobody elsewhere can have seen that.
func (b *Board) elsewhere(seen []wire.SeenAlert) {
	for _, one := range seen {
		at := slices.IndexFunc(b.own, func(o *ownAlert) bool {
			return o.Room != "" && o.key == one.Key && rank(one.Priority) >= rank(o.Priority)
		})
		if at >= 0 && one.By != "" {
			b.acknowledge(b.own[at], one.By)
		}
	}
}

// Acknowledge notes that a person has seen an alert of the station itself. It reports whether there is one.
func (b *Board) Acknowledge(now time.Time, occurrence, by string) ([]Event, bool) {
	b.begin(now)
	at := slices.IndexFunc(b.own, func(o *ownAlert) bool { return o.Occurrence == occurrence })
	if at < 0 {
		return nil, false
	}
	b.acknowledge(b.own[at], by)
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
