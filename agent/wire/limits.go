package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"bedside/alerts"
	"bedside/devices"
)

// Limit is one line that a value must not cross, as it lies now: baseline, phase, what somebody changed for the session and what
// is tighter without a baseline are in it. A screen needs no arithmetic of its own.
type Limit struct {
	Condition string      `json:"condition"`
	Title     string      `json:"title"`
	Vital     string      `json:"vital"`
	Side      string      `json:"side"` // at_least: violated on it and above; below: under it
	Unit      string      `json:"unit"` // UCUM
	Value     json.Number `json:"value"`
	Priority  string      `json:"priority"`                     // with which the alert begins
	Off       bool        `json:"switched_off,omitempty"`       // its signals are kept back
	OffUntil  *Time       `json:"switched_off_until,omitempty"` // when they come back by themselves; absent: with the end of the session
	MayBeOff  bool        `json:"may_be_off,omitempty"`         // alarm-off takes this condition
	Changed   bool        `json:"changed,omitempty"`            // the limit or its delay is not the profile's own
	Tighter   int         `json:"tighter,omitempty"`            // by so much Value lies nearer to normal than what is set, for want of a baseline
	Setting   *Setting    `json:"setting,omitempty"`            // of the limit; absent without a session, and for one that follows the baseline: they are not set
	Delay     *Setting    `json:"delay,omitempty"`              // of the condition, in seconds; absent without a session, and where one reading is proof enough
}

// Setting is a number that limits-set changes: where it stands, the profile's own, and what it may be set to.
type Setting struct {
	Value   json.Number `json:"value"`
	Default json.Number `json:"default"` // the profile's own
	Min     json.Number `json:"min"`     // what everybody may set who leads a session
	Max     json.Number `json:"max"`
	Least   json.Number `json:"least"` // what may be set with beyond
	Most    json.Number `json:"most"`
	Changed bool        `json:"changed,omitempty"`
	Beyond  bool        `json:"beyond,omitempty"` // Value is below Min or above Max
	By      string      `json:"by,omitempty"`     // who changed it, and why
	Reason  string      `json:"reason,omitempty"`
	At      *Time       `json:"at,omitempty"`
}

// LimitOrder is a number that limits-set is to change: the limit of a vital, the delay, or both of one condition.
type LimitOrder struct {
	Condition string `json:"condition"`
	Vital     string `json:"vital,omitempty"`   // of the limit; may be empty where only the delay changes
	Side      string `json:"side,omitempty"`    // at_least or below; may be empty where the condition has one limit of the vital
	Value     *int   `json:"value,omitempty"`   // in the unit of the vital
	DelayS    *int   `json:"delay_s,omitempty"` // seconds
	Default   bool   `json:"default,omitempty"` // back to the profile's own: of the vital, or of the delay without one
}

// LimitChanged is a number that limits-set has changed. Vital is empty for a delay, whose unit is the second.
type LimitChanged struct {
	Condition string      `json:"condition"`
	Title     string      `json:"title"`
	Vital     string      `json:"vital,omitempty"`
	Side      string      `json:"side,omitempty"`
	Unit      string      `json:"unit"`
	Old       json.Number `json:"old"`
	New       json.Number `json:"new"`
	Default   json.Number `json:"default"`          // the profile's own
	Beyond    bool        `json:"beyond,omitempty"` // beyond what everybody may set
}

// NewLimits makes the limits of a status.
func NewLimits(list []alerts.Limit) []Limit {
	out := make([]Limit, 0, len(list))
	for i := range list {
		l := &list[i]
		w := Limit{
			Condition: l.Condition, Title: l.Title, Vital: l.Vital.String(), Side: sideWord(l.Side), Unit: l.Vital.Unit(),
			Value: Digits(l.Vital, l.Value), Priority: l.Priority.String(), Off: l.SwitchedOff, OffUntil: moment(l.OffUntil), MayBeOff: l.MaySwitchOff,
			Tighter: l.Tighter, Setting: newSetting(l.Vital, l.Setting), Delay: newSetting(0, l.Delay),
		}
		w.Changed = l.Setting != nil && l.Setting.Changed || l.Delay != nil && l.Delay.Changed
		out = append(out, w)
	}
	return out
}

// Changed returns how many of these limits and their delays are not the profile's own.
func Changed(list []Limit) int {
	n, delays := 0, map[string]bool{}
	for i := range list {
		l := &list[i]
		if l.Setting != nil && l.Setting.Changed {
			n++
		}
		if l.Delay != nil && l.Delay.Changed && !delays[l.Condition] {
			delays[l.Condition] = true
			n++
		}
	}
	return n
}

