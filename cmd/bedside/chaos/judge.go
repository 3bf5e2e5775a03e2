package chaos

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"bedside/agent/wire"
)

// What is allowed, with its source. What is called slack is our choice for a busy computer: the processes share it with whoever
// else works there.
const (
	lostReadings = time.Second            // before a kill: the record commits readings once a second
	lostAlerts   = 250 * time.Millisecond // before a kill: the record commits alerts within 50 ms, and slack
	commitSlack  = 500 * time.Millisecond // of one commit
	noticeBroker = 10 * time.Second       // until an outage is noticed: three pings of three seconds, and one
	silentAfter  = 15 * time.Second       // without a heartbeat
	heartbeat    = 5 * time.Second
	slack        = 2 * time.Second
	averaging    = 8 * time.Second  // of the oximeter over four slow beats, and of the agent
	memory       = 15 * time.Second // of the oximeter: how old a truth may stand in a value
	agentReady   = 4 * time.Second  // after its start: the port is open and frames were heard
	deviceReady  = 9 * time.Second  // after its start or the plug: beats are found again
	readingGap   = 2500 * time.Millisecond
	lostDevice   = 12 * time.Second // silence limit of the protocol and five seconds (DESIGN), and slack
)

// facts are what is known of one room after a run.
type facts struct {
	name       string
	course     course
	epoch, end time.Time

	recorded []event // in the order of seq
	heard    map[string]*event
	truth    map[string][]sentence // by device
	beats    []time.Time           // heartbeats that arrived

	agentUp []span
	path    []span // the way from the agent to the server carried
	delayed []span
	full    []span // no space on the disk
	devices map[string][]span

	station []span // the station ran and reached the server
	silent  []span // it said that the room is silent
	shownAt map[string][]time.Time
	tile    *wire.Tile // what it said last
}

// kills are the ends of the agent's lives but the last.
func (f *facts) kills() []time.Time {
	var out []time.Time
	for i, s := range f.agentUp {
		if i < len(f.agentUp)-1 {
			out = append(out, s.To)
		}
	}
	return out
}

// killedAfter reports whether the agent was killed that soon after a moment.
func (f *facts) killedAfter(at time.Time, within time.Duration) bool {
	return slices.ContainsFunc(f.kills(), func(k time.Time) bool {
		return !at.After(k.Add(commitSlack)) && k.Sub(at) <= within
	})
}

// outages are when the path did not carry.
func (f *facts) outages() []span {
	h := history{}
	for _, s := range f.path {
		h.mark(s.From, true)
		h.mark(s.To, false)
	}
	return h.spans(false, f.epoch, f.end)
}

// verdict collects what is wrong and what was measured.
type verdict struct {
	violations []Violation
	Figures
}

func (v *verdict) wrong(room, check, form string, args ...any) {
	v.violations = append(v.violations, Violation{Room: room, Check: check, Text: fmt.Sprintf(form, args...)})
}

// judge compares everything that is known of a room.
func (v *verdict) judge(f *facts) {
	v.Outages += len(f.outages())
	v.whole(f)
	v.delivered(f)
	v.once(f)
	v.ordered(f)
	v.covered(f)
	v.trueValues(f)
	v.cuff(f)
	v.crossings(f)
	v.announced(f)
	v.lostDevices(f)
	v.silence(f)
	v.latency(f)
	v.catchUp(f)
	v.told(f)
	v.shown(f)
	v.agreed(f)
}

// whole: of the numbers that one process gave, none is missing in the record.
func (v *verdict) whole(f *facts) {
	for i := 1; i < len(f.recorded); i++ {
		a, b := &f.recorded[i-1], &f.recorded[i]
		switch {
		case b.Seq <= a.Seq:
			v.wrong(f.name, "record", "number %d after %d", b.Seq, a.Seq)
		case a.Boot == b.Boot && b.Seq != a.Seq+1:
			v.wrong(f.name, "record", "events %d to %d of process %s are missing", a.Seq+1, b.Seq-1, a.Boot)
		}
	}
	for i := range f.recorded {
		if f.recorded[i].reading() {
			v.Readings++
		} else if f.recorded[i].alert() {
			v.Alerts++
		}
	}
}

