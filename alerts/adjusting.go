package alerts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bedside/devices"
)

// Why changes of limits are refused; each comes with [ErrNotAllowed].
var (
	ErrBeyond  = errors.New("this is beyond what the profile allows") // to nobody but by [SetLimits.Beyond]
	ErrAlready = errors.New("this is so already")
)

const (
	maxChanges = 32  // of one order; our choice, more than a profile has limits
	maxReason  = 500 // characters; our choice
)

// Changes returns what a SetLimits would change now, in its order, without the numbers that stay as they are. The error is that
// of [Engine.Refuse].
func (e *Engine) Changes(in SetLimits) ([]LimitChanged, error) {
	switch {
	case len(e.context.Marks) == 0:
		return nil, fmt.Errorf("%w: limits are changed for a session, and there is none", ErrNotAllowed)
	case len(in.Changes) == 0 || len(in.Changes) > maxChanges:
		return nil, fmt.Errorf("%w: say which limits change, %d at most", ErrNotAllowed, maxChanges)
	case utf8.RuneCountInString(in.Reason) > maxReason:
		return nil, fmt.Errorf("%w: a reason has %d characters at most", ErrNotAllowed, maxReason)
	}
	if err := named(in.By); err != nil {
		return nil, err
	}
	var list, seen []LimitChanged
	for i := range in.Changes {
		x, old, err := e.change(&in.Changes[i], &in)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(seen, x.same) {
			return nil, fmt.Errorf("%w: %s is here twice", ErrNotAllowed, x.name())
		}
		seen = append(seen, x)
		if x.New != old {
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: %w: every limit here is set so already", ErrNotAllowed, ErrAlready)
	}
	return list, e.ordered(list)
}

// change checks one number by itself.
func (e *Engine) change(c *LimitChange, in *SetLimits) (x LimitChanged, old int, err error) {
	own, bound, err := e.locate(c)
	if err != nil {
		return x, 0, err
	}
	s := e.setting(own, bound)
	x = LimitChanged{Condition: own.ID, Title: own.Title, Old: s.Set, New: c.To, Own: s.Own}
	if bound != nil {
		x.Vital, x.Side = bound.Vital, bound.Side
	}
	if c.Back {
		x.New = s.Own
	}
	x.Beyond = x.New < s.Min || x.New > s.Max
	switch {
	case x.New == s.Set:
		return x, s.Set, nil
	case x.New < s.Least || x.New > s.Most:
		return x, s.Set, fmt.Errorf("%w: %s can be set from %s to %s, not to %s%s", ErrNotAllowed, x.name(), x.text(s.Least),
			x.measure(s.Most), x.text(x.New), protects(own, &x))
	case x.Beyond && !in.Beyond:
		return x, s.Set, fmt.Errorf("%w: %w: %s may be set from %s to %s; %s needs a lead, and a reason", ErrNotAllowed, ErrBeyond, x.name(),
			x.text(s.Min), x.measure(s.Max), x.text(x.New))
	case (x.Beyond || looser(x.Side, x.New, s.Own)) && strings.TrimSpace(in.Reason) == "":
		return x, s.Set, fmt.Errorf("%w: %s %s is not as careful as the profile's own %s: say why", ErrNotAllowed, x.name(), x.text(x.New), x.text(s.Own))
	}
	return x, s.Set, nil
}

// protects says why nobody may go further.
func protects(own *Condition, x *LimitChanged) string {
	if own.Priority == High && looser(x.Side, x.New, x.Own) {
		return "; it is a high alert at once, and only made tighter"
	}
	return ""
}

// locate finds the number that a change is about; bound is nil for the delay.
func (e *Engine) locate(c *LimitChange) (own *Condition, bound *Bound, err error) {
	i := slices.IndexFunc(e.own, func(o Condition) bool { return o.ID == c.Condition })
	if i < 0 {
		return nil, nil, fmt.Errorf("%w: no condition is called %q", ErrNotThere, c.Condition)
	}
	own = &e.own[i]
	if c.Vital == 0 {
		if own.Kind != Physiological || own.Trigger != Limits || own.Hold == 0 {
			return nil, nil, fmt.Errorf("%w: %s has no delay that can be changed", ErrNotThere, own.ID)
		}
		return own, nil, nil
	}
	for k := range own.Bounds {
		b := &own.Bounds[k]
		switch {
		case b.Vital != c.Vital || c.Side != 0 && b.Side != c.Side:
		case bound != nil:
			return nil, nil, fmt.Errorf("%w: %s has two limits of %s: say which side", ErrNotAllowed, own.ID, b.Vital)
		default:
			bound = b
		}
	}
	if bound != nil {
		return own, bound, nil
	}
	for _, r := range own.Relative {
		if r.Vital == c.Vital {
			return nil, nil, fmt.Errorf("%w: the limit of %s for %s follows this person's baseline and is not changed: "+
				"to be told earlier, set a fixed limit nearer to normal", ErrNotAllowed, own.ID, c.Vital)
		}
	}
	return nil, nil, fmt.Errorf("%w: %s has no limit of %s", ErrNotThere, own.ID, c.Vital)
}

// ordered refuses changes after which two limits of a vital would not be in the order in which they must be: the low one below the
// high one, and the less urgent one nearer to normal.
func (e *Engine) ordered(list []LimitChanged) error {
	after := make([]Condition, len(e.conditions))
	for i := range e.conditions {
		after[i] = e.conditions[i].clone()
		after[i].AdjustHold = Adjust{} // how far it may go is said of the profile's own number
		for k := range after[i].Bounds {
			after[i].Bounds[k].Adjust = Adjust{}
		}
		for n := range list {
			if list[n].Condition == after[i].ID {
				list[n].put(&after[i])
			}
		}
	}
	for _, x := range list {
		if x.Vital == 0 {
			continue
		}
		for i := range after {
			for k := range after[i].Bounds {
				if err := e.pairs(&x, i, k, &after[i].Bounds[k]); err != nil {
					return err
				}
			}
		}
	}
	if err := validate(after); err != nil { // what the profile's own numbers had to meet
		return fmt.Errorf("%w: %w", ErrNotAllowed, err)
	}
	return nil
}

// pairs compares a changed limit with bound k of condition i, which is now at b.
func (e *Engine) pairs(x *LimitChanged, i, k int, b *Bound) error {
	o := &e.own[i]
	if b.Vital != x.Vital || o.ID == x.Condition && b.Side == x.Side {
		return nil
	}
	other := LimitChanged{Condition: o.ID, Title: o.Title, Vital: b.Vital, Side: b.Side, New: b.Limit, Own: o.Bounds[k].Limit}
	c := e.conditionOf(x.Condition)
	if b.Side != x.Side {
		high, low := x, &other
		if x.Side == Below {
			high, low = low, high
		}
		if least := min(apart, high.Own-low.Own); high.New-low.New < least {
			return fmt.Errorf("%w: %s would be at %s and %s at %s: the high one must be at least %d above the low one", ErrNotAllowed,
				high.name(), high.text(high.New), low.name(), low.text(low.New), least)
		}
		return nil
	}
	lesser, worse := x, &other
	if o.Priority < c.Priority || o.Priority == c.Priority && looser(x.Side, x.Own, other.Own) {
		lesser, worse = worse, lesser
	}
	if lesser.Own != worse.Own && !looser(x.Side, worse.New, lesser.New) {
		return fmt.Errorf("%w: %s would be at %s and %s at %s: the less urgent one must be nearer to normal", ErrNotAllowed,
			lesser.name(), lesser.text(lesser.New), worse.name(), worse.text(worse.New))
	}
	return nil
}

func (e *Engine) conditionOf(id string) *Condition {
	return &e.own[slices.IndexFunc(e.own, func(c Condition) bool { return c.ID == id })]
}

func (x LimitChanged) same(o LimitChanged) bool {
	return x.Condition == o.Condition && x.Vital == o.Vital && x.Side == o.Side
}

// name says which number it is: "Low SpO2 (SpO2 below)", "the delay of Low SpO2".
func (x *LimitChanged) name() string {
	if x.Vital == 0 {
		return "the delay of " + x.Title
	}
	word := "at or above"
	if x.Side == Below {
		word = "below"
	}
	vital := x.Vital.Title()
	if x.Vital != devices.SpO2 {
		vital = strings.ToLower(vital)
	}
	return x.Title + " (" + vital + " " + word + ")"
}

// text writes a number; a delay with its unit.
func (x *LimitChanged) text(n int) string {
	if x.Vital == 0 {
		return (time.Duration(n) * time.Millisecond).String()
	}
	return number(x.Vital, n)
}

// measure writes a number with its unit as people say it; that of a delay is in its text.
func (x *LimitChanged) measure(n int) string {
	if x.Vital == 0 {
		return x.text(n)
	}
	return x.text(n) + " " + unitWords(x.Vital)
}

// unitWords is the unit of a limit as people write it.
func unitWords(v devices.Vital) string {
	switch v {
	case devices.SpO2:
		return "%"
	case devices.PulseRate:
		return "per minute"
	default:
		return "mmHg"
	}
}

// String says what was changed: "Low SpO2 (SpO2 below): 90 -> 88".
func (x LimitChanged) String() string {
	return x.name() + ": " + x.text(x.Old) + " -> " + x.text(x.New)
}
