package chaos

import (
	"slices"
	"time"
)

// span is a stretch of time, from From up to To.
type span struct{ From, To time.Time }

func (s span) length() time.Duration { return s.To.Sub(s.From) }

// history is when something was well. It is not safe for concurrent use.
type history struct {
	changes []change
}

type change struct {
	at   time.Time
	well bool
}

// mark notes a change; the same state again changes nothing.
func (h *history) mark(at time.Time, well bool) {
	if n := len(h.changes); n > 0 && h.changes[n-1].well == well {
		return
	}
	h.changes = append(h.changes, change{at, well})
}

// spans returns when the state was the wanted one, up to the end. Before the first mark nothing was well.
func (h *history) spans(well bool, begin, end time.Time) []span {
	var out []span
	state, from := false, begin
	for _, c := range h.changes {
		if state == well && c.at.After(from) {
			out = append(out, span{from, c.at})
		}
		state, from = c.well, c.at
	}
	if state == well && end.After(from) {
		out = append(out, span{from, end})
	}
	return out
}

// both returns what lies in a span of each list.
func both(a, b []span) []span {
	var out []span
	for _, x := range a {
		for _, y := range b {
			s := span{later(x.From, y.From), earlier(x.To, y.To)}
			if s.To.After(s.From) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(x, y span) int { return x.From.Compare(y.From) })
	return out
}

// either returns what lies in a span of one list at least, joined where they touch.
func either(lists ...[]span) []span {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(x, y span) int { return x.From.Compare(y.From) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			out[n-1].To = later(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// widen moves the ends of each span outwards, or inwards where a duration is negative; what becomes empty goes.
func widen(spans []span, before, after time.Duration) []span {
	var out []span
	for _, s := range spans {
		if s = (span{s.From.Add(-before), s.To.Add(after)}); s.To.After(s.From) {
			out = append(out, s)
		}
	}
	return out
}

// within reports whether a moment lies in one of the spans.
func within(at time.Time, spans []span) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return !at.Before(s.From) && !at.After(s.To) })
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
