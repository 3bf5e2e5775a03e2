package alerts

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Why [Engine.Refuse] refuses; the error that it returns wraps one of them and says it in words.
var (
	ErrNotThere   = errors.New("there is no such thing")
	ErrNotAllowed = errors.New("this is not allowed")
)

// Words returns what an error of [Engine.Refuse] says to people, in one line and without the kinds that it wraps.
func Words(err error) string {
	text := err.Error()
	for _, kind := range []error{ErrNotThere, ErrNotAllowed, ErrBeyond, ErrAlready} {
		text = strings.ReplaceAll(text, kind.Error()+": ", "")
	}
	return strings.ReplaceAll(text, "\n", "; ")
}

// Refuse returns why the act of a person would have no effect now, nil if it would have one or is none. [Engine.Step]
// ignores what is refused here.
func (e *Engine) Refuse(in Input) error {
	switch in := in.(type) {
	case Acknowledge:
		if e.find(in.Occurrence) == nil {
			return fmt.Errorf("%w: no active or latched alert %q; it may have ended", ErrNotThere, in.Occurrence)
		}
		return named(in.By)
	case PauseAudio:
		return errors.Join(named(in.By), within(in.For, 0, MaxAudioPause))
	case PauseAlarms:
		return errors.Join(named(in.By), reasoned(in.Reason), within(in.For, time.Second, MaxAlarmPause))
	case Resume:
		if e.silence.audioUntil.IsZero() && e.silence.alarmUntil.IsZero() {
			return fmt.Errorf("%w: nothing is paused", ErrNotThere)
		}
		return named(in.By)
	case SwitchOff:
		return e.refuseSwitchOff(in)
	case SwitchOn:
		if !e.switchedOff(in.Condition) {
			return fmt.Errorf("%w: %q is not switched off", ErrNotThere, in.Condition)
		}
		return named(in.By)
	case SetLimits:
		_, err := e.Changes(in)
		return err
	case Symptom:
		return e.refuseSymptom(in.Name, in.By)
	case SymptomOver:
		for _, t := range e.reports {
			if t.name == in.Name && t.stage != normal {
				return nil
			}
		}
		return fmt.Errorf("%w: %q is not reported", ErrNotThere, in.Name)
	default:
		return nil
	}
}

func (e *Engine) refuseSymptom(name, by string) error {
	var names []string
	for _, t := range e.reports {
		if t.name == name {
			return named(by)
		}
		names = append(names, t.name)
	}
	if len(names) == 0 {
		return fmt.Errorf("%w: this profile has no symptoms", ErrNotThere)
	}
	return fmt.Errorf("%w: no symptom is called %q; there are %s", ErrNotThere, name, strings.Join(names, ", "))
}

// highest returns the highest priority that the condition can have.
func (c *Condition) highest() Priority {
	top := c.Priority
	for _, x := range c.Escalations {
		top = max(top, x.Priority)
	}
	return top
}

func named(by string) error {
	if strings.TrimSpace(by) == "" {
		return fmt.Errorf("%w: say who does it", ErrNotAllowed)
	}
	return nil
}

func reasoned(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("%w: say why", ErrNotAllowed)
	}
	return nil
}

func within(d, low, high time.Duration) error {
	switch {
	case d > high:
		return fmt.Errorf("%w: a pause lasts %v at most, not %v", ErrNotAllowed, high, d)
	case d < low:
		return fmt.Errorf("%w: a pause needs to say how long it lasts, at most %v", ErrNotAllowed, high)
	}
	return nil
}
