package sessions

import (
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

// Options say in which room sessions are held.
type Options struct {
	// Find returns the profile with an id, the shipped and the site's own.
	Find func(id string) (*profiles.Profile, bool)
	// AgentStarts says that the agent may start the cuff; else staff are asked to.
	AgentStarts bool
	// Undo is how long a note can be taken back; zero for DefaultUndo. A sped-up demo has more, because its people do not hurry.
	Undo time.Duration
}

// DefaultUndo is how long a note can be taken back: the ten seconds of the page's button (UX.md section 8), and five more for a
// slow line, which is our choice.
const DefaultUndo = 15 * time.Second

// Machine follows the sessions of one room, one at a time. It is not safe for concurrent use: one goroutine owns it and feeds
// it in the order of arrival.
type Machine struct {
	o        Options
	now      time.Time
	profile  *profiles.Profile // of the session that runs; nil between sessions
	s        state
	out      Output
	told     told      // of the context
	due      time.Time // before this moment advance has nothing to do unless somebody acts; zero if that is not known
	resumed  time.Time // first Step after Restore; zero without one
	restored bool      // and that Step has not come yet
	acted    bool      // something happened in this Step that is more than a value of the stream
}

// state is everything that a restart must bring back.
type state struct {
	Running   bool              `json:"running"`
	Code      string            `json:"code,omitempty"`
	Route     string            `json:"route,omitempty"`
	Profile   string            `json:"profile,omitempty"`
	Hash      string            `json:"hash,omitempty"`
	By        string            `json:"by,omitempty"`
	Age       int               `json:"age,omitempty"`
	Screening map[string]Answer `json:"screening,omitempty"`
	Since     time.Time         `json:"since,omitzero"`
	EndedAt   time.Time         `json:"ended,omitzero"`

	Phase     Phase         `json:"phase,omitempty"`
	Shift     time.Duration `json:"shift,omitempty"` // by which the phases lag behind the clock, because somebody moved them
	Doses     []GivenDose   `json:"doses,omitempty"`
	Infusion  time.Time     `json:"infusion,omitzero"` // when it ended, if somebody said so
	Readings  []CuffReading `json:"readings,omitempty"`
	Stream    stream        `json:"stream"`
	Baseline  Values        `json:"baseline"`
	Frozen    bool          `json:"frozen,omitempty"`  // the baseline is taken: a dose was given
	Persist   bool          `json:"persist,omitempty"` // pressure that is still raised counts from now on
	Observed  bool          `json:"observed,omitempty"`
	Cuff      cuffPlan      `json:"cuff"`
	Pulse     *Episode      `json:"pulse_episode,omitempty"`
	Pressure  *Episode      `json:"pressure_episode,omitempty"`
	Episodes  []Episode     `json:"episodes,omitempty"` // that are over
	PulseRun  run           `json:"pulse_run"`
	Overrides []string      `json:"overrides,omitempty"` // gates
	Ticks     []string      `json:"ticks,omitempty"`
	Predose   bool          `json:"predose_met,omitempty"` // as told last
	Leaving   bool          `json:"discharge_met,omitempty"`
	Alarms    Alarms        `json:"alarms"`
	Reach     Reach         `json:"reach"` // outlasts the session
	PausedTil time.Time     `json:"paused_until,omitzero"`
	Symptoms  []string      `json:"symptoms,omitempty"`
	Notes     []openNote    `json:"notes,omitempty"` // that can be taken back
	Most      Extremes      `json:"extremes"`
	Heard     time.Time     `json:"heard,omitzero"` // when something was measured last
	Idle      bool          `json:"idle,omitempty"` // session_idle is raised
}

// New returns a machine without a session.
func New(o Options) *Machine { return &Machine{o: o} }

// Running reports whether a session runs.
func (m *Machine) Running() bool { return m.s.Running }

// Code returns the pseudonymous code of the session that runs, or "".
func (m *Machine) Code() string {
	if !m.s.Running {
		return ""
	}
	return m.s.Code
}

// Step takes one input at a moment. The error is always a [*Refusal], and then the input has changed nothing; what was due by
// now has happened nevertheless and is in the Output. A now earlier than the last one counts as the last one. The Output
// belongs to the caller.
func (m *Machine) Step(now time.Time, in Input) (Output, error) {
	if now.After(m.now) {
		m.now = now
	}
	if m.restored {
		m.resumed, m.restored = m.now, false
	}
	m.out, m.acted = Output{}, false
	m.advance()
	err := m.take(in)
	if err == nil && m.acted {
		m.due = time.Time{}
		m.advance()
	}
	m.tellContext()
	return m.out, err
}

// take deals with one input.
func (m *Machine) take(in Input) error {
	switch in := in.(type) {
	case Start:
		return m.start(in)
	case Tick:
		return nil
	case Observed:
		m.acted = in.Reading != nil && in.Reading.Spot
		m.observe(in.Reading)
		return nil
	case CuffChanged:
		// A cuff that tells again and again what it does is no news.
		m.acted = in.State.Phase.Busy() != m.s.Cuff.Busy || in.State.Phase == devices.CuffDone || in.State.Phase == devices.CuffFailed
		m.cuffChanged(in.State)
		return nil
	}
	m.acted = true
	switch in := in.(type) {
	case CuffRefused:
		m.cuffRefused(in.Reason)
		return nil
	case Recheck:
		m.recheck(in)
		return nil
	case Alarms:
		m.s.Alarms = in
		return nil
	case Reach:
		m.s.Reach = in
		return nil
	}
	if !m.s.Running {
		return refuse(CodeState, "no session is running")
	}
	return m.act(in)
}

// act deals with what staff do in a session.
func (m *Machine) act(in Input) error {
	switch in := in.(type) {
	case Dose:
		return m.dose(in)
	case InfusionEnd:
		return m.infusionEnd(in)
	case SetPhase:
		return m.setPhase(in)
	case Note:
		return m.note(in)
	case TakeBack:
		return m.takeBack(in)
	case Symptom:
		return m.symptom(in)
	case SymptomOver:
		return m.symptomOver(in)
	case Screen:
		return m.screen(in)
	case Override:
		return m.override(in)
	case Confirm:
		return m.confirm(in)
	case Enter:
		return m.enter(in)
	case Pause:
		return m.pause(in)
	case Resume:
		return m.resume(in)
	case End:
		return m.end(in)
	}
	return refuse(CodeValue, "unknown input %T", in)
}

// advance does what time has made due: phases first, because the rest depends on them.
func (m *Machine) advance() {
	if !m.s.Running {
		return
	}
	if m.now.Before(m.due) {
		m.flowGate()
		return
	}
	m.advancePhase()
	m.advanceClocks()
	m.advanceCuff()
	m.advanceGates()
	m.advanceIdle()
	if next, ok := m.Next(); ok {
		m.due = next
	} else {
		m.due = m.now.Add(time.Hour)
	}
}

// Next returns when Step must be called at the latest, with a [Tick] if nothing else has happened by then, and whether it
// must be called at all. It is never in the past of the last Step.
func (m *Machine) Next() (time.Time, bool) {
	if !m.s.Running {
		return time.Time{}, false
	}
	var next time.Time
	consider := func(at time.Time) {
		if at.After(m.now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	m.phaseDue(consider)
	m.clocksDue(consider)
	m.cuffDue(consider)
	m.idleDue(consider)
	return next, !next.IsZero()
}

func (m *Machine) event(e Event) {
	e.At, e.Phase = m.now, m.s.Phase
	m.out.Events = append(m.out.Events, e)
}

func (m *Machine) fault(id string, active bool, text string) {
	m.out.Faults = append(m.out.Faults, alerts.Fault{Condition: id, Active: active, Text: text})
}

// observe takes a reading of a device.
func (m *Machine) observe(r *devices.Reading) {
	if r == nil || !m.s.Running {
		return
	}
	if len(r.Measurements) > 0 {
		m.heard()
	}
	if r.Spot {
		sys, ok := r.Value(devices.Systolic)
		dia, ok2 := r.Value(devices.Diastolic)
		if ok && ok2 {
			mean, _ := r.Value(devices.Mean)
			pulse, _ := r.Value(devices.PulseRate)
			m.measured(CuffReading{At: m.now, Systolic: sys, Diastolic: dia, Mean: mean, PulseRate: pulse})
		}
		return
	}
	pulse, ok := r.Value(devices.PulseRate)
	oxygen, ok2 := r.Value(devices.SpO2)
	m.s.Stream.add(m.now, pulse, ok, oxygen, ok2)
	if ok {
		m.pulseSeen(pulse)
	}
	if ok2 && m.s.Frozen {
		m.s.Most.oxygen(m.now, oxygen)
	}
}

// told is what a context depends on.
type told struct {
	running, persist, frozen bool
	phase                    Phase
}

// tellContext tells the alerts engine where the session stands, if that has changed. The baseline changes only by being
// taken.
func (m *Machine) tellContext() {
	now := told{m.s.Running, m.s.Running && m.s.Persist, m.s.Running && m.s.Frozen, ""}
	if m.s.Running {
		now.phase = m.s.Phase
	}
	if now == m.told {
		return
	}
	m.told = now
	c := &alerts.Context{}
	if now.running {
		c.Marks = []string{string(now.phase)}
	}
	if now.persist {
		c.Marks = append(c.Marks, "persist")
	}
	if now.frozen {
		c.Baseline = m.s.Baseline.levels()
		c.Tighter = m.tighter(c.Baseline)
	}
	m.out.Context = c
}

// tighter returns by how much the absolute limits are tighter for want of a baseline.
func (m *Machine) tighter(known map[devices.Vital]int) map[devices.Vital]int {
	t := &m.profile.Tighter
	out := map[devices.Vital]int{}
	for v, n := range map[devices.Vital]profiles.Number{
		devices.SpO2: t.SpO2, devices.PulseRate: t.PulseRate, devices.Systolic: t.Systolic, devices.Diastolic: t.Diastolic,
	} {
		if _, ok := known[v]; !ok && n.Value > 0 {
			out[v] = n.Value
		}
	}
	return out
}
