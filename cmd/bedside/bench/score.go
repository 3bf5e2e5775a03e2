package bench

import (
	"time"

	"bedside/alerts"
)

// judges are who is compared: the engine and the two kinds of fixed limits.
const judges = 3

// score is what came of one session.
type score struct {
	length time.Duration
	marks  bool // the oximeter marks motion
	events []found
	unseen [kinds]int // events that no device showed
	counts [judges]counts
	waste  map[string]int // nuisance alerts of the engine, by condition
}

// found is a true event that was shown, and how it was found.
type found struct {
	kind  kind
	hold  time.Duration // that the profile states for it
	delay [judges]time.Duration
	added [judges]time.Duration
	miss  [judges]bool
}

// counts are alerts, by the highest priority that they reached.
type counts struct {
	alerts, nuisance [alerts.High + 1]int
}

func (c *counts) add(o *counts) {
	for i := range c.alerts {
		c.alerts[i] += o.alerts[i]
		c.nuisance[i] += o.nuisance[i]
	}
}

func total(by [alerts.High + 1]int) int {
	n := 0
	for _, x := range by {
		n += x
	}
	return n
}

// urgent returns how many are Medium or higher.
func urgent(by [alerts.High + 1]int) int { return by[alerts.Medium] + by[alerts.High] }

// score judges the judges of a session that was played.
func (r *room) score() *score {
	s := &score{length: r.s.Length, marks: r.s.Tells, waste: map[string]int{}}
	told := [judges][]told{r.alerts, r.plain[0].alerts, r.plain[1].alerts}
	for i := range r.truth.list {
		x := &r.truth.list[i]
		switch {
		case !x.event:
		case !r.truth.wasShown(x):
			s.unseen[x.kind]++
		default:
			f := found{kind: x.kind, hold: r.truth.lines.hold[x.kind]}
			for j := range judges {
				f.delay[j], f.added[j], f.miss[j] = r.truth.find(x, told[j])
			}
			s.events = append(s.events, f)
		}
	}
	for j := range judges {
		for i := range told[j] {
			a := &told[j][i]
			s.counts[j].alerts[a.priority]++
			nuisance := !r.truth.excuses(a.side, a.from)
			if a.side == technical {
				nuisance = !r.causes[i]
			}
			if nuisance {
				s.counts[j].nuisance[a.priority]++
				if j == 0 {
					s.waste[a.condition]++
				}
			}
		}
	}
	return s
}

// find returns when a judge has told an event, if it has.
func (t *truth) find(x *stretch, list []told) (delay, added time.Duration, missed bool) {
	first := forever
	for i := range list {
		a := &list[i]
		if a.side == x.kind.side() && a.urgentAt <= x.to+time.Minute && a.to >= x.from {
			first = min(first, a.urgentAt)
		}
	}
	if first == forever {
		return 0, 0, true
	}
	delay = max(first-x.from, 0)
	if added = max(first-x.firstAt, 0); x.kind != pressure {
		added = t.honest(x.firstAt, max(first, x.firstAt))
	}
	return delay, added, false
}
