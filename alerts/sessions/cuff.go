package sessions

import (
	"time"

	"bedside/alerts/profiles"
	"bedside/devices"
)

// Rules for asking a cuff: alarms.md section 11, and section 9 for what is late.
const (
	retries   = 2               // after a failed attempt
	lateAfter = 5 * time.Minute // then a reading is overdue
	// A reading so long before its time still counts for it. Our choice: staff who measure when they happen to be there
	// should not be asked again at once.
	early = 2 * time.Minute
)

// cuffPlan is when the cuff is due.
type cuffPlan struct {
	Last   time.Time `json:"last,omitzero"` // when air was last in the cuff
	Busy   bool      `json:"busy,omitempty"`
	Cursor time.Time `json:"cursor,omitzero"` // readings of the schedule up to here are dealt with

	Open      bool          `json:"open,omitempty"` // one is due and not taken
	Since     time.Time     `json:"since,omitzero"` // when it was due
	Why       string        `json:"why,omitempty"`
	Mandatory bool          `json:"mandatory,omitempty"`
	Tolerance time.Duration `json:"tolerance,omitempty"`
	AskAt     time.Time     `json:"ask,omitzero"` // when to ask next
	Failures  int           `json:"failures,omitempty"`
	Overdue   bool          `json:"overdue,omitempty"` // nibp_overdue is raised
	Missed    bool          `json:"missed,omitempty"`  // bp_missed is raised

	Extra     time.Time      `json:"extra,omitzero"` // of a reading beside the schedule
	ExtraWhy  string         `json:"extra_why,omitempty"`
	Elevated  bool           `json:"elevated,omitempty"` // the series after a reading over the line goes on
	Under     int            `json:"under,omitempty"`
	Rechecks  map[string]int `json:"rechecks,omitempty"` // in a row, by condition
	Rechecked time.Time      `json:"rechecked,omitzero"` // the reading that asked for a recheck last
	Tries     int            `json:"tries,omitempty"`    // rechecks of the predose gate

	NoBaseline bool `json:"no_baseline,omitempty"` // the fault is raised
}

// advanceCuff asks for readings that are due and says which are late.
func (m *Machine) advanceCuff() {
	c := &m.s.Cuff
	if !c.Open {
		if at, why, ok := m.nextReading(); ok && !m.now.Before(at.At) {
			c.Open, c.Since, c.Why, c.Mandatory, c.Tolerance = true, at.At, why, at.Mandatory, at.Tolerance
			c.AskAt, c.Failures = m.now, 0
			m.event(Event{Kind: ReadingDue, Text: why})
		}
	}
	if !c.Open {
		return
	}
	if !c.AskAt.IsZero() && !m.now.Before(m.askAt()) && !c.Busy {
		c.AskAt = time.Time{}
		m.out.Ask = &Ask{Agent: m.o.AgentStarts, Why: c.Why}
	}
	if len(m.s.Doses) == 0 {
		return // before the dose nothing is late: the gate waits
	}
	if !c.Overdue && !m.now.Before(c.Since.Add(lateAfter)) {
		c.Overdue = true
		m.event(Event{Kind: ReadingOverdue, Text: c.Why})
		m.fault("nibp_overdue", true, "Blood pressure is overdue: "+c.Why+". Measure now.")
	}
	if c.Mandatory && !c.Missed && !m.now.Before(c.Since.Add(c.Tolerance)) {
		m.miss("the mandatory reading was not taken in its time")
	}
}

// miss says that a reading that the session needs is not there.
func (m *Machine) miss(why string) {
	m.s.Cuff.Missed = true
	m.event(Event{Kind: ReadingMissed, Text: why})
	m.fault("bp_missed", true, "Blood pressure missed: "+why+". Measure by hand.")
}

// askAt returns when the cuff may be asked: the arm rests first.
func (m *Machine) askAt() time.Time {
	c := &m.s.Cuff
	if rested := c.Last.Add(profiles.Rest); !c.Last.IsZero() && rested.After(c.AskAt) {
		return rested
	}
	return c.AskAt
}

func (m *Machine) cuffDue(consider func(time.Time)) {
	c := &m.s.Cuff
	if !c.Open {
		if at, _, ok := m.nextReading(); ok {
			consider(at.At)
		}
		return
	}
	if !c.AskAt.IsZero() {
		consider(m.askAt())
	}
	if len(m.s.Doses) > 0 {
		consider(c.Since.Add(lateAfter))
		if c.Mandatory {
			consider(c.Since.Add(c.Tolerance))
		}
	}
}

// nextReading returns when the next reading is due, and why. A reading beside the schedule stands for one of the schedule
// that is due within the rest of the arm.
func (m *Machine) nextReading() (profiles.Due, string, bool) {
	c := &m.s.Cuff
	if len(m.s.Doses) == 0 {
		at, ok := m.nextBaselineReading()
		return profiles.Due{At: at}, "before the dose", ok
	}
	d, ok := m.profile.Schedule.Next(m.moments(), c.Cursor)
	why := "scheduled"
	if d.Mandatory {
		why = "scheduled and mandatory"
	}
	first := !ok || c.Extra.Before(d.At) && (!d.Mandatory || d.At.Sub(c.Extra) >= profiles.Rest)
	if !c.Extra.IsZero() && first {
		return profiles.Due{At: c.Extra}, c.ExtraWhy, true
	}
	return d, why, ok
}

