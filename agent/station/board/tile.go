package board

import (
	"maps"
	"slices"
	"time"

	"bedside/agent/wire"
)

// tile makes what a board shows of a room at a moment.
func (r *room) tile(now time.Time) wire.Tile {
	t := wire.Tile{
		Room: r.name, Link: r.link, Heard: wire.Time{Time: r.heard}, AgeMS: max(0, now.Sub(r.heard).Milliseconds()), Duty: r.duty,
		Alerts: []wire.Alert{}, Devices: []wire.DeviceLine{},
	}
	if r.link == LinkSilent {
		t.Words = r.words()
	}
	s := r.head
	if s == nil {
		return t
	}
	t.Mode, t.Profile, t.Approval, t.Session = s.Mode, s.Profile, s.Approval, s.Session
	t.Alerts, t.Signal, t.Silence = append(t.Alerts, r.alerts...), s.Signal, s.Silence
	t.Broker, t.Record, t.Outbox, t.Speed = s.Broker, s.Record, s.Outbox, s.Speed
	t.Changed = wire.Changed(s.Limits)
	if s.Recipients != nil {
		t.Covered, t.Reach = s.Recipients.Covered, s.Recipients.Reach
	}
	for i := range s.Devices {
		d := &s.Devices[i]
		t.Devices = append(t.Devices, wire.DeviceLine{Name: d.Name, Title: d.Title, Kind: d.Kind, Link: d.Link, Why: d.Why, Cuff: d.Cuff})
		t.Simulated = t.Simulated || d.Simulated
	}
	if r.link != LinkSilent {
		r.measured(now, &t)
	}
	return t
}

// measured puts together what all devices say: the freshest of each vital, and why there is none.
func (r *room) measured(now time.Time, t *wire.Tile) {
	t.Values, t.Absent = make(map[string]wire.Latest), make(map[string]string)
	for _, d := range r.devices {
		values, absent, flags := d.current(now, &r.clock)
		for vital, l := range values {
			if best, there := t.Values[vital]; !there || l.AgeMS < best.AgeMS {
				t.Values[vital] = l
			}
		}
		for vital, reason := range absent {
			if worse, there := t.Absent[vital]; !there || worse == stale {
				t.Absent[vital] = reason
			}
		}
		for _, f := range flags {
			if !slices.Contains(t.Flags, f) {
				t.Flags = append(t.Flags, f)
			}
		}
	}
	for vital := range t.Values {
		delete(t.Absent, vital)
	}
}

// current returns what a device says at a moment. What is too old to be true is stale.
func (d *device) current(now time.Time, c *clock) (values map[string]wire.Latest, absent map[string]string, flags []string) {
	values, absent = make(map[string]wire.Latest, len(d.values)), make(map[string]string, len(d.absent))
	for vital, v := range d.values {
		age := c.age(now, v.offset)
		if !v.current(age) {
			absent[vital] = stale
			continue
		}
		values[vital] = wire.Latest{Number: v.number, AgeMS: age.Milliseconds(), At: v.at}
	}
	for vital, a := range d.absent {
		reason := a.reason
		if !a.current(c.age(now, a.offset)) { // nobody knows whether the finger is still out
			reason = stale
		}
		absent[vital] = reason
	}
	if d.flag.current(c.age(now, d.flag.offset)) {
		flags = d.flags
	}
	return values, absent, flags
}

// fades returns when the next value, absence or flag of a room becomes stale; far away if none does.
func (r *room) fades(now time.Time) time.Time {
	next := now.Add(freshSpot)
	consider := func(s said) {
		if age := r.clock.age(now, s.offset); s.current(age) {
			limit := freshStream
			if s.spot {
				limit = freshSpot
			}
			if at := now.Add(limit - age); at.Before(next) {
				next = at
			}
		}
	}
	for _, d := range r.devices {
		for _, v := range d.values {
			consider(v.said)
		}
		for _, a := range d.absent {
			consider(a.said)
		}
		consider(d.flag)
	}
	return next
}

// Status returns the whole state of a room at a moment: its last heartbeat, with what was heard after it. Of a silent room
// it has no value. It is false for a room that has sent no heartbeat to this run of the station.
func (b *Board) Status(now time.Time, name string) (wire.Status, bool) {
	r := b.rooms[name]
	if r == nil || r.head == nil {
		return wire.Status{}, false
	}
	s := *r.head
	s.Alerts = append([]wire.Alert{}, r.alerts...)
	s.Devices = slices.Clone(s.Devices)
	for i, d := range r.devices {
		values, absent, flags := d.current(now, &r.clock)
		if r.link == LinkSilent {
			for vital := range maps.Keys(values) {
				absent[vital] = stale
			}
			values, flags = nil, nil
		}
		s.Devices[i].Values, s.Devices[i].Absent, s.Devices[i].Flags = values, absent, flags
	}
	return s, true
}

// Saved is what the next run of a station shall know of a room: that it should be heard.
type Saved struct {
	Room    string    `json:"room"`
	Heard   wire.Time `json:"heard"`
	Session bool      `json:"session"`
	Words   string    `json:"words"` // last known, for people
}

// Save lists the rooms that the next run shall miss if they are silent: not those that were stopped on purpose.
func (b *Board) Save() []Saved {
	list := make([]Saved, 0, len(b.order))
	for _, r := range b.order {
		if !r.spared() {
			list = append(list, Saved{Room: r.name, Heard: wire.Time{Time: r.heard}, Session: r.inSession(), Words: r.words()})
		}
	}
	return list
}

// Restore puts the rooms of the last run on a new board, as rooms that were not heard yet.
func (b *Board) Restore(now time.Time, list []Saved) {
	b.begin(now)
	for i := range list {
		r := b.room(list[i].Room)
		if r == nil || r.placed || !wire.ValidToken(list[i].Room) {
			continue
		}
		r.saved, r.heard = &list[i], list[i].Heard.Time
		b.show(r)
		b.touch(r)
	}
	b.out = nil
}
