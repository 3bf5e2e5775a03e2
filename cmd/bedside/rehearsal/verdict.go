package rehearsal

import (
	"cmp"
	"slices"
	"time"

	"bedside/alerts"
	"bedside/simulators/scenario"
)

// Line is one line of a comparison: an expectation, something seen, or both where they belong together.
type Line struct {
	Expected *scenario.Expectation // nil for what nobody expected
	Seen     *Seen                 // nil for what was not seen
	Other    *Seen                 // beside a missing one: the same change at another time or with another priority
	Refused  *Refusal              // an action that the agent refused; the story was not told as it stands
}

// OK reports whether the line is as it should be.
func (l *Line) OK() bool { return l.Expected != nil && l.Seen != nil }

func (l *Line) at() time.Duration {
	switch {
	case l.Seen != nil:
		return l.Seen.At
	case l.Refused != nil:
		return l.Refused.At
	}
	return l.Expected.From
}

// Verdict is the comparison of a story with what came of it, in the order of time.
type Verdict []Line

// OK reports whether everything that was expected was seen, and nothing that was forbidden.
func (v Verdict) OK() bool { return v.Bad() == 0 }

// Bad returns how many lines are not as they should be.
func (v Verdict) Bad() int {
	n := 0
	for i := range v {
		if !v[i].OK() {
			n++
		}
	}
	return n
}

// Judge compares what came of a story with what it expects. An event fulfils one expectation at most: of those that it
// fits, the one that ends first. Who is called with it is apart from that.
func Judge(s *scenario.Scenario, r *Result) Verdict {
	lines := make(Verdict, len(s.Expect))
	order := make([]*Line, len(s.Expect))
	for i := range s.Expect {
		lines[i].Expected = &s.Expect[i]
		order[i] = &lines[i]
	}
	slices.SortStableFunc(order, func(a, b *Line) int { return cmp.Compare(a.Expected.To, b.Expected.To) })
	var extra Verdict
	before := map[string]alerts.Alert{} // by occurrence
	for i := range r.Events {
		e := &r.Events[i]
		was := before[e.Alert.Occurrence]
		before[e.Alert.Occurrence] = e.Alert
		for _, l := range order {
			if l.Seen == nil && calls(l.Expected, e, &was) {
				l.Seen = e
			}
		}
		at := slices.IndexFunc(order, func(l *Line) bool { return l.Seen == nil && changes(l.Expected, e, &was) })
		switch {
		case at >= 0:
			order[at].Seen = e
		case forbidden(s, e):
			extra = append(extra, Line{Seen: e})
		}
	}
	for i := range lines {
		if lines[i].Seen == nil {
			lines[i].Other = like(lines[i].Expected, r.Events)
		}
	}
	for i := range r.Refused {
		extra = append(extra, Line{Refused: &r.Refused[i]})
	}
	lines = append(lines, extra...)
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.at(), b.at()) })
	return lines
}

// changes reports whether an event is the change that is expected.
func changes(x *scenario.Expectation, e *Seen, was *alerts.Alert) bool {
	return x.Called == "" && e.Change == x.Change && (!x.Again || was.Acknowledged && !e.Alert.Acknowledged) && fits(x, e)
}

// calls reports whether with an event somebody is called who is expected to be.
func calls(x *scenario.Expectation, e *Seen, was *alerts.Alert) bool {
	return x.Called != "" && slices.Contains(e.Alert.Called, x.Called) && !slices.Contains(was.Called, x.Called) && fits(x, e)
}

func fits(x *scenario.Expectation, e *Seen) bool {
	return e.Alert.Condition == x.Condition && e.At >= x.From && e.At <= x.To && (x.Device == "" || e.Alert.Device == x.Device) &&
		(x.Priority == nil || e.Alert.Priority == *x.Priority) && (x.Signal == nil || e.Alert.Signal == *x.Signal)
}

// forbidden reports whether something seen, which fulfils no expectation, must not be.
func forbidden(s *scenario.Scenario, e *Seen) bool {
	switch e.Change {
	case alerts.Raised:
		return s.ForbidOthers || slices.Contains(s.Forbid, e.Alert.Condition)
	case alerts.Escalated:
		return s.ForbidOthers
	default:
		return false // the end of what was raised is no alert of its own
	}
}

// like returns the first event of the same condition and change, nil if there is none.
func like(x *scenario.Expectation, events []Seen) *Seen {
	i := slices.IndexFunc(events, func(e Seen) bool {
		return e.Alert.Condition == x.Condition && (x.Called != "" && slices.Contains(e.Alert.Called, x.Called) || x.Called == "" && e.Change == x.Change)
	})
	if i < 0 {
		return nil
	}
	return &events[i]
}