// delivered: what is recorded was stored by the server, and what was heard is recorded, but for the moment before a kill.
func (v *verdict) delivered(f *facts) {
	recorded := map[string]bool{}
	for i := range f.recorded {
		e := &f.recorded[i]
		recorded[e.ID] = true
		if got := f.heard[e.ID]; got == nil || got.Stored == 0 {
			v.wrong(f.name, "lost", "%s of %s is in the record and did not reach the witness", e.ID, e.Subject)
		}
	}
	for _, e := range sorted(f.heard) {
		if recorded[e.ID] {
			continue
		}
		limit := lostAlerts
		if e.reading() {
			limit = lostReadings
		}
		if !f.killedAfter(e.At.Time, limit+commitSlack) {
			v.wrong(f.name, "unrecorded", "%s of %s at %v was heard and is not in the record", e.ID, e.Subject, e.At.Sub(f.epoch))
			continue
		}
		if e.reading() {
			v.ReadingsCut++
		} else {
			v.AlertsCut++
		}
	}
}

func sorted(events map[string]*event) []*event {
	list := make([]*event, 0, len(events))
	for _, e := range events {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *event) int { return cmp.Compare(a.Seq, b.Seq) })
	return list
}

// once: no number has two ids, and no occurrence begins twice.
func (v *verdict) once(f *facts) {
	ids := map[uint64]string{}
	for _, e := range sorted(f.heard) {
		if other, ok := ids[e.Seq]; ok && other != e.ID {
			v.wrong(f.name, "twice", "number %d is %s and %s", e.Seq, other, e.ID)
		}
		ids[e.Seq] = e.ID
		v.Repeated += max(0, e.Times-1)
	}
	begun := map[string]string{}
	for i := range f.recorded {
		e := &f.recorded[i]
		if !e.alert() || e.Event != "raised" {
			continue
		}
		if id, ok := begun[e.Occurrence]; ok {
			v.wrong(f.name, "twice", "%s was raised as %s and as %s", e.Occurrence, id, e.ID)
		}
		begun[e.Occurrence] = e.ID
	}
}

// ordered: a stream has the readings in the order of seq. Of alerts, one that is told live overtakes those of an outage; any
// other change of order is wrong. Sorted by seq, as receivers do, time never goes back.
func (v *verdict) ordered(f *facts) {
	troubled := widen(either(f.outages(), f.delayed, away(f)), 15*time.Second, 15*time.Second)
	last := map[string]*event{}
	list := sorted(f.heard)
	for i := 1; i < len(list); i++ {
		if a, b := list[i-1], list[i]; b.At.Before(a.At.Time) {
			v.wrong(f.name, "order", "%s is of %v, before %s of %v", b.ID, b.At.Sub(f.epoch), a.ID, a.At.Sub(f.epoch))
		}
	}
	slices.SortFunc(list, func(a, b *event) int { return cmp.Compare(a.Stored, b.Stored) })
	for _, e := range list {
		if e.Stored == 0 {
			continue
		}
		before := last[e.class()]
		if before == nil || e.Seq > before.Seq {
			last[e.class()] = e
			continue
		}
		if !e.reading() && within(e.At.Time, troubled) {
			v.Overtaken++
			continue
		}
		v.wrong(f.name, "order", "%s was stored after %s (%s)", e.ID, before.ID, e.Subject)
	}
}

// away are the times between the agent's lives.
func away(f *facts) []span {
	h := history{}
	for _, s := range f.agentUp {
		h.mark(s.From, true)
		h.mark(s.To, false)
	}
	return h.spans(false, f.epoch, f.end)
}

// latency measures what was told while all was well.
func (v *verdict) latency(f *facts) {
	calm := widen(f.path, -5*time.Second, -2*time.Second)
	for i := range f.recorded {
		e := &f.recorded[i]
		got := f.heard[e.ID]
		if !e.alert() || got == nil || got.Heard.IsZero() || !within(e.At.Time, calm) || within(e.At.Time, widen(f.delayed, 0, time.Second)) {
			continue
		}
		v.latencies = append(v.latencies, got.Heard.Sub(e.At.Time))
	}
}

// catchUp measures how long after an outage the server had everything of it. An agent that is away brings nothing either, so
// its absence prolongs the outage.
func (v *verdict) catchUp(f *facts) {
	for _, o := range f.outages() {
		v.LongestOutageMS = max(v.LongestOutageMS, o.length().Milliseconds())
	}
	blocked := either(f.outages(), away(f))
	for n, o := range blocked {
		for i := range f.recorded {
			e := &f.recorded[i]
			got := f.heard[e.ID]
			if got == nil || e.At.Before(o.From.Add(-noticeBroker)) || e.At.After(o.To) || got.Got.Before(o.To) {
				continue
			}
			if n+1 < len(blocked) && blocked[n+1].From.Before(got.Got) {
				continue // broken again before it had caught up: told of that outage
			}
			v.Bridged++
			v.LongestCatchUpMS = max(v.LongestCatchUpMS, got.Got.Sub(o.To).Milliseconds())
		}
	}
}
