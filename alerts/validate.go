package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/devices"
)

// maxOxygenHold is the longest hold of a High rule on low SpO2: alarms.md section 5, the cap of commercial monitors on
// extra alarm delay.
const maxOxygenHold = 15 * time.Second

// Problem is one thing that is wrong with conditions.
type Problem struct {
	Conditions []string // ids of the conditions that it is about, the one to change first
	Text       string   // such as "hold 20s is longer than 15s"
}

// ConditionsError says why conditions cannot be used: everything that is wrong, so that a configuration can point at
// each place.
type ConditionsError struct{ Problems []Problem }

// Error lists the problems in one line.
func (e *ConditionsError) Error() string {
	parts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		parts[i] = strings.Join(p.Conditions, ", ") + ": " + p.Text
	}
	return "alerts: conditions: " + strings.Join(parts, "; ")
}

type checker struct{ problems []Problem }

func (k *checker) say(ok bool, ids []string, format string, args ...any) {
	if !ok {
		k.problems = append(k.problems, Problem{Conditions: ids, Text: fmt.Sprintf(format, args...)})
	}
}

// validate returns a *ConditionsError with everything that is wrong, or nil.
func validate(conditions []Condition) error {
	var k checker
	for i := range conditions {
		c := &conditions[i]
		k.single(c)
		for _, id := range c.Of {
			named := slices.IndexFunc(conditions, func(o Condition) bool { return o.ID == id })
			k.say(named >= 0 && conditions[named].Trigger == Limits, []string{c.ID}, "lasts as long as %q, which has no limits", id)
		}
		for j := range conditions[:i] {
			k.say(conditions[j].ID != c.ID, []string{c.ID}, "declared twice")
			k.say(!c.Trigger.ofDevice() || conditions[j].Trigger != c.Trigger,
				[]string{c.ID, conditions[j].ID}, "both are about the same fault of a device")
		}
		for j := range conditions {
			if i != j {
				k.pair(c, &conditions[j])
			}
		}
	}
	if len(k.problems) == 0 {
		return nil
	}
	return &ConditionsError{Problems: k.problems}
}

// single checks a condition by itself.
func (k *checker) single(c *Condition) {
	id := []string{c.ID}
	k.say(validID(c.ID), id, "id %q: want lower-case letters, digits and underscores", c.ID)
	k.say(c.Priority <= High, id, "unknown priority %d", c.Priority)
	k.say(c.Hold >= 0 && c.ClearHold >= 0, id, "a hold cannot be negative")
	k.say(c.Trigger <= Reported, id, "unknown trigger %d", c.Trigger)
	top := c.Priority
	for _, x := range c.Escalations {
		k.say(x.Priority > top && x.Priority <= High, id, "escalates from %v to %v: want upwards", top, x.Priority)
		k.say(x.After > 0 || x.Readings > 0 || x.WhileHigh, id, "escalates to %v for no reason", x.Priority)
		k.say(x.After >= 0 && x.Readings >= 0, id, "escalates after a negative time or number")
		k.say(x.Sole == 0 || c.Trigger.ofDevice(), id, "escalates for the only device of a vital, and is not about a device")
		top = max(top, x.Priority)
	}
	switch c.Kind {
	case Physiological:
		k.patient(c)
		k.say(top < High || c.Latching, id, "can be high, so it must latch")
	case Technical:
		k.say(c.Trigger.ofDevice() || c.Trigger == SystemFault, id, "is technical, so neither limits nor people can trigger it")
		k.say(len(c.Bounds)+len(c.Relative) == 0, id, "is technical, so it has no limits")
		k.say(!c.Latching, id, "is technical, so it cannot latch")
	default:
		k.say(false, id, "unknown kind %d", c.Kind)
	}
	for i, b := range c.Bounds {
		k.bound(c, b)
		k.adjust(c, b.Vital.String(), b.Side, b.Limit, b.Adjust)
		for _, o := range c.Bounds[:i] {
			k.say(o.Vital != b.Vital || o.Side != b.Side, id, "%v: two limits on one side", b.Vital)
		}
	}
	k.adjust(c, "hold", AtLeast, int(c.Hold/time.Millisecond), c.AdjustHold)
}

