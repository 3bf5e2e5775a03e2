package alerts

import (
	"strings"
	"time"
)

// report takes a person's word that a symptom is seen. It needs neither hold nor confirmation.
func (e *Engine) report(in Symptom) {
	for _, t := range e.reports {
		if t.name == in.Name && !t.dormant {
			t.note = strings.Clone(in.By)
			e.violate(t, true)
		}
	}
}

// retract takes a person's word that it is seen no longer.
func (e *Engine) retract(in SymptomOver) {
	for _, t := range e.reports {
		if t.name == in.Name && t.stage != normal {
			e.settle(t, true)
		}
	}
}

// lasts judges a condition that is about how long others last. They take over from each other: what counts is that one of
// them was active all the time. Time alone is no proof here either: the last word about one of them must be a violating
// value.
func (e *Engine) lasts(t *track) {
	if t.dormant {
		return
	}
	var first *track
	sure, seen := false, time.Time{}
	for _, o := range t.of {
		if o.stage != active && o.stage != clearing {
			continue
		}
		if first == nil || o.since.Before(first.since) {
			first = o
		}
		if o.sure && o.seen.After(seen) {
			sure, seen = true, o.seen
		}
	}
	if first == nil {
		switch t.stage {
		case normal:
		case pending:
			e.lull(t)
		default:
			e.settle(t, true)
		}
		return
	}
	if t.stage == normal {
		t.stage, t.since, t.readings = pending, first.since, 0
	}
	t.calm = time.Time{}
	t.sure, t.seen = sure, seen
}

// longestLull is how long what lasts may be over, before it is raised, without the count beginning anew: as long as an
// episode of [bedside/alerts/sessions] takes to end. Our choice.
const longestLull = time.Minute

// lull deals with a moment in which none of those that last is there: what is violated again soon goes on.
func (e *Engine) lull(t *track) {
	if t.calm.IsZero() {
		t.calm = e.now
	}
	t.sure = false
	until := t.calm.Add(longestLull)
	for _, o := range t.of {
		if o.stage == pending && o.since.Before(until) {
			return
		}
	}
	if !e.now.Before(until) {
		t.calm = time.Time{}
		e.settle(t, true)
	}
}

// publishLasting puts what lasts into the alert.
func (e *Engine) publishLasting(t *track) {
	for _, o := range t.of {
		if o.stage != active && o.stage != clearing {
			continue
		}
		a := &o.alert
		t.alert.HasValue, t.alert.Vital, t.alert.Value, t.alert.Limit, t.alert.Side = a.HasValue, a.Vital, a.Value, a.Limit, a.Side
		t.alert.HasBaseline, t.alert.Baseline = a.HasBaseline, a.Baseline
		break
	}
	t.alert.Text = t.cond.Title + " for " + minutes(t.cond.Hold)
}