func newSetting(v devices.Vital, s *alerts.Setting) *Setting {
	if s == nil {
		return nil
	}
	return &Setting{
		Value: figure(v, s.Set), Default: figure(v, s.Own), Min: figure(v, s.Min), Max: figure(v, s.Max),
		Least: figure(v, s.Least), Most: figure(v, s.Most),
		Changed: s.Changed, Beyond: s.Beyond, By: s.By, Reason: s.Reason, At: moment(s.At),
	}
}

// NewLimitsChanged makes the numbers of a limits_set event.
func NewLimitsChanged(list []alerts.LimitChanged) []LimitChanged {
	out := make([]LimitChanged, len(list))
	for i := range list {
		x := &list[i]
		out[i] = LimitChanged{
			Condition: x.Condition, Title: x.Title, Side: sideWord(x.Side), Unit: "s", Old: figure(x.Vital, x.Old),
			New: figure(x.Vital, x.New), Default: figure(x.Vital, x.Own), Beyond: x.Beyond,
		}
		if x.Vital != 0 {
			out[i].Vital, out[i].Unit = x.Vital.String(), x.Vital.Unit()
		}
	}
	return out
}

// Input returns the change for the alerts engine, as it was recorded: back to the profile's own if it was that. The error says what cannot be read.
func (x *LimitChanged) Input() (alerts.LimitChange, error) {
	out := alerts.LimitChange{Condition: x.Condition, Side: parseSide(x.Side), Back: x.New == x.Default}
	if x.Vital == "" {
		seconds, err := x.New.Float64()
		if err != nil || seconds < 0 || seconds > 86400 { // no hold is longer than a day
			return out, fmt.Errorf("wire: %s: %q is no delay", x.Condition, x.New)
		}
		out.To = int(time.Duration(seconds*float64(time.Second)).Round(time.Millisecond) / time.Millisecond)
		return out, nil
	}
	var known bool
	if out.Vital, known = devices.ParseVital(x.Vital); !known {
		return out, fmt.Errorf("wire: %s: there is no vital %q", x.Condition, x.Vital)
	}
	var err error
	out.To, err = Whole(out.Vital, x.New)
	return out, err
}

// Inputs returns what an order is to change. The error says in words what is wrong with it.
func (o *LimitOrder) Inputs() ([]alerts.LimitChange, error) {
	change := alerts.LimitChange{Condition: o.Condition, Side: parseSide(o.Side), Back: o.Default}
	switch {
	case o.Condition == "":
		return nil, errors.New(`"condition" is missing: say which, such as "hr_high"`)
	case o.Side != "" && change.Side == 0:
		return nil, fmt.Errorf("no side is called %q; there are at_least and below", o.Side)
	case o.Default && (o.Value != nil || o.DelayS != nil):
		return nil, fmt.Errorf("%s: either another number or the default", o.Condition)
	case o.Vital == "" && o.Value != nil:
		return nil, fmt.Errorf(`%s: "vital" is missing: say of which the limit is`, o.Condition)
	case o.Value == nil && o.DelayS == nil && !o.Default:
		return nil, fmt.Errorf(`%s: say what changes: "value", "delay_s" or "default"`, o.Condition)
	}
	var list []alerts.LimitChange
	if o.Value != nil || o.Default && o.Vital != "" {
		v, known := devices.ParseVital(o.Vital)
		if !known {
			return nil, fmt.Errorf("no vital is called %q", o.Vital)
		}
		one := change
		if one.Vital = v; o.Value != nil {
			one.To = *o.Value
		}
		list = append(list, one)
	}
	if o.DelayS != nil || o.Default && o.Vital == "" {
		one := change
		if one.Side = 0; o.DelayS != nil {
			one.To = max(-1, min(*o.DelayS, 1<<20)) * 1000
		}
		list = append(list, one)
	}
	return list, nil
}

func sideWord(s alerts.Side) string {
	switch s {
	case alerts.AtLeast:
		return "at_least"
	case alerts.Below:
		return "below"
	default:
		return ""
	}
}

func parseSide(word string) alerts.Side {
	switch word {
	case "at_least":
		return alerts.AtLeast
	case "below":
		return alerts.Below
	default:
		return 0
	}
}

// figure writes a limit in the unit of its vital; without a vital it is a delay in milliseconds, which is written in seconds.
func figure(v devices.Vital, n int) json.Number {
	if v != 0 {
		return Digits(v, n)
	}
	return json.Number(strconv.FormatFloat(float64(n)/1000, 'f', -1, 64))
}
