package rehearsal

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"bedside/agent/monitor"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/simulators/scenario"
)

const (
	// hop is how long bytes take from host to device at least; our choice: about one byte at 9600 baud.
	hop = time.Millisecond
	// gathered is the least time between two steps of a device, so that several frames make one read, as those of a USB
	// adapter do; our choice: three frames of 75 a second. Every step costs a truth.
	gathered = 40 * time.Millisecond
	// closing is how long links may take to end after the story: they let the air out of a cuff.
	closing = 2 * time.Second
)

// Seen is something that the engine said.
type Seen struct {
	At time.Duration // since the start of the story
	alerts.Event
}

// Refusal is an action that the agent refused.
type Refusal struct {
	scenario.Action
	Why string
}

// Result is what came of a story.
type Result struct {
	Events  []Seen // every change of every alert, in order
	Session []sessions.Event
	Refused []Refusal
}

// Play tells a story with that seed from its start to its end. It fails only if a device cannot be had.
func Play(s *scenario.Scenario, seed uint64) (*Result, error) {
	st := newStage(s)
	if err := st.furnish(seed); err != nil {
		return nil, err
	}
	st.tell()
	return &st.result, nil
}

// stage is the room of a story.
type stage struct {
	story     *scenario.Scenario
	ctx       context.Context
	end       context.CancelFunc
	start     time.Time
	now       time.Time
	beds      []*bed
	judgement *monitor.Judgement
	tick      time.Time // when the judgement must be asked at the latest; zero for never
	asked     bool      // the session wants the cuff to be started
	acts      int       // actions done
	ended     bool
	result    Result
}

func newStage(s *scenario.Scenario) *stage {
	// Any moment would do. It is the same one always, so that texts with a time in them are too.
	start := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	st := &stage{story: s, start: start, now: start}
	st.ctx, st.end = context.WithCancel(context.Background())
	return st
}

// tell plays the story and lets the links end as they do when an agent stops.
func (st *stage) tell() {
	st.run(st.start.Add(st.story.Length))
	st.end()
	st.ended = true
	st.run(st.now.Add(closing))
	for _, b := range st.beds {
		b.stop()
	}
}

// furnish puts the devices beside the bed.
func (st *stage) furnish(seed uint64) error {
	var known []alerts.Device
	for _, d := range st.story.Devices {
		b, err := newBed(st, d, seed)
		if err != nil {
			return err
		}
		st.beds = append(st.beds, b)
	}
	for i, d := range st.story.Devices {
		if d.SameArmAs != "" {
			sensor := st.bed(d.SameArmAs)
			sensor.cuff, sensor.member(d.SameArmAs).arm = st.beds[i], st.beds[i].cuffName()
		}
	}
	for _, b := range st.beds {
		for _, m := range b.members {
			known = append(known, alerts.Device{Name: m.Name, Title: m.Driver.Kind.Title(), SameArm: m.arm})
		}
	}
	return st.empanel(known...)
}

// empanel lets that be judged which these devices say.
func (st *stage) empanel(known ...alerts.Device) (err error) {
	st.judgement, err = monitor.NewJudgement(monitor.JudgementOptions{
		Rules: monitor.NewRules(profiles.BuiltIn()), Devices: known, Log: slog.New(slog.DiscardHandler),
		AgentStarts: st.starter() != nil,
		Alert:       func(time.Time, *alerts.Event, time.Time) {}, // all of them are in the outcome, too
		Begun:       func() {},
		Over:        func(time.Time) {},
		Cuff:        func(time.Time, string) { st.asked = true },
	})
	if err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	return nil
}

// starter returns the cuff that a session starts: the first that takes orders, as in a room. Nil if there is none.
func (st *stage) starter() *bed {
	i := slices.IndexFunc(st.beds, func(b *bed) bool { return b.starts() })
	if i < 0 {
		return nil
	}
	return st.beds[i]
}

// bed returns the one behind whose cable the device with that name is.
func (st *stage) bed(name string) *bed {
	return st.beds[slices.IndexFunc(st.beds, func(b *bed) bool { return b.member(name) != nil })]
}

// run lets time pass from one thing that is due to the next.
func (st *stage) run(end time.Time) {
	for {
		next := st.due()
		if next.IsZero() || next.After(end) {
			st.now = end
			return
		}
		if next.After(st.now) {
			st.now = next
		}
		st.act()
		for _, b := range st.beds {
			b.live()
		}
		for _, b := range st.beds {
			b.converse()
		}
		if !st.tick.IsZero() && !st.tick.After(st.now) {
			st.step(alerts.Tick{})
		}
		st.measure()
	}
}

// measure starts the cuff if the session wants it: only now, because whoever asks may stand in the middle of a link's turn.
func (st *stage) measure() {
	for st.asked && !st.ended {
		st.asked = false
		if err := st.starter().command(devices.CuffStart); err != nil {
			st.judgement.CuffRefused(st.now, err.Error())
			st.settle()
		}
	}
}

// due returns the next moment at which something happens, zero for never.
func (st *stage) due() time.Time {
	var next time.Time
	consider := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, b := range st.beds {
		consider(b.wake)
		consider(b.until)
	}
	if st.ended {
		return next
	}
	if st.acts < len(st.story.Actions) {
		consider(st.start.Add(st.story.Actions[st.acts].At))
	}
	consider(st.tick)
	return next
}

// step feeds engine and session. What comes after the end is not part of the story.
func (st *stage) step(in alerts.Input) {
	if st.ended {
		return
	}
	st.judgement.Step(st.now, in)
	st.settle()
}

// settle notes what was said, and when it must be asked again.
func (st *stage) settle() {
	said := st.judgement.Outcome()
	for _, e := range said.Events {
		st.result.Events = append(st.result.Events, Seen{At: st.now.Sub(st.start), Event: e})
	}
	st.result.Session = append(st.result.Session, said.Told...)
	st.tick = time.Time{}
	if at, ok := st.judgement.Next(); ok {
		st.tick = at
	}
	if st.judgement.Running() { // a room looks every second
		st.tick = sooner(st.tick, st.now.Truncate(time.Second).Add(time.Second))
	}
}
