package whatif

import (
	"fmt"
	"slices"
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// noBaseline is the one condition of the session itself whose inputs are all in the record.
const noBaseline = "no_baseline"

// judgedAgain reports whether a condition is judged again, or carried over as recorded.
func judgedAgain(kind alerts.Kind, id string) bool {
	return kind == alerts.Physiological || id == noBaseline
}

// room is the session as it would have been judged: engine and session as an agent feeds them, without devices, a cuff or a
// surrounding.
type room struct {
	profile    *profiles.Profile
	conditions []alerts.Condition
	engine     *alerts.Engine
	session    *sessions.Machine
	rechecks   []sessions.Recheck
	over       bool
	now        time.Time

	alerted func(now time.Time, e *alerts.Event)
	told    func(e *sessions.Event)
}

func newRoom(p *profiles.Profile) (*room, error) {
	r := &room{profile: p}
	r.conditions = slices.DeleteFunc(p.Conditions(), func(c alerts.Condition) bool { return !judgedAgain(c.Kind, c.ID) })
	r.session = sessions.New(sessions.Options{Find: func(string) (*profiles.Profile, bool) { return p, true }})
	return r, r.equip()
}

// equip makes a new engine.
func (r *room) equip() error {
	engine, err := alerts.New(r.conditions)
	if err != nil {
		return fmt.Errorf("whatif: profile %s: %w", r.profile.Word(), err)
	}
	engine.SetLadder(r.profile.Steps())
	r.engine = engine
	return nil
}

// reported reports whether a condition is what people report.
func (r *room) reported(id string) bool {
	return slices.ContainsFunc(r.conditions, func(c alerts.Condition) bool { return c.ID == id && c.Trigger == alerts.Reported })
}

// restart does what the agent does when it begins anew with the state that it saved: holds have not gone on meanwhile, the
// clocks of the session have.
func (r *room) restart(now time.Time) error {
	saved := r.engine.Snapshot()
	if err := r.equip(); err != nil {
		return err
	}
	if err := r.engine.Restore(now, saved); err != nil {
		return fmt.Errorf("whatif: restart: %w", err)
	}
	return nil
}

// pass lets time go by up to a moment, and does what is due before it.
func (r *room) pass(until time.Time) {
	for !r.over {
		next, ok := r.engine.Next()
		if due, also := r.session.Next(); also && (!ok || due.Before(next)) {
			next, ok = due, true
		}
		if !ok || !next.Before(until) || !next.After(r.now) {
			return
		}
		r.tick(next)
	}
}

// tick is what time alone does.
func (r *room) tick(now time.Time) {
	r.judge(now, alerts.Tick{})
	r.follow(now, sessions.Tick{})
}

// observe takes a reading, first as the engine sees it.
func (r *room) observe(now time.Time, in alerts.Observed) {
	r.judge(now, in)
	r.follow(now, sessions.Observed{Device: in.Device, Reading: in.Reading})
}

// act takes what somebody did. The error is that of [sessions.Machine.Step].
func (r *room) act(now time.Time, in sessions.Input) error {
	err := r.feed(now, in)
	r.settle(now)
	return err
}

// follow is for inputs that no session refuses.
func (r *room) follow(now time.Time, in sessions.Input) {
	if err := r.feed(now, in); err == nil {
		r.settle(now)
	}
}

// settle passes on the readings that conditions ask for.
func (r *room) settle(now time.Time) {
	for len(r.rechecks) > 0 {
		recheck := r.rechecks[0]
		r.rechecks = r.rechecks[1:]
		r.follow(now, recheck)
	}
}

func (r *room) judge(now time.Time, in alerts.Input) {
	r.now = now
	for _, e := range r.engine.Step(now, in) {
		r.alerted(now, &e)
	}
	for _, x := range r.engine.Effects() {
		if x.Kind == alerts.AskCuff {
			r.rechecks = append(r.rechecks, sessions.Recheck{Condition: x.Condition, After: x.After})
		}
	}
}

func (r *room) feed(now time.Time, in sessions.Input) error {
	out, err := r.session.Step(now, in)
	r.now = now
	for i := range out.Events {
		r.told(&out.Events[i])
	}
	if out.Over { // what the room's own limits then say is no part of the session
		r.over = true
		return err
	}
	if out.Context != nil {
		r.judge(now, *out.Context)
	}
	for _, f := range out.Faults {
		if f.Condition == noBaseline {
			r.judge(now, f)
		}
	}
	return err
}
