package alerts

import (
	"cmp"
	"slices"
)

// covers reports whether a, while it is active, stands for b: both judge a vital on the same side, and a is more urgent, or
// as urgent with limits that lie further out.
func covers(a, b *track) bool {
	further, more := false, a.cond.Priority > b.cond.Priority
	for i, x := range a.bounds {
		for j, y := range b.bounds {
			if x.Vital != y.Vital || x.Side != y.Side || a.off&(1<<i) != 0 || b.off&(1<<j) != 0 {
				continue
			}
			d := x.excess(y.Limit)
			if d > 0 && !more {
				return false
			}
			further = further || d < 0 || more
		}
	}
	return further && a.cond.Priority >= b.cond.Priority
}

// linkWorse tells every track which others cover it, and returns them with the covering ones first, so that of two that
// are due at the same moment only the worse is raised.
func linkWorse(tracks []*track) []*track {
	for _, b := range tracks {
		b.worse = b.worse[:0]
		for _, a := range tracks {
			if a != b && covers(a, b) {
				b.worse = append(b.worse, a)
			}
		}
	}
	slices.SortStableFunc(tracks, func(a, b *track) int { return cmp.Compare(len(a.worse), len(b.worse)) })
	return tracks
}

// coveredAt reports whether a worse condition is active with at least priority p. A latched one does not count: its
// violation is over.
func (t *track) coveredAt(p Priority) bool {
	for _, w := range t.worse {
		if w.alert.State == Active && w.alert.Priority >= p {
			return true
		}
	}
	return false
}

// inhibited reports whether a pending condition must wait although its hold is over. The worse never waits for the
// lesser.
func (e *Engine) inhibited(t *track) bool {
	switch t.cond.Trigger {
	case Limits:
		return t.coveredAt(t.cond.Priority)
	case SensorOff, DataFrozen:
		return e.squeezed(t.dev)
	case SignalPoor:
		off := t.dev.track(SensorOff)
		return e.squeezed(t.dev) || (off != nil && off.alert.State == Active)
	default:
		return false
	}
}
