package whatif

import (
	"cmp"
	"slices"
	"time"

	"bedside/alerts/profiles"
)

const (
	// early is how long before its time a reading still counts for it, and rest how long the arm rests: package sessions.
	early = 2 * time.Minute
	rest  = time.Minute
	// answered is how long after a request beside the schedule a reading still is the answer: then it is overdue, alarms.md
	// section 9.
	answered = 5 * time.Minute
)

// Ask is a cuff reading that the other profile would have asked for and that was not taken.
type Ask struct {
	At  time.Time `json:"at"`
	Why string    `json:"why"`
}

// asked returns the readings after the first dose that the other profile would have asked for beyond those that were taken.
// What it would have asked for because of them, nobody knows, so these are the fewest.
func (r *Replay) asked(end time.Time) []Ask {
	if len(r.doses) == 0 {
		return nil
	}
	var list []Ask
	for _, a := range r.extras {
		if !r.taken(a.At, a.At.Add(answered)) && !a.At.Add(rest).After(end) {
			list = append(list, a)
		}
	}
	p := r.room.profile
	m := profiles.Moments{FirstDose: r.doses[0], LastDose: r.doses[len(r.doses)-1], InfusionEnd: r.infusion}
	switch {
	case !m.InfusionEnd.IsZero():
	case p.Infusion.Value > 0:
		m.InfusionEnd = m.FirstDose.Add(p.Infusion.Value)
	default:
		m.InfusionEnd = m.LastDose
	}
	due, ok := p.Schedule.Next(m, m.FirstDose)
	for ok && !due.At.Add(rest).After(end) { // in the last minute no cuff is that quick
		next, more := p.Schedule.Next(m, due.At)
		until := end.Add(1)
		if more && next.At.Before(end) { // what is taken shortly before the next one is for that
			until = later(next.At.Add(-window(&next)), earlier(next.At, due.At.Add(rest)))
		}
		if !r.taken(due.At.Add(-window(&due)), until) {
			why := "scheduled"
			if due.Mandatory {
				why = "scheduled and mandatory"
			}
			list = append(list, Ask{At: due.At, Why: why})
		}
		due, ok = next, more
	}
	slices.SortStableFunc(list, func(a, b Ask) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(b.Why, a.Why)) })
	return slices.CompactFunc(list, func(a, b Ask) bool { return b.At.Sub(a.At).Abs() < rest })
}

// window returns how long before its time a reading counts for a due one.
func window(d *profiles.Due) time.Duration {
	if d.Mandatory {
		return d.Tolerance
	}
	return early
}

// taken reports whether there is a reading from one moment on and before another.
func (r *Replay) taken(from, to time.Time) bool {
	return slices.ContainsFunc(r.readings, func(at time.Time) bool { return !at.Before(from) && at.Before(to) })
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
