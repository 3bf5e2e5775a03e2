package profiles

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/devices"
)

// Number is a whole number with the tag of its source.
type Number struct {
	Value int
	Tag   string // a key of [Profile.Sources]; empty where the profile says nothing
}

// Span is a duration with the tag of its source.
type Span struct {
	Value time.Duration
	Tag   string
}

// Anchor is the moment from which a time of a profile counts.
type Anchor uint8

// The anchors.
const (
	FirstDose   Anchor = iota // the first device, the start of the infusion, the injection, the lozenge in the mouth
	LastDose                  // the last one
	InfusionEnd               // the end of the infusion; without an infusion the last dose
)

var anchors = []string{"first_dose", "last_dose", "infusion_end"}

// String returns the word of the files, such as "first_dose".
func (a Anchor) String() string { return anchors[min(int(a), len(anchors)-1)] }

// Profile is everything that a session is watched by. A profile from this package is valid. It is a value that nobody
// changes after loading, so it may be read concurrently.
type Profile struct {
	ID         string // configuration word: lower-case letters, digits, dashes
	Version    int
	Title      string   // for people
	Extends    string   // id of the profile that it builds on; empty for none
	Routes     []string // words for the routes it is meant for
	ApprovedBy string   // clinician; empty in every shipped profile
	ApprovedAt string   // day, as YYYY-MM-DD
	Sources    map[string]string

	Baseline  Baseline
	Predose   Predose
	Infusion  Span // how long an infusion runs if nobody says otherwise; 0 for other routes
	Phases    []Phase
	Limits    []Limit
	Rechecks  []Recheck
	Schedule  Schedule
	Elevated  Elevated
	Observe   []Observation
	Persist   Persistence
	Episodes  Episodes
	Discharge Discharge
	Tighter   Tighter
	Ladder    []Rung
	Loosened  []Loosening

	hash string
}

// Baseline is what counts as the person's own values before the first dose.
type Baseline struct {
	Readings Number // fewest cuff readings
	Target   Number // how many are aimed at
	Apart    Span   // between two of them, at least
	Within   Span   // before the first dose, at most
	Window   Span   // of oximeter values before the first dose
	Coverage Number // per cent of that window with a value, at least
}

// Predose is the gate before the first dose.
type Predose struct {
	Hard           bool   // a stop that needs an override by the prescriber; else by any clinician
	MaxSystolic    Number // mmHg; more is a stop
	MaxDiastolic   Number // mmHg
	MinSpO2        Number // %
	MinPulse       Number // 1/min
	MaxPulse       Number // 1/min
	Rechecks       Number // how many more readings are taken before it stays a stop
	RecheckEvery   Span
	OlderAge       Number // years; from here on OlderSystolic stands for MaxSystolic; 0 for no such rule
	OlderSystolic  Number // mmHg
	UnansweredStop bool   // a screening question without an answer is a stop
}

// Phase is a part of the session by the time since its anchor.
type Phase struct {
	ID     string // dosing, onset, peak, return or recovery
	From   Span
	Anchor Anchor
}

// Limit is one alarm condition of the profile.
type Limit struct {
	Rule      string // id of the condition
	Title     string
	Bounds    []Bound
	Of        []string // rules that it lasts with; for a rule about how long others last
	Names     []string // what people may report; for a rule about reports
	Phases    []string // words during which it is judged; empty for always
	Priority  alerts.Priority
	Hold      Span
	Readings  Number // violating readings in a row, for cuffs
	ClearHold Span
	Adjust    AdjustSpan `json:"-"` // of Hold, by a session. It is not in the hash
	Latching  bool
	Escalate  []Escalation
	Source    string // in words, beside the tags
}

// Bound is a limit on one vital: absolute, relative to the baseline, or the outermost of both.
type Bound struct {
	Vital   devices.Vital
	Side    alerts.Side
	Limit   Number // 0 for none
	Delta   Number // beyond the baseline; 0 for none
	Percent Number // of the baseline; 0 for none
	Back    Number // hysteresis: so far back from the limit it is over
	Adjust  Adjust `json:"-"` // of Limit, by a session; for one that is not relative. It is not in the hash
}

// Adjust is how far a session may change a limit. What is not set is the limit itself where it becomes looser, and anything
// that makes sense where it becomes tighter.
type Adjust struct {
	Min, Max Number // the lowest and the highest that a session may set
	End      Number // the loosest that may be set beyond them, with a reason and by who may
}

