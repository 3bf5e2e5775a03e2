package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
)

// check reports what contradicts itself. The alarm conditions are checked by the engine, so that what it would refuse is
// refused here with its place.
func check(s *document.Source, p *Profile) {
	checkPhases(s, p)
	checkConditions(s, p)
	checkReach(s, p)
	checkRechecks(s, p)
	checkSchedule(s, p)
	checkLadder(s, p)
	checkRest(s, p)
}

// at is the place of the first of the paths that is in this file; what is wrong with an inherited value is told at limits.
func at(s *document.Source, paths ...string) document.Place {
	for _, path := range paths {
		if where, ok := s.At[path]; ok {
			return where
		}
	}
	for _, path := range paths {
		if where, ok := s.At[section(path)]; ok {
			return where
		}
	}
	return document.Place{}
}

func checkPhases(s *document.Source, p *Profile) {
	order := -1
	var before *Phase
	for i := range p.Phases {
		x := &p.Phases[i]
		where := at(s, "phases."+x.ID)
		if n := slices.Index(phaseIDs, x.ID); n <= order {
			s.Fail(where, "phases: %s comes too late; their order is %s", x.ID, strings.Join(phaseIDs, ", "))
		} else {
			order = n
		}
		if before != nil && before.Anchor == x.Anchor && x.From.Value <= before.From.Value {
			s.Fail(where, "phases: %s begins at %s, not after %s at %s", x.ID, document.PrintDuration(x.From.Value), before.ID,
				document.PrintDuration(before.From.Value))
		}
		before = x
	}
	if len(p.Phases) == 0 || p.Phases[0].From.Value != 0 {
		s.Fail(at(s, "phases"), "phases: the first one begins at 0s, so that there is always one")
	}
}

// checkConditions lets the engine judge the limits.
func checkConditions(s *document.Source, p *Profile) {
	_, err := alerts.New(p.Conditions())
	problems, ok := err.(*alerts.ConditionsError) //nolint:errorlint // New documents the type of its error
	if !ok {
		return
	}
	for _, x := range problems.Problems {
		where := document.Place{}
		for _, id := range x.Conditions {
			if there, ok := s.At["limits."+id]; ok && where == (document.Place{}) {
				where = there
			}
		}
		s.Fail(where, "limits: %s: %s", strings.Join(x.Conditions, ", "), x.Text)
	}
}

// checkPriority keeps what can be High from beginning below Medium: alarms.md section 2.
func checkPriority(s *document.Source, l *Limit) {
	top := l.Priority
	for _, e := range l.Escalate {
		top = max(top, e.Priority)
	}
	if top == alerts.High && l.Priority < alerts.Medium {
		s.Fail(at(s, "limits."+l.Rule+".priority", "limits."+l.Rule), "limits: %s can be high, so it is medium at least when it begins", l.Rule)
	}
}

// checkAdjust reports leave to change what a session does not change.
func checkAdjust(s *document.Source, l *Limit) {
	for i, b := range l.Bounds {
		path := fmt.Sprintf("limits.%s.bounds[%d].adjust", l.Rule, i)
		if _, written := s.At[path]; !written || b.Adjust == (Adjust{}) {
			continue
		}
		looser := b.Adjust.Max
		if b.Side == alerts.Below {
			looser = b.Adjust.Min
		}
		switch {
		case b.Delta.Value != 0 || b.Percent.Value != 0:
			s.Fail(at(s, path), "limits: %s: a limit that follows the baseline is not changed in a session", l.Rule)
		case l.Priority == alerts.High && (looser != Number{} || b.Adjust.End != Number{}):
			s.Fail(at(s, path), "limits: %s is high when it begins, so a session makes it only tighter", l.Rule)
		}
	}
	if _, written := s.At["limits."+l.Rule+".adjust_hold"]; written && l.Priority == alerts.High &&
		(l.Adjust.Max != Span{} || l.Adjust.End != Span{}) {
		s.Fail(at(s, "limits."+l.Rule+".adjust_hold"), "limits: %s is high when it begins, so a session makes its hold only shorter", l.Rule)
	}
}

// checkReach reports limits that can never fire: judged in a phase that is never reached, or always covered by another that
// is raised no later.
func checkReach(s *document.Source, p *Profile) {
	reached := []string{"preparation", "baseline"}
	for _, x := range p.Phases {
		reached = append(reached, x.ID)
	}
	if p.Persist.At.Value > 0 {
		reached = append(reached, "persist")
	}
	for i := range p.Limits {
		l := &p.Limits[i]
		checkPriority(s, l)
		checkAdjust(s, l)
		if len(l.Phases) > 0 && !slices.ContainsFunc(l.Phases, func(m string) bool { return slices.Contains(reached, m) }) {
			s.Fail(at(s, "limits."+l.Rule), "limits: %s can never fire: the profile never reaches %s", l.Rule, strings.Join(l.Phases, " or "))
		}
		for j := range p.Limits {
			if o := &p.Limits[j]; i != j && shadows(o, l) {
				s.Fail(at(s, "limits."+l.Rule, "limits."+o.Rule), "limits: %s can never fire: %s has the same limits, is no less urgent, and is raised no later", l.Rule, o.Rule)
			}
		}
	}
}

