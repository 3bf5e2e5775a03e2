package alerts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"bedside/devices"
)

// The times that the engine itself needs; those of a single condition are declared in it.
const (
	// A hold goes on across drop-outs and values between limit and clear level as long as violating values are no
	// further apart than this. alarms.md section 5: an artefact suspends for 30 s at most.
	maxGap = 30 * time.Second
	// Time alone completes a hold only if the last value violated and is no older than this; otherwise the next
	// violating value does. Our choice: three readings of a device that sends one a second.
	maxAge = 3 * time.Second
	// A clear hold starts again if values were further apart than this: older data are stale, alarms.md section 5.
	maxCalmGap = 10 * time.Second
	// A device that streams a vital and was heard within this time speaks for it, not a single reading of another one.
	maxStreamAge = 10 * time.Second
)

// Engine judges inputs against declared conditions. It is not safe for concurrent use: one goroutine owns it and feeds
// it in the order of arrival.
type Engine struct {
	now        time.Time
	conditions []Condition // as they are judged by
	own        []Condition // as they were declared
	changes    []changed   // what somebody changed of them for the session
	devices    []*device
	vitals     []*track // physiological, worse ones before those that they cover
	faults     []*track // of the surroundings
	reports    []*track // of what people report
	lasting    []*track // of what other conditions last
	context    Context
	tracks     []*track // all of them, in the order of judgement
	counters   map[string]uint64
	restored   bool    // a state was restored, and no Step has looked at it yet
	orphans    []Alert // restored occurrences of conditions that are not declared any more
	events     []Event
	effects    []Effect
	silence    silence
	ladder     []Step
}

// Device is what the engine must know of a device beyond its name.
type Device struct {
	Name    string // as in the inputs
	Title   string // for texts, such as "Pulse oximeter"; empty for the name
	SameArm string // name of the cuff on the arm that carries this sensor, or empty
}

// New returns an engine for conditions, which it copies. Devices need not be listed: one that first appears in an input
// has its name as title and an arm for itself. The error is a [*ConditionsError] that names everything that is wrong.
func New(conditions []Condition, known ...Device) (*Engine, error) {
	if err := validate(conditions); err != nil {
		return nil, err
	}
	e := &Engine{counters: map[string]uint64{}}
	e.declare(conditions)
	for _, d := range known {
		e.device(d.Name).describe(d)
	}
	return e, nil
}

// declare makes the tracks of conditions that have been checked.
func (e *Engine) declare(conditions []Condition) {
	e.conditions, e.own, e.changes = make([]Condition, len(conditions)), make([]Condition, len(conditions)), nil
	e.vitals, e.faults, e.reports, e.lasting = nil, nil, nil, nil
	for i := range conditions {
		e.conditions[i], e.own[i] = conditions[i].clone(), conditions[i].clone()
		c := &e.conditions[i]
		switch c.Trigger {
		case Limits:
			e.vitals = append(e.vitals, &track{cond: c, sources: make([]source, len(e.devices))})
		case SystemFault:
			e.faults = append(e.faults, &track{cond: c})
		case Lasting:
			e.lasting = append(e.lasting, &track{cond: c})
		case Reported:
			for _, name := range c.Names {
				e.reports = append(e.reports, &track{cond: c, name: name})
			}
		}
	}
	for _, t := range e.lasting {
		for _, o := range e.vitals {
			if slices.Contains(t.cond.Of, o.cond.ID) {
				t.of = append(t.of, o)
			}
		}
	}
	for _, d := range e.devices {
		e.equip(d)
	}
	e.order()
	e.enter(e.context)
}

// Reconfigure judges by other conditions from the next Step on: what is still declared goes on where it stands, and the
// occurrences of what is not end and say so. What somebody changed of the limits ends with them. The error is that of [New]; the engine is then unchanged.
func (e *Engine) Reconfigure(conditions []Condition) error {
	if err := validate(conditions); err != nil {
		return err
	}
	s := e.Snapshot()
	s.Limits = nil
	e.declare(conditions)
	return e.Restore(e.now, s)
}

// Effects returns what the last Step asks the shell to do. The slice belongs to the engine and is overwritten by the next
// Step.
func (e *Engine) Effects() []Effect { return e.effects }

// Step takes one input at a moment and returns what changed, in order. A now earlier than the last one counts as the
// last one. The slice belongs to the engine and is overwritten by the next call.
func (e *Engine) Step(now time.Time, in Input) []Event {
	if now.After(e.now) {
		e.now = now
	}
	e.events, e.effects = e.events[:0], e.effects[:0]
	if e.restored {
		e.restored = false
		e.dropOrphans()
		e.restDormant()
	}
	e.advance()
	if e.Refuse(in) != nil {
		in = Tick{}
	}
	switch in := in.(type) {
	case Observed:
		e.observe(e.device(in.Device), in.Reading)
	case SourceLost:
		e.lose(e.device(in.Device), in.Cause, in.Reason)
	case SourceBack:
		e.regain(e.device(in.Device))
	case LineQuality:
		e.line(e.device(in.Device), in)
	case CuffChanged:
		e.cuff(e.device(in.Device), in.State)
	case Fault:
		e.fault(in)
	case Acknowledge:
		e.acknowledge(in)
	case Context:
		e.enter(in)
	case Symptom:
		e.report(in)
	case SymptomOver:
		e.retract(in)
	case PauseAudio:
		e.pauseAudio(in)
	case PauseAlarms:
		e.pauseAlarms(in)
	case Resume:
		e.resume()
	case SwitchOff:
		e.switchOff(in)
	case SwitchOn:
		e.switchOn(in)
	case SetLimits:
		e.setLimits(in)
	}
	e.advance()
	e.signals()
	return e.events
}

