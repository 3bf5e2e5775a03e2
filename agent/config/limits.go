package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/devices"
)

// Change is what a site changes in one built-in condition. What it leaves out stays as it is.
type Change struct {
	Condition string           // id of the condition
	Levels    []Level          // limits and clear levels
	Hold      *time.Duration   // 0 to 10 minutes, less for high priorities; nil leaves it
	ClearHold *time.Duration   // 0 to 10 minutes; nil leaves it
	Priority  *alerts.Priority // when it becomes active; nil leaves it
}

// Level is a new limit or clear level of one bound.
type Level struct {
	Vital devices.Vital // 0 for the only vital of the condition
	Clear bool          // the level at which the violation is over, instead of the limit
	Value float64       // in the published unit of the vital
}

// How long a violation may be held back. A hold delays an alert, so it is bounded where it is configured.
const (
	maxHold         = 10 * time.Minute // any condition; our choice: the span that profiles.md section 3 calls sustained
	maxTechnical    = 2 * time.Minute  // technical conditions; our choice: the slowest built-in step, alarms.md section 9
	maxHighHold     = time.Minute      // a condition that is high at once; our choice
	maxHighSpO2Hold = 15 * time.Second // SpO2 that is or becomes high: the longest delay monitors offer, alarms.md section 5
)

type span struct{ low, high float64 }

// spans are the limits that may be set, in the published unit. Heart rate, SpO2, systolic and diastolic: alarms.md
// section 10. Mean and perfusion index: our choice, the middle of the pressures and the range oximeters report.
func spans(v devices.Vital) (limit span, ok bool) {
	switch v {
	case devices.PulseRate:
		return span{20, 250}, true
	case devices.SpO2:
		return span{70, 99}, true
	case devices.Systolic:
		return span{60, 250}, true
	case devices.Diastolic:
		return span{30, 150}, true
	case devices.Mean:
		return span{40, 180}, true
	case devices.PerfusionIndex:
		return span{0.02, 20}, true
	default:
		return span{}, false
	}
}

// limited lists the vitals that a limit can be about.
func limited() []devices.Vital {
	return []devices.Vital{
		devices.PulseRate, devices.SpO2, devices.PerfusionIndex, devices.Systolic, devices.Diastolic, devices.Mean,
	}
}

// Conditions applies c.Limits to the built-in conditions and returns the result; base stays as it is. A clear level that
// is not given moves with its limit. The error is [Errors]: every change that is unknown, out of range, looser than is
// safe, or in contradiction to another limit, each at its place in the file.
func (c *Config) Conditions(base []alerts.Condition) ([]alerts.Condition, error) {
	s := document.New("", nil, form())
	if c.src != nil {
		s = c.src.Again()
	}
	out := c.conditions(s, base)
	if err := s.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *Config) conditions(s *document.Source, base []alerts.Condition) []alerts.Condition {
	before := s.Faults()
	out := make([]alerts.Condition, len(base))
	ids := make([]string, len(base))
	for i := range base {
		out[i], ids[i] = base[i], base[i].ID
		out[i].Bounds = slices.Clone(base[i].Bounds)
		out[i].Escalations = slices.Clone(base[i].Escalations)
	}
	for i := range c.Limits {
		change := &c.Limits[i]
		path := "limits." + change.Condition
		at := slices.Index(ids, change.Condition)
		if at < 0 {
			s.Fail(s.At[path], "%s: no such condition; %s", path, document.Suggest(change.Condition, ids))
			continue
		}
		apply(s, path, &out[at], change)
	}
	if before == s.Faults() {
		contradictions(s, out, c.Limits)
	}
	return out
}

// apply changes one condition. The priority comes first: how long a hold may be depends on it.
func apply(s *document.Source, path string, to *alerts.Condition, c *Change) {
	built := *to
	if c.Priority != nil {
		setPriority(s, path+".priority", to, *c.Priority)
	}
	seen := map[Level]string{}
	for _, over := range []bool{false, true} { // a clear level is judged against the new limit
		for _, l := range c.Levels {
			if l.Clear == over {
				setLevel(s, path+"."+levelKey(l), to, l, seen)
			}
		}
	}
	switch {
	case c.Hold != nil:
		setHold(s, path+".hold", &built, to, *c.Hold)
	case c.Priority != nil: // the hold that there is may be too long for the new priority
		setHold(s, path+".priority", &built, to, to.Hold)
	}
	if c.ClearHold != nil {
		to.ClearHold = *c.ClearHold
	}
}

func mayBecome(c *alerts.Condition, p alerts.Priority) bool {
	return c.Priority >= p || slices.ContainsFunc(c.Escalations, func(e alerts.Escalation) bool { return e.Priority >= p })
}

func setPriority(s *document.Source, path string, to *alerts.Condition, p alerts.Priority) {
	if mayBecome(to, alerts.High) && p < alerts.Medium {
		s.Fail(s.At[path], "%s: what may become high cannot be set below medium", path)
		return
	}
	lost := to.Trigger == alerts.PortLost || to.Trigger == alerts.DeviceSilent || to.Trigger == alerts.SensorOff
	if lost && p < alerts.Medium { // alarms.md section 2: loss of the only measurement of a vital sign
		s.Fail(s.At[path], "%s: the loss of a measurement cannot be set below medium", path)
		return
	}
	to.Priority = p
	to.Latching = to.Latching || p == alerts.High && to.Kind == alerts.Physiological // alarms.md section 3
	to.Escalations = slices.DeleteFunc(to.Escalations, func(e alerts.Escalation) bool { return e.Priority <= p })
}