// adjust checks how far a session may change a number.
func (k *checker) adjust(c *Condition, what string, side Side, own int, a Adjust) {
	id := []string{c.ID}
	loose := own
	if a.Loose != 0 {
		loose = a.Loose
	}
	k.say(a.Tight == 0 || !looser(side, a.Tight, own), id, "%s: a session may change it no less than to the limit itself", what)
	k.say(!looser(side, own, loose), id, "%s: what a session may set is on the other side of the limit", what)
	k.say(a.End == 0 || !looser(side, loose, a.End), id, "%s: the end for everybody lies before what a session may set", what)
	k.say(c.Priority < High || loose == own && (a.End == 0 || a.End == own), id, "%s: begins high, so a session makes it only tighter", what)
}

// patient checks what only a physiological condition has.
func (k *checker) patient(c *Condition) {
	id := []string{c.ID}
	n := len(c.Bounds) + len(c.Relative)
	switch c.Trigger {
	case Limits:
		k.say(n > 0 && n <= maxBounds, id, "has %d limits, want 1 to %d", n, maxBounds)
	case Lasting:
		k.say(len(c.Of) > 0 && n == 0, id, "is about how long others last: it names them and has no limits")
		k.say(c.Hold > 0, id, "is about how long others last, so it needs a hold")
	case Reported:
		k.say(len(c.Names) > 0 && n == 0, id, "is reported by people: it has names and no limits")
	default:
		k.say(false, id, "is physiological, so limits or people must trigger it")
	}
	for _, r := range c.Relative {
		k.say(r.Vital >= devices.PulseRate && r.Vital < devices.Pleth, id, "%v cannot have a limit", r.Vital)
		k.say(r.Side == AtLeast || r.Side == Below, id, "%v: unknown side %d", r.Vital, r.Side)
		k.say(r.Delta > 0 || r.Percent > 0, id, "%v: a limit that follows the baseline needs a distance from it", r.Vital)
		k.say(r.Delta >= 0 && r.Percent >= 0 && r.Limit >= 0, id, "%v: no part of a limit can be negative", r.Vital)
		k.say(r.Percent == 0 || (r.Percent > 100) == (r.Side == AtLeast), id,
			"%v: %d %% of the baseline is on the other side of it", r.Vital, r.Percent)
		k.say(r.Back > 0 || r.Back == 0 && r.Side == Below, id, "%v: it must be over at another value than it begins", r.Vital)
	}
}

func (k *checker) bound(c *Condition, b Bound) {
	id := []string{c.ID}
	k.say(b.Vital >= devices.PulseRate && b.Vital < devices.Pleth, id, "%v cannot have a limit", b.Vital)
	switch b.Side {
	case AtLeast:
		k.say(b.Clear < b.Limit, id, "%v %d: clear level %d must be below the limit", b.Vital, b.Limit, b.Clear)
	case Below:
		k.say(b.Clear >= b.Limit, id, "%v %d: clear level %d must not be below the limit", b.Vital, b.Limit, b.Clear)
		if b.Vital == devices.SpO2 && c.Priority == High {
			k.say(c.Hold <= maxOxygenHold, id, "hold %v is longer than the %v that a high SpO2 condition may wait", c.Hold, maxOxygenHold)
		}
	default:
		k.say(false, id, "%v: unknown side %d", b.Vital, b.Side)
	}
}

// pair checks what c says against another condition; the other order is checked too.
func (k *checker) pair(c, o *Condition) {
	for _, b := range c.Bounds {
		for _, x := range o.Bounds {
			if b.Vital != x.Vital {
				continue
			}
			ids := []string{c.ID, o.ID}
			switch {
			case b.Side == AtLeast && x.Side == Below:
				k.say(b.Limit > x.Limit, ids, "%v: high limit %d is not above the low limit %d", b.Vital, b.Limit, x.Limit)
				k.say(b.Limit <= x.Limit || b.Clear >= x.Limit, ids,
					"%v: clear level %d of the high limit violates the low limit %d", b.Vital, b.Clear, x.Limit)
			case b.Side == Below && x.Side == AtLeast:
				k.say(b.Limit >= x.Limit || b.Clear < x.Limit, ids,
					"%v: clear level %d of the low limit violates the high limit %d", b.Vital, b.Clear, x.Limit)
			case b.Side == x.Side && c.Priority < o.Priority:
				k.say(x.excess(b.Limit) <= 0, ids, "%v: limit %d with priority %v lies beyond limit %d with priority %v",
					b.Vital, b.Limit, c.Priority, x.Limit, o.Priority)
			}
		}
	}
}

func validID(id string) bool {
	return id != "" && len(id) <= 63 && !slices.ContainsFunc([]byte(id), func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_'
	})
}