// Next returns when Step must be called at the latest, with a [Tick] if nothing else has happened by then, and whether
// it must be called at all. It is never in the past of the last Step.
func (e *Engine) Next() (time.Time, bool) {
	var next time.Time
	consider := func(due time.Time) {
		if due.After(e.now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	consider(e.silence.audioUntil)
	consider(e.silence.alarmUntil)
	consider(e.silence.remindAt)
	for i := range e.silence.off {
		consider(e.silence.off[i].Until)
	}
	for _, t := range e.tracks {
		if t.alert.State != Inactive {
			consider(t.alert.SilentUntil)
			consider(t.ackedUntil())
			consider(e.climbsAt(t))
		}
		switch t.stage {
		case pending:
			if t.dev != nil {
				consider(e.released(t.dev))
			}
			consider(t.since.Add(t.cond.Hold))
		case active:
			for i := range t.cond.Escalations {
				if x := &t.cond.Escalations[i]; x.After > 0 && x.Priority > t.alert.Priority {
					consider(t.began.Add(x.After))
				}
			}
		case clearing:
			if t.stated() {
				consider(t.calm.Add(t.cond.ClearHold))
			}
		}
	}
	return next, !next.IsZero()
}

// Active returns every active and latched occurrence: highest priority first, what is still true before what is over,
// then oldest, then by occurrence.
func (e *Engine) Active() []Alert {
	var list []Alert
	for _, t := range e.tracks {
		if t.alert.State != Inactive {
			list = append(list, t.alert)
		}
	}
	slices.SortStableFunc(list, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.State, b.State), a.Since.Compare(b.Since), cmp.Compare(a.Occurrence, b.Occurrence))
	})
	return list
}

// Find returns the active or latched occurrence with that id, so that a command can say why an acknowledgement would
// have no effect.
func (e *Engine) Find(occurrence string) (Alert, bool) {
	if t := e.find(occurrence); t != nil {
		return t.alert, true
	}
	return Alert{}, false
}

func (e *Engine) find(occurrence string) *track {
	for _, t := range e.tracks {
		if t.alert.State != Inactive && t.alert.Occurrence == occurrence {
			return t
		}
	}
	return nil
}

// acknowledge marks an occurrence. The condition is not touched: only whether its end waits for a person.
func (e *Engine) acknowledge(in Acknowledge) {
	by := strings.TrimSpace(in.By)
	t := e.find(in.Occurrence)
	if by == "" || t == nil || t.alert.Acknowledged {
		return
	}
	t.alert.Acknowledged, t.alert.AcknowledgedBy = true, strings.Clone(by)
	t.acked = e.now
	if t.alert.State == LatchedState {
		t.alert.State = Inactive
		e.emit(Reset, t)
		return
	}
	e.emit(Acknowledged, t)
}

func (e *Engine) emit(c Change, t *track) {
	e.events = append(e.events, Event{Change: c, Alert: t.alert})
}

// device returns the device with that name, which it adds if it is new.
func (e *Engine) device(name string) *device {
	for _, d := range e.devices {
		if d.name == name {
			return d
		}
	}
	name = strings.Clone(name)
	d := &device{name: name, title: name, index: len(e.devices)}
	e.equip(d)
	for _, t := range d.tracks {
		e.fit(t)
	}
	e.devices = append(e.devices, d)
	for _, t := range e.vitals {
		t.sources = append(t.sources, source{})
	}
	e.order()
	return d
}

// equip gives a device its technical conditions.
func (e *Engine) equip(d *device) {
	d.tracks = nil
	for i := range e.conditions {
		if c := &e.conditions[i]; c.Trigger.ofDevice() {
			d.tracks = append(d.tracks, &track{cond: c, dev: d})
		}
	}
	// A lost device hides what its signal says, and a sensor that is off hides a poor signal: judged in this order.
	slices.SortStableFunc(d.tracks, func(a, b *track) int { return cmp.Compare(a.cond.Trigger, b.cond.Trigger) })
}

// order rebuilds the list of all tracks. Faults come last: their priority may depend on the others.
func (e *Engine) order() {
	e.tracks = slices.Concat(e.vitals, e.lasting, e.reports)
	for _, d := range e.devices {
		e.tracks = append(e.tracks, d.tracks...)
	}
	e.tracks = append(e.tracks, e.faults...)
}

// dropOrphans ends the occurrences of conditions that a changed configuration does not declare any more.
func (e *Engine) dropOrphans() {
	for _, a := range e.orphans {
		a.State = Inactive
		a.Text = a.Title + ": this condition is no longer monitored"
		e.events = append(e.events, Event{Change: Ended, Alert: a})
	}
	e.orphans = nil
}

// streamed reports whether a device that streams v was heard a moment ago.
func (e *Engine) streamed(v devices.Vital) bool {
	for _, d := range e.devices {
		if at := d.streams[v]; !at.IsZero() && e.now.Sub(at) <= maxStreamAge {
			return true
		}
	}
	return false
}
