package bench

import (
	"maps"
	"slices"
	"time"

	"bedside/alerts"
)

// Result is what came of all sessions. Times are in seconds, rates for an hour of session, and every list of judges is in the
// order of Judges.
type Result struct {
	Sessions int      `json:"sessions"`
	Seed     uint64   `json:"seed"`
	Hours    float64  `json:"hours"`
	Judges   []string `json:"judges"`
	Events   int      `json:"events"`    // that the devices showed
	Unseen   int      `json:"not_shown"` // that they did not
	Table    []Score  `json:"scores"`    // of each judge
	Kinds    []Kind   `json:"kinds"`     // of each kind of event
	Waste    []Waste  `json:"nuisances"` // of the engine, the most frequent first
	Goals    []Goal   `json:"goals"`
}

// Score is how one judge did.
type Score struct {
	Judge    string  `json:"judge"`
	Missed   int     `json:"missed"`
	Median   float64 `json:"median_delay_s"`
	Worst    float64 `json:"worst_delay_s"`
	High     float64 `json:"high_per_hour"`
	Medium   float64 `json:"medium_per_hour"`
	Low      float64 `json:"low_per_hour"`
	Nuisance float64 `json:"nuisance_per_hour"`
	Urgent   float64 `json:"urgent_nuisance_per_session"` // Medium or higher
}

// Kind is how one kind of event was found.
type Kind struct {
	Kind   string    `json:"kind"`
	Events int       `json:"events"`
	Unseen int       `json:"not_shown"`
	Missed []int     `json:"missed"`
	Median []float64 `json:"median_delay_s"`
	Worst  []float64 `json:"worst_delay_s"`
	Added  []float64 `json:"worst_added_delay_s"`
	Hold   float64   `json:"hold_s"`    // the longest that a profile states
	Late   int       `json:"over_hold"` // events for which the engine added more than its profile states
}

// Waste is how many nuisance alerts came of a condition.
type Waste struct {
	Condition string `json:"condition"`
	Alerts    int    `json:"alerts"`
}

// Goal is what the engine should reach, in all sessions together.
type Goal struct {
	Text     string  `json:"goal"`
	Most     float64 `json:"most"`
	Reached  float64 `json:"reached"`
	Marked   float64 `json:"reached_marked"`   // in the sessions whose oximeter marks motion
	Unmarked float64 `json:"reached_unmarked"` // in the others
	Met      bool    `json:"met"`
}

var judgeNames = []string{"this engine", "fixed limits", "fixed limits, 15 s"}

// sum puts the sessions together.
func sum(o Options, list []*score) *Result {
	r := &Result{Sessions: o.Sessions, Seed: o.Seed, Judges: judgeNames}
	var all [judges]counts
	var events []found
	var unseen [kinds]int
	waste := map[string]int{}
	for _, s := range list {
		r.Hours += s.length.Hours()
		events = append(events, s.events...)
		for j := range judges {
			all[j].add(&s.counts[j])
		}
		for k, n := range s.unseen {
			unseen[k] += n
			r.Unseen += n
		}
		for c, n := range s.waste {
			waste[c] += n
		}
	}
	r.Events = len(events)
	for j := range judges {
		r.Table = append(r.Table, r.score(j, &all[j], events))
	}
	for k := range kinds {
		r.Kinds = append(r.Kinds, kindOf(k, events, unseen[k]))
	}
	for _, c := range slices.Sorted(maps.Keys(waste)) {
		r.Waste = append(r.Waste, Waste{c, waste[c]})
	}
	slices.SortStableFunc(r.Waste, func(a, b Waste) int { return b.Alerts - a.Alerts })
	r.judge(list)
	return r
}

func (r *Result) score(j int, c *counts, events []found) Score {
	hours := max(r.Hours, 1e-9)
	s := Score{
		Judge: judgeNames[j],
		High:  float64(c.alerts[alerts.High]) / hours, Medium: float64(c.alerts[alerts.Medium]) / hours,
		Low:      float64(c.alerts[alerts.Low]+c.alerts[alerts.Information]) / hours,
		Nuisance: float64(total(c.nuisance)) / hours, Urgent: float64(urgent(c.nuisance)) / float64(max(r.Sessions, 1)),
	}
	s.Missed, s.Median, s.Worst = delays(j, events)
	return s
}

// delays returns how many events a judge missed, and how late it found the others, in seconds.
func delays(j int, events []found) (missed int, median, worst float64) {
	var list []time.Duration
	for i := range events {
		if events[i].miss[j] {
			missed++
			continue
		}
		list = append(list, events[i].delay[j])
	}
	if len(list) == 0 {
		return missed, 0, 0
	}
	slices.Sort(list)
	return missed, list[len(list)/2].Seconds(), list[len(list)-1].Seconds()
}

func kindOf(k kind, events []found, unseen int) Kind {
	out := Kind{Kind: kindNames[k], Unseen: unseen}
	var mine []found
	for _, f := range events {
		if f.kind == k {
			mine = append(mine, f)
		}
	}
	out.Events = len(mine)
	for j := range judges {
		missed, median, worst := delays(j, mine)
		added := time.Duration(0)
		for i := range mine {
			added = max(added, mine[i].added[j])
		}
		out.Missed, out.Median = append(out.Missed, missed), append(out.Median, median)
		out.Worst, out.Added = append(out.Worst, worst), append(out.Added, added.Seconds())
	}
	for i := range mine {
		out.Hold = max(out.Hold, mine[i].hold.Seconds())
		if mine[i].added[0] > mine[i].hold {
			out.Late++
		}
	}
	return out
}

// judge compares with the goals.
func (r *Result) judge(list []*score) {
	only := func(marks bool) []*score {
		return slices.DeleteFunc(slices.Clone(list), func(s *score) bool { return s.marks != marks })
	}
	all, marked, unmarked := measure(list), measure(only(true)), measure(only(false))
	for i, g := range []Goal{
		{Text: "true events missed"},
		{Text: "true events told later than the hold of the profile"},
		{Text: "nuisance alerts, as a share of fixed limits", Most: 0.10},
		{Text: "nuisance alerts, as a share of fixed limits, 15 s", Most: 1.0 / 3},
		{Text: "nuisance alerts of Medium or higher, a session", Most: 0.30},
	} {
		g.Reached, g.Marked, g.Unmarked = all[i], marked[i], unmarked[i]
		g.Met = g.Reached <= g.Most
		r.Goals = append(r.Goals, g)
	}
}

// measure returns what some sessions reach of the goals, in their order.
func measure(list []*score) [5]float64 {
	var missed, late, urgently int
	var nuisance [judges]float64
	for _, s := range list {
		for i := range s.events {
			f := &s.events[i]
			switch {
			case f.miss[0]:
				missed++
			case f.added[0] > f.hold:
				late++
			}
		}
		for j := range judges {
			nuisance[j] += float64(total(s.counts[j].nuisance))
		}
		urgently += urgent(s.counts[0].nuisance)
	}
	return [5]float64{
		float64(missed), float64(late), nuisance[0] / max(nuisance[1], 1), nuisance[0] / max(nuisance[2], 1),
		float64(urgently) / float64(max(len(list), 1)),
	}
}