// nextBaselineReading returns when a reading before the dose is due: as many as the baseline wants, then as many as the gate
// grants while the pressure is over its line.
func (m *Machine) nextBaselineReading() (time.Time, bool) {
	c := &m.s.Cuff
	if m.s.Phase != BaselineOf {
		return time.Time{}, false
	}
	taken := 0
	for _, r := range m.s.Readings {
		if m.now.Sub(r.At) <= m.profile.Baseline.Within.Value {
			taken++
		}
	}
	last := c.Last
	if last.IsZero() {
		last = m.s.Since.Add(-m.profile.Predose.RecheckEvery.Value) // nothing has to rest: now
	}
	if taken < m.profile.Baseline.Target.Value {
		return last.Add(max(m.profile.Baseline.Apart.Value, profiles.Rest)), true
	}
	if over, _ := m.overLine(); over && c.Tries < m.profile.Predose.Rechecks.Value {
		return last.Add(m.profile.Predose.RecheckEvery.Value), true
	}
	return time.Time{}, false
}

// measured takes a blood pressure.
func (m *Machine) measured(r CuffReading) {
	c := &m.s.Cuff
	before := len(m.s.Doses) == 0
	if before && len(m.s.Readings) >= m.profile.Baseline.Target.Value {
		c.Tries++
	}
	m.s.Readings = append(m.s.Readings, r)
	m.heard()
	c.Last = m.now
	m.event(Event{Kind: ReadingTaken, By: r.By, Reading: &r})
	m.settleDue()
	if before {
		return
	}
	m.s.Most.pressure(r)
	m.pressureSeen(r)
	if c.Extra = (time.Time{}); c.Elevated {
		// A condition that is still violated asks again at this same moment, and sets the count back.
		c.Under++
		if c.Under >= m.profile.Elevated.Under.Value {
			c.Elevated, c.Rechecks = false, nil
			return
		}
		c.Extra, c.ExtraWhy = m.now.Add(m.profile.Elevated.Every.Value), "after a reading over the line"
	}
}

// settleDue takes back what was due: by a reading that came, or nearly.
func (m *Machine) settleDue() {
	c := &m.s.Cuff
	if c.Overdue {
		m.fault("nibp_overdue", false, "")
	}
	if c.Missed {
		m.fault("bp_missed", false, "")
	}
	c.Open, c.Overdue, c.Missed, c.Failures, c.AskAt = false, false, false, 0, time.Time{}
	if len(m.s.Doses) == 0 {
		return
	}
	c.Cursor = m.now
	for {
		d, ok := m.profile.Schedule.Next(m.moments(), c.Cursor)
		window := early
		if d.Mandatory {
			window = d.Tolerance
		}
		if !ok || d.At.Sub(m.now) > window {
			return
		}
		c.Cursor = d.At
	}
}

// recheck takes the request of an alarm condition for another reading. Beyond its number in a row the slower series goes on.
func (m *Machine) recheck(in Recheck) {
	if !m.s.Running || len(m.s.Doses) == 0 {
		return
	}
	c := &m.s.Cuff
	if !c.Rechecked.Equal(m.now) { // the first request after this reading
		c.Rechecked, c.Extra = m.now, time.Time{}
	}
	c.Elevated, c.Under = true, 0
	if c.Rechecks == nil {
		c.Rechecks = map[string]int{}
	}
	c.Rechecks[in.Condition]++
	after := in.After
	for _, r := range m.profile.Rechecks {
		if r.Rule == in.Condition && c.Rechecks[in.Condition] > r.Most.Value {
			after = max(after, m.profile.Elevated.Every.Value)
		}
	}
	if at := m.now.Add(max(after, profiles.Rest)); c.Extra.IsZero() || at.Before(c.Extra) {
		c.Extra, c.ExtraWhy = at, "to confirm "+in.Condition
	}
}

// cuffChanged follows what the cuff does.
func (m *Machine) cuffChanged(s devices.CuffState) {
	c := &m.s.Cuff // the arm rests between sessions, too
	c.Busy = s.Phase.Busy()
	if c.Busy || s.Phase == devices.CuffDone || s.Phase == devices.CuffFailed {
		c.Last = m.now
	}
	if m.s.Running && s.Phase == devices.CuffFailed {
		m.attemptFailed("the cuff gave no result: " + s.Class.String())
	}
}

func (m *Machine) cuffRefused(reason string) {
	if m.s.Running {
		m.attemptFailed("the cuff would not start: " + reason)
	}
}

// attemptFailed counts an attempt that gave nothing: asked again twice, then staff must.
func (m *Machine) attemptFailed(why string) {
	c := &m.s.Cuff
	m.event(Event{Kind: ReadingFailed, Text: why})
	if !c.Open {
		return
	}
	c.Failures++
	if c.Failures <= retries {
		c.AskAt = m.now.Add(profiles.Rest)
	}
	if c.Failures >= 2 && !c.Missed && len(m.s.Doses) > 0 {
		m.miss("two attempts failed")
	}
}

// clearFaults ends what the session has raised.
func (m *Machine) clearFaults() {
	c := &m.s.Cuff
	if c.Overdue {
		m.fault("nibp_overdue", false, "")
	}
	if c.Missed {
		m.fault("bp_missed", false, "")
	}
	if c.NoBaseline {
		m.fault("no_baseline", false, "")
	}
	if m.s.Idle {
		m.fault("session_idle", false, "")
	}
}
