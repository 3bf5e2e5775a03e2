package board

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"bedside/agent/wire"
)

// rank puts priorities in order.
func rank(priority string) int {
	return slices.Index([]string{"information", "low", "medium", "high"}, priority)
}

// byPriority sorts alerts as a tile lists them: highest priority first, and otherwise as they were.
func byPriority(list []wire.Alert) {
	slices.SortStableFunc(list, func(a, b wire.Alert) int { return cmp.Compare(rank(b.Priority), rank(a.Priority)) })
}

// seen remembers the alerts that were told, so that each is told once.
type seen struct {
	order []string
	at    int
	ids   map[string]struct{}
}

// first reports whether an id is new, and remembers it.
func (s *seen) first(id string) bool {
	if _, known := s.ids[id]; known {
		return false
	}
	if s.ids == nil {
		s.ids = make(map[string]struct{})
	}
	if len(s.order) < mostSeen {
		s.order = append(s.order, id)
	} else {
		delete(s.ids, s.order[s.at])
		s.order[s.at] = id
		s.at = (s.at + 1) % mostSeen
	}
	s.ids[id] = struct{}{}
	return true
}

// alert takes a change of an occurrence.
func (b *Board) alert(a *wire.Alert) {
	r, current := b.believed(a.Room, a.Boot)
	if r == nil {
		return
	}
	if !current && !slices.ContainsFunc(r.past, func(f former) bool { return f.boot == a.Boot }) {
		// Of a process that has not sent a heartbeat: of one that has just begun, or one that ended long ago, whose alerts
		// come from the outbox.
		if len(r.early) < mostEarly {
			r.early = append(r.early, *a)
		}
		return
	}
	b.take(r, a)
}

// catchUp takes what came before the heartbeat that explains it.
func (b *Board) catchUp(r *room) {
	early := r.early
	r.early = nil
	for i := range early {
		b.take(r, &early[i])
	}
}

// take lays an alert over the heartbeat, unless that or a newer alert knows better.
func (b *Board) take(r *room, a *wire.Alert) {
	if !r.seen.first(a.ID) {
		return
	}
	newest, known := r.recent[a.Occurrence]
	if a.Boot != r.boot || a.Seq < r.head.Seq || known && newest.Seq > a.Seq || !known && len(r.recent) >= mostRecent {
		b.tell(Past{Room: r.name, Alert: *a})
		return
	}
	r.clock.hear(b.now, a.OffsetMS)
	before := r.alerts
	r.recent[a.Occurrence] = *a
	r.overlay()
	b.compare(r, before, a)
	b.touch(r)
}

// overlay makes the list of alerts anew.
func (r *room) overlay() {
	list := slices.Clone(r.head.Alerts)
	recent := slices.SortedFunc(maps.Values(r.recent), func(a, b wire.Alert) int { return cmp.Compare(a.Seq, b.Seq) })
	for i := range recent {
		a := &recent[i]
		at := slices.IndexFunc(list, func(l wire.Alert) bool { return l.Occurrence == a.Occurrence })
		switch {
		case a.State == "inactive" && at >= 0:
			list = slices.Delete(list, at, at+1)
		case a.State == "inactive":
		case at >= 0:
			list[at] = *a
		default:
			list = append(list, *a)
		}
	}
	byPriority(list)
	r.alerts = list
}

// compare tells what is different in the alerts of a room: by the message that was taken, or else by a heartbeat.
func (b *Board) compare(r *room, before []wire.Alert, message *wire.Alert) {
	if message != nil {
		b.tell(Changed{Room: r.name, Alert: *message})
	}
	for i := range r.alerts {
		a := &r.alerts[i]
		k := r.known[a.Occurrence]
		if k == nil || !k.since.Equal(a.Since.Time) { // a record that was begun anew counts from one again
			b.close(r, k, before, a.Occurrence)
			k = &known{since: a.Since.Time, key: fmt.Sprintf("%s.%s.%d", r.name, a.Occurrence, a.Since.Unix())}
			r.known[a.Occurrence] = k
		}
		if a.ID == "" { // a heartbeat does not name the message
			a.ID = k.id
		}
		k.id = a.ID
		if message == nil && news(before, a) {
			b.tell(Changed{Room: r.name, Alert: *a, Learnt: true})
		}
		b.climb(r, k, a)
	}
	for occurrence, k := range r.known {
		if slices.ContainsFunc(r.alerts, func(a wire.Alert) bool { return a.Occurrence == occurrence }) {
			continue
		}
		b.close(r, k, before, occurrence)
		delete(r.known, occurrence)
	}
}

// close ends what was called for an occurrence of the list before that is over; k is nil if nothing is known of it.
func (b *Board) close(r *room, k *known, before []wire.Alert, occurrence string) {
	if k == nil || len(k.steps) == 0 {
		return
	}
	if at := slices.IndexFunc(before, func(a wire.Alert) bool { return a.Occurrence == occurrence }); at >= 0 {
		over := before[at]
		over.State = "inactive"
		b.tell(Over{Room: r.name, Key: k.key + ".over", Alert: over})
	}
}

// news reports whether an alert of a heartbeat says more than was known.
func news(before []wire.Alert, a *wire.Alert) bool {
	at := slices.IndexFunc(before, func(k wire.Alert) bool { return k.Occurrence == a.Occurrence })
	return at < 0 || before[at].Priority != a.Priority || before[at].State != a.State || before[at].Acknowledged != a.Acknowledged
}

// climb tells the steps of the ladder that an occurrence has reached and that were not told yet. The agent's timers decide
// when; what is silenced in the room is brought to nobody.
func (b *Board) climb(r *room, k *known, a *wire.Alert) {
	waits := a.State != "inactive" && !a.Acknowledged
	if !waits {
		if len(k.steps) > 0 {
			k.steps = nil
			b.tell(Over{Room: r.name, Key: k.key + ".acknowledged", Alert: *a})
		}
		return
	}
	if a.Signal == "off" { // suspended: what stands when that is over calls as a new one does
		k.off = true
		return
	}
	if a.Signal == "alarm_paused" {
		return
	}
	if k.off {
		k.off, k.steps = false, nil
	}
	step := func(name string) {
		if mark := name + "." + a.Priority; !slices.Contains(k.steps, mark) { // once for each priority: what got worse is told again
			k.steps = append(k.steps, mark)
			b.tell(Call{Room: r.name, Key: k.key + "." + mark, Alert: *a, Step: name})
		}
	}
	if rank(a.Priority) >= rank("medium") && a.State == "active" {
		step(StepStation)
	}
	for _, called := range a.Called {
		if called == StepNextPerson || called == StepEveryone {
			step(called)
		}
	}
}