// setHold sets the hold, as far as the condition allows both as it was built in and as it is now: a lower priority buys
// no longer hold.
func setHold(s *document.Source, path string, built, to *alerts.Condition, hold time.Duration) {
	longest, why := maxHold, "of a condition"
	about := func(vitals ...devices.Vital) bool {
		return slices.ContainsFunc(to.Bounds, func(b alerts.Bound) bool { return slices.Contains(vitals, b.Vital) })
	}
	switch {
	case about(devices.SpO2) && (mayBecome(built, alerts.High) || mayBecome(to, alerts.High)):
		longest, why = maxHighSpO2Hold, "of an SpO2 condition that is or becomes high"
	case about(devices.Systolic, devices.Diastolic, devices.Mean):
		longest, why = to.Hold, "of a condition that is judged once for each cuff reading"
	case max(built.Priority, to.Priority) == alerts.High:
		longest, why = maxHighHold, "of a high condition"
	case to.Kind == alerts.Technical:
		longest, why = maxTechnical, "of a technical condition"
	}
	if hold < 0 || hold > longest {
		s.Fail(s.At[path], "%s: the hold %s is at most %s, not %s", path, why, document.PrintDuration(longest), document.PrintDuration(hold))
		return
	}
	to.Hold = hold
}

// setLevel changes one bound. seen has the key of every level set so far: "limit" and a vital may mean the same.
func setLevel(s *document.Source, path string, to *alerts.Condition, l Level, seen map[Level]string) {
	i, problem := boundOf(to, l)
	if problem != "" {
		s.Fail(s.At[path], "%s: %s", path, problem)
		return
	}
	bound := &to.Bounds[i]
	same := Level{Vital: bound.Vital, Clear: l.Clear}
	if before, twice := seen[same]; twice {
		s.Fail(s.At[path], "%s: %s has set this already", path, before)
		return
	}
	seen[same] = levelKey(l)
	allowed, _ := spans(bound.Vital)
	if l.Clear && bound.Side == alerts.Below {
		allowed.high++ // back to normal one above the highest limit: SpO2 100
	}
	value, exact := fixed(l.Value, bound.Vital)
	if l.Value < allowed.low || l.Value > allowed.high || !exact {
		s.Fail(s.At[path], "%s: %s is from %v to %v %s with %d decimals, not %v", path, bound.Vital, allowed.low, allowed.high,
			bound.Vital.Unit(), bound.Vital.Decimals(), l.Value)
		return
	}
	if !l.Clear {
		distance := bound.Clear - bound.Limit
		bound.Limit = value
		bound.Clear = value + distance
		if bound.Vital == devices.SpO2 {
			bound.Clear = min(bound.Clear, 100) // above, the alert could never end
		}
		return
	}
	if bound.Side == alerts.AtLeast && value >= bound.Limit || bound.Side == alerts.Below && value < bound.Limit {
		side := "at least"
		if bound.Side == alerts.Below {
			side = "below"
		}
		s.Fail(s.At[path], "%s: %v would be over and violated at once: the limit is %s %s", path, l.Value, side,
			decimal(bound.Limit, bound.Vital))
		return
	}
	bound.Clear = value
}

// levelKey is the key of the file that sets l.
func levelKey(l Level) string {
	switch {
	case l.Vital == 0 && l.Clear:
		return "clear"
	case l.Vital == 0:
		return "limit"
	case l.Clear:
		return "clear_" + l.Vital.String()
	default:
		return l.Vital.String()
	}
}

// boundOf returns the index of the bound that l is about, or what is wrong.
func boundOf(c *alerts.Condition, l Level) (index int, problem string) {
	var names []string
	for _, b := range c.Bounds {
		if !slices.Contains(names, b.Vital.String()) {
			names = append(names, b.Vital.String())
		}
	}
	switch {
	case len(c.Bounds) == 0:
		return 0, "this condition has no limit"
	case l.Vital == 0 && len(c.Bounds) > 1:
		return 0, fmt.Sprintf("this condition has several limits; name the vital: %s", levelHelp(names, l.Clear))
	case l.Vital == 0:
		return 0, ""
	}
	at := slices.IndexFunc(c.Bounds, func(b alerts.Bound) bool { return b.Vital == l.Vital })
	if at < 0 {
		return 0, fmt.Sprintf("this condition has no limit for %s; %s", l.Vital, document.Suggest(l.Vital.String(), names))
	}
	return at, ""
}

func levelHelp(names []string, over bool) string {
	prefix := ""
	if over {
		prefix = "clear_"
	}
	return prefix + strings.Join(names, " or "+prefix)
}

// fixed turns a published number into the integer of the vocabulary, and says whether no digit was lost.
func fixed(value float64, v devices.Vital) (int, bool) {
	scaled := value * math.Pow10(v.Decimals())
	whole := math.Round(scaled)
	return int(whole), math.Abs(scaled-whole) < 1e-6
}

// decimal writes the integer of the vocabulary as a published number.
func decimal(value int, v devices.Vital) string {
	return strconv.FormatFloat(float64(value)/math.Pow10(v.Decimals()), 'f', v.Decimals(), 64)
}
