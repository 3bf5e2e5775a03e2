package alerts

import (
	"maps"
	"slices"

	"bedside/devices"
)

// enter takes over a context: which conditions are judged in it, and where their limits lie. What is not judged any more
// ends, and says so; nothing else changes until the next reading.
func (e *Engine) enter(in Context) {
	e.context = Context{Marks: slices.Clone(in.Marks), Baseline: maps.Clone(in.Baseline), Tighter: maps.Clone(in.Tighter)}
	if len(in.Marks) == 0 {
		e.silence.off = nil // what was switched off was so for the session
		e.ownLimits()       // and so were limits
	}
	e.refit()
}

// refit takes over limits and context anew.
func (e *Engine) refit() {
	for _, t := range e.tracks {
		e.fit(t)
	}
	e.vitals = linkWorse(e.vitals)
	e.order()
	e.restDormant()
}

// restDormant puts aside every condition that is not judged in this context.
func (e *Engine) restDormant() {
	for _, t := range e.tracks {
		if t.dormant {
			e.rest(t)
		}
	}
}

// fit sets the limits that are in force for t, and whether it is judged at all.
func (e *Engine) fit(t *track) {
	t.bounds = t.bounds[:0]
	off := uint8(0)
	for _, b := range t.cond.Bounds {
		t.bounds = append(t.bounds, b.tightened(e.context.Tighter[b.Vital]))
	}
	for _, r := range t.cond.Relative {
		base, known := e.context.Baseline[r.Vital]
		b, ok := r.At(base, known)
		if !ok {
			off |= 1 << len(t.bounds)
		}
		t.bounds = append(t.bounds, b)
	}
	t.off = off
	t.hits &^= off
	for i := range t.sources {
		t.sources[i].out &^= off
	}
	t.dormant = !e.during(t.cond) || len(t.bounds) > 0 && int(off) == 1<<len(t.bounds)-1
}

func (e *Engine) during(c *Condition) bool { return len(c.During) == 0 || e.marked(c.During) }

// marked reports whether one of the words is among the marks of the context.
func (e *Engine) marked(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(e.context.Marks, word) })
}

// rest puts a condition aside that is not judged in this context.
func (e *Engine) rest(t *track) {
	for i := range t.sources {
		t.sources[i].out = 0
	}
	switch t.stage {
	case pending:
		t.stage, t.sure, t.readings = normal, false, 0
	case active, clearing:
		e.finish(t, t.cond.Title+": no longer watched for in this phase")
	}
}

// tightened returns the bound moved towards normal by so many units.
func (b Bound) tightened(by int) Bound {
	switch {
	case by <= 0:
	case b.Side == Below:
		b.Limit, b.Clear = b.Limit+by, b.Clear+by
		if b.Vital == devices.SpO2 {
			b.Clear = min(b.Clear, 100) // above, the alert could never end
		}
	default:
		b.Limit, b.Clear = b.Limit-by, b.Clear-by
	}
	return b
}

// At returns where the limit lies for a baseline, and whether it lies anywhere. The bound has no clear level.
func (r Relative) At(base int, known bool) (Bound, bool) {
	b := Bound{Vital: r.Vital, Side: r.Side, Limit: r.Limit}
	lies := r.Limit != 0
	further := func(limit int) {
		switch {
		case !lies:
			b.Limit, lies = limit, true
		case r.Side == Below:
			b.Limit = min(b.Limit, limit)
		default:
			b.Limit = max(b.Limit, limit)
		}
	}
	if known && r.Delta != 0 {
		if r.Side == Below {
			further(base - r.Delta)
		} else {
			further(base + r.Delta)
		}
	}
	if known && r.Percent != 0 {
		further((base*r.Percent + 99) / 100) // upwards: a whole value reaches 93.6 with 94, and is below it up to 93
	}
	if r.Side == Below {
		b.Clear = b.Limit + r.Back
		if r.Vital == devices.SpO2 {
			b.Clear = min(b.Clear, 100)
		}
	} else {
		b.Clear = b.Limit - r.Back
	}
	return b, lies
}