// shadows reports whether o says all that l would, at the same values and no later.
func shadows(o, l *Limit) bool {
	if len(l.Bounds) == 0 || len(l.Phases) > 0 && !slices.Equal(o.Phases, l.Phases) || len(o.Phases) > 0 && len(l.Phases) == 0 {
		return false
	}
	if o.Priority < l.Priority || o.Hold.Value > l.Hold.Value || o.Readings.Value > l.Readings.Value {
		return false
	}
	if o.Priority == l.Priority && o.Rule > l.Rule {
		return false // of two equal ones the second is told
	}
	for _, b := range l.Bounds {
		if !slices.ContainsFunc(o.Bounds, func(x Bound) bool { return x.reaches(b) }) {
			return false
		}
	}
	return true
}

// reaches reports whether b is violated by every value that violates o.
func (b Bound) reaches(o Bound) bool {
	if b.Vital != o.Vital || b.Side != o.Side || b.Delta.Value != o.Delta.Value || b.Percent.Value != o.Percent.Value {
		return false
	}
	if b.Side == alerts.Below {
		return b.Limit.Value >= o.Limit.Value
	}
	return b.Limit.Value <= o.Limit.Value
}

func checkRechecks(s *document.Source, p *Profile) {
	for _, r := range p.Rechecks {
		where := at(s, "recheck."+r.Rule)
		l, ok := p.Limit(r.Rule)
		if !ok || len(l.Bounds) == 0 {
			s.Fail(where, "recheck: no rule with limits is called %q", r.Rule)
			continue
		}
		if r.After.Value < Rest {
			s.Fail(where, "recheck: %s after %s is too soon: between two measurements the arm rests for %s at least", r.Rule,
				document.PrintDuration(r.After.Value), document.PrintDuration(Rest))
		}
	}
}

// Rest is the least time without air in the cuff between two measurements: alarms.md section 11.
const Rest = time.Minute

// shortest is the shortest interval of a series. Our choice: a rest, and a measurement of half a minute with room to spare.
const shortest = 2 * time.Minute

func checkSchedule(s *document.Source, p *Profile) {
	for i, b := range p.Schedule {
		path := fmt.Sprintf("bp_schedule[%d]", i)
		series := b.Every.Value > 0
		switch {
		case series == (len(b.At) > 0):
			s.Fail(at(s, path), "%s: either single times at, or a series with every", path)
		case series && b.Every.Value < shortest:
			s.Fail(at(s, path+".every", path), "%s: every %s leaves the arm no rest; %s at least", path,
				document.PrintDuration(b.Every.Value), document.PrintDuration(shortest))
		case series && b.To.Value > 0 && b.To.Value <= b.From.Value:
			s.Fail(at(s, path+".to", path), "%s: it ends at %s, before it begins", path, document.PrintDuration(b.To.Value))
		}
		for k := 1; k < len(b.At); k++ {
			if gap := b.At[k] - b.At[k-1]; gap < shortest {
				s.Fail(at(s, path+".at", path), "%s: two readings %s apart leave the arm no rest; %s at least", path,
					document.PrintDuration(gap), document.PrintDuration(shortest))
			}
		}
	}
	if len(p.Schedule) == 0 {
		s.Fail(at(s, "bp_schedule"), "bp_schedule: there is none; a session needs cuff readings")
	}
	if e := p.Elevated.Every.Value; e != 0 && e < shortest {
		s.Fail(at(s, "elevated.every"), "elevated: every %s leaves the arm no rest; %s at least", document.PrintDuration(e), document.PrintDuration(shortest))
	}
}

func checkLadder(s *document.Source, p *Profile) {
	last := map[alerts.Priority]Rung{}
	for i, r := range p.Ladder {
		where := at(s, fmt.Sprintf("ladder[%d]", i))
		if before, ok := last[r.Priority]; ok && r.After.Value < before.After.Value {
			s.Fail(where, "ladder: %s is called before %s, which stands before it", r.Call, before.Call)
		}
		last[r.Priority] = r
	}
	if last[alerts.High].Call != "everyone" {
		s.Fail(at(s, "ladder"), "ladder: the last step of high alerts must be everyone, so that there is always somebody")
	}
}

func checkRest(s *document.Source, p *Profile) {
	if len(p.Routes) == 0 {
		s.Fail(at(s, "routes", "id"), "routes: the profile is for no route")
	}
	if len(p.Observe) == 0 {
		s.Fail(at(s, "observe", "id"), "observe: the profile has no least time of observation")
	}
	if g := &p.Predose; g.MinPulse.Value >= g.MaxPulse.Value {
		s.Fail(at(s, "predose.min_hr", "predose"), "predose: min_hr %d is not below max_hr %d", g.MinPulse.Value, g.MaxPulse.Value)
	}
	if b := &p.Baseline; b.Readings.Value < 1 || b.Target.Value < b.Readings.Value {
		s.Fail(at(s, "baseline.target", "baseline"), "baseline: at least one reading, and a target of no fewer")
	}
	if b := &p.Baseline; b.Apart.Value < Rest {
		s.Fail(at(s, "baseline.apart", "baseline"), "baseline: readings %s apart leave the arm no rest; %s at least",
			document.PrintDuration(b.Apart.Value), document.PrintDuration(Rest))
	}
	if d := &p.Discharge; d.PulseLow.Value >= d.PulseHigh.Value {
		s.Fail(at(s, "discharge.min_hr", "discharge"), "discharge: min_hr %d is not below max_hr %d", d.PulseLow.Value, d.PulseHigh.Value)
	}
	if (p.ApprovedBy == "") != (p.ApprovedAt == "") {
		s.Fail(at(s, "approved_by", "approved_at"), "approved_by and approved_at belong together")
	}
	for _, o := range p.Observe {
		if o.Anchor == InfusionEnd && p.Infusion.Value == 0 {
			s.Fail(at(s, "observe"), "observe: there is no infusion to count from")
		}
	}
}
