package main

import (
	"fmt"
	"strings"
	"time"

	"bedside/agent/pace"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/pty"
	"bedside/simulators/scenario"
)

// story is a scenario that takes place now: its devices share one person and one clock.
type story struct {
	scenario.Scenario
	seed  uint64
	clock pace.Clock
	start time.Time
}

func newStory(name string, seed uint64, clock pace.Clock) (*story, error) {
	s, ok := scenario.Find(name)
	if !ok {
		return nil, usageError{fmt.Errorf("no scenario is called %q; there are %s", name, storyNames())}
	}
	return &story{Scenario: s, seed: seed, clock: clock, start: clock.Now()}, nil
}

// open puts one of the story's devices on a pseudo-terminal. link is its stable name, or "".
func (s *story) open(e catalog.Entry, link string) (*pty.Port, error) {
	truth, start := s.Truth(s.seed), s.start
	return pty.Open(pty.Options{
		Link: link, Device: e.New(s.seed), Now: s.clock.Now, Real: s.clock.Real,
		Truth: func(now time.Time) simulators.Vitals { return truth(now.Sub(start)) },
		Line:  fault.New(fault.Options{Seed: s.seed, Start: start, Frame: e.Frame, Windows: s.Faults(e.Kind)}),
	})
}

// until returns how long it really is until that time of the story.
func (s *story) until(t time.Duration) time.Duration {
	return max(0, s.clock.Real(s.start.Add(t).Sub(s.clock.Now())))
}

func storyNames() string { return strings.Join(scenario.Names(), ", ") }