// AdjustSpan is the same for a hold, which is looser when it is longer.
type AdjustSpan struct {
	Min, Max Span
	End      Span
}

// Escalation raises the priority of a limit that stays violated.
type Escalation struct {
	After    Span
	Readings Number
	Priority alerts.Priority
}

// Recheck asks for another cuff reading after one that violated a rule.
type Recheck struct {
	Rule  string
	After Span
	Most  Number // requests in a row; the schedule goes on after them
}

// Block is a part of the cuff schedule.
type Block struct {
	Anchor    Anchor
	At        []time.Duration // single times since the anchor, in order; empty for a series
	AtTag     string
	From      Span // a series: begins here
	To        Span // and ends here; 0 for the end of the session
	Every     Span
	Mandatory bool // missing it is an alert of its own
	Tolerance Span // how far from its time a mandatory reading still counts
}

// Schedule is when the cuff is due.
type Schedule []Block

// Elevated is the series that follows a reading over the line.
type Elevated struct {
	Every Span   // between two readings
	Under Number // readings under the line that end the series
}

// Observation is the least time of observation; of several, the last to end counts.
type Observation struct {
	Least  Span
	Anchor Anchor
}

// Persistence is when pressure that is still raised becomes an alert.
type Persistence struct {
	At     Span
	Anchor Anchor
}

// Episodes say what an elevation over the baseline is, and when it is more than transient.
type Episodes struct {
	Systolic         Number // mmHg above baseline at which an episode begins
	Diastolic        Number // mmHg above baseline
	Pulse            Number // 1/min above baseline
	PulseSustained   Span
	PressureSpan     Span   // between the first and the last of the readings
	PressureReadings Number // in a row
}

// Discharge is the list of what must be met before somebody may leave. It supports a decision; it never takes one.
type Discharge struct {
	Apart          Span   // between the two last cuff readings
	Systolic       Number // mmHg, or baseline + SystolicDelta if that is more
	SystolicDelta  Number
	Diastolic      Number
	DiastolicDelta Number
	Rising         Number // mmHg between the two readings at most
	PulsePercent   Number // of the baseline, either way
	PulseLow       Number // 1/min, or within PulsePercent
	PulseHigh      Number
	SpO2           Number // %, or baseline - SpO2Delta if that is less
	SpO2Delta      Number
	For            Span     // how long pulse and SpO2 must have been so
	Ticks          []string // what a clinician confirms
}

// Tighter is how much nearer to normal absolute limits lie while there is no baseline.
type Tighter struct {
	SpO2, PulseRate, Systolic, Diastolic Number
}

// Rung is a step of the ladder that an unacknowledged alert climbs.
type Rung struct {
	Priority alerts.Priority
	After    Span
	Call     string // station, room_sound, next_person or everyone
}

// Loosening is the leave of a named person to loosen a number of the profile that is extended.
type Loosening struct {
	Number string // path of the number, such as limits.hr_high.hold
	By     string
	Reason string
	Until  string // last day, as YYYY-MM-DD
}

// Word returns the id with the version, such as "iv-ketamine@1".
func (p *Profile) Word() string { return p.ID + "@" + strconv.Itoa(p.Version) }

// Hash returns the SHA-256 of the content in hexadecimal: comments, order of keys and layout of the file do not change it,
// every number, tag and word does, but for how far a session may change its limits: that changes nothing by itself, and what a
// session did change is recorded with it. So a record of before knows its profile.
func (p *Profile) Hash() string { return p.hash }

// Approved reports whether a clinician has put a name to the profile.
func (p *Profile) Approved() bool { return p.ApprovedBy != "" }

// Limit returns the limit of that rule.
func (p *Profile) Limit(rule string) (*Limit, bool) {
	i := slices.IndexFunc(p.Limits, func(l Limit) bool { return l.Rule == rule })
	if i < 0 {
		return nil, false
	}
	return &p.Limits[i], true
}

// Steps returns the ladder for the alerts engine.
func (p *Profile) Steps() []alerts.Step {
	steps := make([]alerts.Step, len(p.Ladder))
	for i, r := range p.Ladder {
		steps[i] = alerts.Step{Priority: r.Priority, After: r.After.Value, Call: r.Call}
	}
	return steps
}

