package whatif

import (
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// Occurrence is one alert, on one of the two sides.
type Occurrence struct {
	ID        string    `json:"occurrence"` // on its side
	Condition string    `json:"condition"`
	Title     string    `json:"title"`
	Device    string    `json:"device,omitempty"`
	Raised    time.Time `json:"raised"`
	Before    bool      `json:"before,omitempty"` // it was there when the session began; Raised is its beginning, then
	Until     time.Time `json:"until,omitzero"`   // the violation was over, acknowledged or not; zero for to the end of the session
	First     string    `json:"first_priority"`
	Priority  string    `json:"priority"` // the highest that it reached
	Text      string    `json:"text"`     // when it was raised
	Steps     []Step    `json:"steps"`

	report string // what a person reported, which tells occurrences of one condition apart; empty for all others
}

// Step is one change of an occurrence.
type Step struct {
	At       time.Time `json:"at"`
	Event    string    `json:"event"` // raised, updated, ... as in the contract
	Priority string    `json:"priority"`
	Text     string    `json:"text"`
}

// change is one event about an occurrence, as recorded or as judged again.
type change struct {
	id, condition, title, device string
	event, state, priority, text string
	at, since                    time.Time
}

// side collects the alerts of one side in the order in which they were raised.
type side struct {
	list     []*Occurrence
	byID     map[string]*Occurrence
	reported func(condition string) bool // it is a person's report; nil for none
}

func (s *side) take(c *change) {
	if s.byID == nil {
		s.byID = map[string]*Occurrence{}
	}
	o := s.byID[c.id]
	if o == nil {
		o = &Occurrence{
			ID: c.id, Condition: c.condition, Title: c.title, Device: c.device, Raised: c.at, First: c.priority,
			Priority: c.priority, Text: c.text,
		}
		if c.event != alerts.Raised.String() {
			o.Raised, o.Before = c.since, true
		}
		if s.reported != nil && s.reported(c.condition) {
			o.report = c.text
		}
		s.byID[c.id] = o
		s.list = append(s.list, o)
	}
	if wire.Rank(c.priority) > wire.Rank(o.Priority) {
		o.Priority = c.priority
	}
	switch {
	case c.state == alerts.Active.String():
		o.Until = time.Time{}
	case o.Until.IsZero():
		o.Until = c.at
	}
	o.Steps = append(o.Steps, Step{At: c.at, Event: c.event, Priority: c.priority, Text: c.text})
}

// cut takes away what came when the session ended, which the room's own limits then said. What was still there goes on to
// the end.
func (s *side) cut(end time.Time) {
	s.list = slices.DeleteFunc(s.list, func(o *Occurrence) bool { return !o.Raised.Before(end) })
	for _, o := range s.list {
		if !o.Until.Before(end) {
			o.Until = time.Time{}
		}
		o.Steps = slices.DeleteFunc(o.Steps, func(s Step) bool { return !s.At.Before(end) })
	}
}
