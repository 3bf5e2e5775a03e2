package bench

import (
	"errors"
	"fmt"
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/simulators/crowd"
	"bedside/simulators/patient"
)

// told is one alert of a judge. Times count from the start of the session.
type told struct {
	side      side
	condition string // of the engine
	id        string
	from, to  time.Duration
	urgentAt  time.Duration // when it was Medium or higher; forever for never
	priority  alerts.Priority
}

const (
	forever    = 1000 * time.Hour
	oximeter   = "oximeter"
	cuff       = "cuff"
	staff      = "bench"
	toBaseline = 30 * time.Second
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// room is one session as it is played.
type room struct {
	s       *crowd.Session
	at      time.Duration
	machine *sessions.Machine
	engine  *alerts.Engine
	arm     *crowd.Cuff
	cycle   *crowd.Cycle
	failed  time.Duration // when a cycle ended without a result last
	base    map[devices.Vital]int
	truth   *truth
	alerts  []told // of the engine
	causes  []bool // of each: a technical one that has its cause
	plain   [2]*fixed
	wants   bool // a reading is asked for
}

// routeWords are the words of the profiles.
var routeWords = map[patient.Route]string{
	patient.Esketamine: "intranasal", patient.Intravenous: "iv", patient.Intramuscular: "im", patient.Sublingual: "sublingual",
}

// play plays one session to its end.
func (b *bench) play(s *crowd.Session) (*room, error) {
	id, ok := profiles.ForRoute(routeWords[s.Route])
	if s.Cautious {
		id = "conservative"
	}
	if _, known := b.profiles[id]; !ok || !known {
		return nil, fmt.Errorf("bench: no profile for route %s", routeWords[s.Route])
	}
	sensor := alerts.Device{Name: oximeter, Title: "Pulse oximeter"}
	if s.SameArm {
		sensor.SameArm = cuff
	}
	engine, err := alerts.New(b.profiles[id].Conditions(), sensor, alerts.Device{Name: cuff, Title: "Blood-pressure cuff"})
	if err != nil {
		return nil, err
	}
	r := &room{
		s: s, engine: engine, machine: sessions.New(sessions.Options{Find: b.find, AgentStarts: true}),
		arm: s.Cuff(), failed: -forever, truth: newTruth(s, b.lines[id]), plain: [2]*fixed{newFixed(0), newFixed(15 * time.Second)},
	}
	finger := s.Oximeter()
	answers := map[string]sessions.Answer{}
	for _, q := range sessions.Questions() {
		answers[q] = sessions.No
	}
	answers[sessions.EscortPresent] = sessions.Yes
	err = r.tell(sessions.Start{Code: "bench", Route: routeWords[s.Route], Profile: id, By: staff, Age: s.Age(), Screening: answers})
	if err != nil {
		return nil, err
	}
	for r.at = 0; r.at < s.Length; r.at += beat {
		if err := r.second(finger); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// second lets one second pass.
func (r *room) second(finger *crowd.Oximeter) error {
	if err := r.act(); err != nil {
		return err
	}
	if r.cycle != nil && r.at >= r.cycle.To {
		if err := r.measured(); err != nil {
			return err
		}
	}
	reading, honest := finger.Step(r.at, r.cycle)
	r.truth.tick(honest)
	if reading == nil {
		r.step(alerts.Tick{})
		return r.tell(sessions.Tick{})
	}
	if err := r.tell(sessions.Observed{Device: oximeter, Reading: reading}); err != nil {
		return err
	}
	r.step(alerts.Observed{Device: oximeter, Reading: reading})
	for _, f := range r.plain {
		f.see(r.at, reading)
	}
	if honest {
		r.truth.see(r.at, reading, r.base)
	}
	return nil
}

// act does what staff do.
func (r *room) act() error {
	if r.at == toBaseline {
		return r.tell(sessions.SetPhase{Phase: sessions.BaselineOf, By: staff})
	}
	for i, at := range r.s.Doses {
		if r.at != at {
			continue
		}
		dose := sessions.Dose{Drug: "ketamine", Amount: "one", By: staff}
		if r.s.Route == patient.Esketamine {
			dose.Device = i + 1
		}
		err := r.tell(dose)
		if refusal := new(sessions.Refusal); errors.As(err, &refusal) && refusal.Code == sessions.CodeGate {
			err = r.tell(sessions.Override{Gate: sessions.GatePredose, By: staff, Prescriber: true, Reason: "part of the bench"})
			if err == nil {
				err = r.tell(dose)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tell gives the session an input, and does what comes of it.
func (r *room) tell(in sessions.Input) error {
	out, err := r.machine.Step(r.now(), in)
	if out.Profile != nil {
		if err := r.engine.Reconfigure(out.Profile.Conditions()); err != nil {
			return err
		}
	}
	if out.Context != nil {
		r.base = out.Context.Baseline
		r.step(*out.Context)
	}
	for _, f := range out.Faults {
		r.step(f)
	}
	r.wants = r.wants || out.Ask != nil
	if r.wants && r.cycle == nil {
		r.wants = false
		r.cycle = r.arm.Begin(r.at)
		return errors.Join(err, r.cuffIs(devices.CuffState{Phase: devices.CuffInflating}))
	}
	return err
}

func (r *room) now() time.Time { return start.Add(r.at) }

func (r *room) cuffIs(s devices.CuffState) error {
	r.step(alerts.CuffChanged{Device: cuff, State: s})
	return r.tell(sessions.CuffChanged{Device: cuff, State: s})
}

// measured takes the end of a cuff cycle.
func (r *room) measured() error {
	c := r.cycle
	r.cycle = nil
	if c.Result == nil {
		r.failed = r.at
		return r.cuffIs(devices.CuffState{Phase: devices.CuffFailed, Class: c.Class})
	}
	if err := r.cuffIs(devices.CuffState{Phase: devices.CuffDone}); err != nil {
		return err
	}
	if err := r.tell(sessions.Observed{Device: cuff, Reading: c.Result}); err != nil {
		return err
	}
	for _, x := range r.step(alerts.Observed{Device: cuff, Reading: c.Result}) {
		if err := r.tell(x); err != nil {
			return err
		}
	}
	for _, f := range r.plain {
		f.see(r.at, c.Result)
	}
	r.truth.see(r.at, c.Result, r.base)
	return nil
}

// step gives the engine an input, notes what it tells, and returns the readings that it asks for.
func (r *room) step(in alerts.Input) (asks []sessions.Recheck) {
	for _, e := range r.engine.Step(r.now(), in) {
		a := &e.Alert
		if e.Change == alerts.Raised {
			r.alerts = append(r.alerts, told{side: sideOf(a), condition: a.Condition, id: a.Occurrence, from: r.at, to: forever, urgentAt: forever})
			r.causes = append(r.causes, r.caused(a.Condition))
		}
		for i := len(r.alerts) - 1; i >= 0; i-- {
			t := &r.alerts[i]
			if t.id != a.Occurrence {
				continue
			}
			t.priority = max(t.priority, a.Priority)
			if t.urgentAt == forever && a.Priority >= alerts.Medium {
				t.urgentAt = r.at
			}
			if a.State != alerts.Active && t.to == forever {
				t.to = r.at
			}
			break
		}
	}
	for _, x := range r.engine.Effects() {
		if x.Kind == alerts.AskCuff {
			asks = append(asks, sessions.Recheck{Condition: x.Condition, After: x.After})
		}
	}
	return asks
}

// caused reports whether a technical alert that is raised now has its cause.
func (r *room) caused(condition string) bool {
	switch condition {
	case "spo2_sensor_off":
		return r.s.SensorOff(r.at, time.Minute)
	case "spo2_poor":
		return r.s.SensorOff(r.at, 2*time.Minute) || r.s.Moved(r.at, 2*time.Minute)
	case "nibp_fail", "nibp_overdue", "bp_missed":
		return r.at-r.failed <= 10*time.Minute
	default:
		return false
	}
}
