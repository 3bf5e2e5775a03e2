package monitor

import (
	"fmt"
	"log/slog"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// Judgement is what decides in a room: the alerts engine and the session side by side, and what each means for the other. It
// knows no time but that of its inputs, starts nothing and publishes nothing, so that a rehearsal in virtual time judges exactly as a room does. It
// is not safe for concurrent use.
type Judgement struct {
	o       JudgementOptions
	engine  *alerts.Engine
	session *sessions.Machine
	rules   Rules // in force: the room's, or those of the session

	out      Outcome            // since it was taken last
	rechecks []sessions.Recheck // asked for by the input that is being dealt with
	counted  sessions.Alarms    // as the session knows them
}

// JudgementOptions say what is judged, by what, and who is told. All of Alert, Begun, Over and Cuff are needed.
type JudgementOptions struct {
	Rules       Rules // that judge while no session runs
	Profiles    Profiles
	Devices     []alerts.Device
	AgentStarts bool // there is a cuff that takes orders
	Log         *slog.Logger

	// Alert is told every change of an alert at once, and when the engine was asked by the computer's clock. The event is
	// the engine's.
	Alert func(now time.Time, e *alerts.Event, begun time.Time)
	Begun func()                          // a session has begun, and alerts of it follow
	Over  func(now time.Time)             // the session is over; its rules are still those in force
	Cuff  func(now time.Time, why string) // the cuff is to be started

	// Missing says in words why no nurse would hear of a session that begins now, or returns "". Nil: none is expected to.
	Missing func() string

	Undo time.Duration // see [sessions.Options]
}

// Outcome is what inputs have led to: by the engine, by the session, and what somebody did.
type Outcome struct {
	Events []alerts.Event
	Told   []sessions.Event
	Acts   []wire.Session // without their header
	Remind bool           // that something is silenced
}

// NewJudgement returns a judgement without a session.
func NewJudgement(o JudgementOptions) (*Judgement, error) {
	engine, err := alerts.New(o.Rules.Conditions, o.Devices...)
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	engine.SetLadder(o.Rules.Ladder)
	session := sessions.New(sessions.Options{Find: o.Profiles.find, AgentStarts: o.AgentStarts, Undo: o.Undo})
	return &Judgement{o: o, engine: engine, session: session, rules: o.Rules}, nil
}

// Outcome returns what has happened since the last call.
func (j *Judgement) Outcome() Outcome {
	o := j.out
	j.out = Outcome{}
	return o
}

// Active returns the active and latched alerts, as [alerts.Engine.Active] does.
func (j *Judgement) Active() []alerts.Alert { return j.engine.Active() }

// Running reports whether a session runs. While one does, Step must be called every second, with a Tick if nothing else
// happens.
func (j *Judgement) Running() bool { return j.session.Running() }

// Next returns when Step must be called at the latest, and whether it must.
func (j *Judgement) Next() (next time.Time, ok bool) {
	next, ok = j.engine.Next()
	if due, also := j.session.Next(); also && (!ok || due.Before(next)) {
		return due, true
	}
	return next, ok
}

// Step feeds an input to the engine and then to the session.
func (j *Judgement) Step(now time.Time, in alerts.Input) {
	j.judge(now, in)
	switch in := in.(type) {
	case alerts.Observed:
		j.follow(now, sessions.Observed{Device: in.Device, Reading: in.Reading})
	case alerts.CuffChanged:
		j.follow(now, sessions.CuffChanged{Device: in.Device, State: in.State})
	case alerts.Tick:
		j.follow(now, sessions.Tick{})
	}
}

// CuffRefused says that the cuff was to be started and would not.
func (j *Judgement) CuffRefused(now time.Time, reason string) {
	j.follow(now, sessions.CuffRefused{Reason: reason})
}

// Reach says how the way to the nurse was tried last.
func (j *Judgement) Reach(now time.Time, in sessions.Reach) { j.follow(now, in) }

// judge feeds the engine and tells at once what it says.
func (j *Judgement) judge(now time.Time, in alerts.Input) {
	begun := time.Now()
	events := j.engine.Step(now, in)
	for i := range events {
		e := &events[i]
		j.out.Events = append(j.out.Events, *e) // the engine overwrites its own
		j.o.Alert(now, e, begun)
	}
	for _, x := range j.engine.Effects() {
		switch x.Kind {
		case alerts.AskCuff:
			j.rechecks = append(j.rechecks, sessions.Recheck{Condition: x.Condition, After: x.After})
		case alerts.Remind:
			j.out.Remind = true
		case alerts.SuspensionOver:
			j.out.Acts = append(j.out.Acts, wire.Session{Event: wire.EventSuspensionEnded, Text: x.Condition})
		}
	}
}

// follow feeds the session and then what the engine asks of it.
func (j *Judgement) follow(now time.Time, in sessions.Input) {
	if err := j.feed(now, in); err != nil {
		j.o.Log.Error("monitor: session refused what is no order", "err", err)
	}
	j.consequences(now)
}

// consequences passes on what alerts mean for the session: readings that they ask for, and how many there are.
func (j *Judgement) consequences(now time.Time) {
	for range 4 { // each round needs a change of the one before, and two suffice
		for len(j.rechecks) > 0 {
			recheck := j.rechecks[0]
			j.rechecks = j.rechecks[1:]
			if err := j.feed(now, recheck); err != nil {
				j.o.Log.Error("monitor: session refused a recheck", "err", err)
			}
		}
		counts := j.counted
		if len(j.out.Events) > 0 {
			counts = j.count()
		}
		if counts == j.counted {
			break
		}
		j.counted = counts
		if err := j.feed(now, counts); err != nil {
			j.o.Log.Error("monitor: session refused the number of alerts", "err", err)
		}
	}
}

// count counts the alerts that keep somebody from leaving.
func (j *Judgement) count() sessions.Alarms {
	var n sessions.Alarms
	active := j.engine.Active()
	for i := range active {
		switch {
		case alerts.IsTest(active[i].Condition): // no reason to stay
		case active[i].State == alerts.LatchedState:
			n.Latched++
		case active[i].Priority >= alerts.Medium:
			n.Urgent++
		}
	}
	return n
}

// feed gives the session one input and does what it says. The session's moments are in UTC, as they travel.
func (j *Judgement) feed(now time.Time, in sessions.Input) error {
	out, err := j.session.Step(now.UTC(), in)
	j.out.Told = append(j.out.Told, out.Events...)
	if out.Profile != nil {
		j.o.Begun()
		j.adopt(NewRules(out.Profile))
		j.judge(now, unapproved(&j.rules))
	}
	if out.Over {
		j.over(now)
	}
	if out.Context != nil {
		j.judge(now, *out.Context)
	}
	for _, f := range out.Faults {
		j.judge(now, f)
	}
	if out.Ask != nil && out.Ask.Agent {
		j.o.Cuff(now, out.Ask.Why)
	}
	return err
}

// adopt judges by these rules from now on.
func (j *Judgement) adopt(r Rules) {
	if err := j.engine.Reconfigure(r.Conditions); err != nil {
		// A profile was checked by the engine when it was loaded. Should it be refused, the room's rules go on.
		j.o.Log.Error("monitor: profile not usable, the rules of before go on", "profile", r.Word, "err", err)
		return
	}
	j.engine.SetLadder(r.Ladder)
	j.rules = r
}

// unapproved is the fault that says whether somebody has approved the rules of a session.
func unapproved(r *Rules) alerts.Fault {
	return alerts.Fault{
		Condition: "profile_unapproved", Active: r.ApprovedBy == "",
		Text: "No clinician has approved the limits of " + r.Word + ".",
	}
}

// over judges by the rules of the room again.
func (j *Judgement) over(now time.Time) {
	j.o.Over(now)
	j.adopt(j.o.Rules)
	j.judge(now, alerts.Fault{Condition: "profile_unapproved"})
	j.judge(now, alerts.Fault{Condition: "restarted"})
}