// Conditions returns the alarm conditions for the alerts engine: those of the profile, and the technical ones that are the
// same for all.
func (p *Profile) Conditions() []alerts.Condition {
	list := make([]alerts.Condition, 0, len(p.Limits)+16)
	for i := range p.Limits {
		list = append(list, p.condition(&p.Limits[i]))
	}
	return append(list, alerts.TechnicalConditions()...)
}

func (p *Profile) condition(l *Limit) alerts.Condition {
	c := alerts.Condition{
		ID: l.Rule, Title: l.Title, Kind: alerts.Physiological, Priority: l.Priority,
		Hold: l.Hold.Value, AdjustHold: l.Adjust.rule(l), Readings: l.Readings.Value, ClearHold: l.ClearHold.Value,
		Latching: l.Latching, During: l.Phases, Of: l.Of, Names: l.Names, Source: p.sources(l),
	}
	switch {
	case len(l.Of) > 0:
		c.Trigger = alerts.Lasting
	case len(l.Names) > 0:
		c.Trigger = alerts.Reported
	}
	for _, b := range l.Bounds {
		if b.Delta.Value == 0 && b.Percent.Value == 0 {
			c.Bounds = append(c.Bounds, b.absolute(l.Priority))
			continue
		}
		c.Relative = append(c.Relative, alerts.Relative{
			Vital: b.Vital, Side: b.Side, Delta: b.Delta.Value, Percent: b.Percent.Value, Limit: b.Limit.Value, Back: b.Back.Value,
		})
	}
	for _, e := range l.Escalate {
		c.Escalations = append(c.Escalations, alerts.Escalation{After: e.After.Value, Readings: e.Readings.Value, Priority: e.Priority})
	}
	for _, r := range p.Rechecks {
		if r.Rule == l.Rule {
			c.Recheck = alerts.Recheck{After: r.After.Value}
		}
	}
	return c
}

// absolute returns the bound with its clear level, and how far a session may change it. What begins high is only made tighter,
// whatever it inherits.
func (b Bound) absolute(p alerts.Priority) alerts.Bound {
	over := b.Limit.Value - b.Back.Value
	if b.Side == alerts.Below {
		over = b.Limit.Value + b.Back.Value
		if b.Vital == devices.SpO2 {
			over = min(over, 100) // above, the alert could never end
		}
	}
	a := alerts.Adjust{Loose: b.Adjust.Max.Value, Tight: b.Adjust.Min.Value, End: b.Adjust.End.Value}
	if b.Side == alerts.Below {
		a.Loose, a.Tight = a.Tight, a.Loose
	}
	if p == alerts.High {
		a.Loose, a.End = 0, 0
	}
	return alerts.Bound{Vital: b.Vital, Side: b.Side, Limit: b.Limit.Value, Clear: over, Adjust: a}
}

// rule returns the same for the alerts engine. A part that no longer fits the hold of a profile that builds on another one is
// none: the hold is then made shorter only.
func (a *AdjustSpan) rule(l *Limit) alerts.Adjust {
	var out alerts.Adjust
	hold := l.Hold.Value
	if a.Min.Value <= hold {
		out.Tight = int(a.Min.Value / time.Millisecond)
	}
	if l.Priority < alerts.High && a.Max.Value >= hold {
		out.Loose = int(a.Max.Value / time.Millisecond)
		out.End = int(max(a.End.Value, a.Max.Value) / time.Millisecond)
	}
	return out
}

// sources names where the numbers of a limit come from: its tags, then its words.
func (p *Profile) sources(l *Limit) string {
	var tags []string
	add := func(tag string) {
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	for _, b := range l.Bounds {
		add(b.Limit.Tag)
		add(b.Delta.Tag)
		add(b.Percent.Tag)
		add(b.Back.Tag)
	}
	add(l.Hold.Tag)
	add(l.Readings.Tag)
	add(l.ClearHold.Tag)
	for _, e := range l.Escalate {
		add(e.After.Tag)
		add(e.Readings.Tag)
	}
	text := "profiles.md section 4"
	if len(tags) > 0 {
		text += ": [" + strings.Join(tags, "], [") + "]"
	}
	if l.Source != "" {
		text += "; " + l.Source
	}
	return text
}
