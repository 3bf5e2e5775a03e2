package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/pace"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/pty"
	"bedside/simulators/scenario"
)

// loadStory returns the scenario that comes with the program under that name, else the one of that file.
func loadStory(word string) (*scenario.Scenario, error) {
	s, err := scenario.Find(word)
	if !errors.Is(err, scenario.ErrUnknown) {
		return s, err
	}
	text, err := os.ReadFile(word)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isPath(word):
		return nil, usageError{fmt.Errorf("no scenario is called %q; there are %s", word, strings.Join(scenario.Names(), ", "))}
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError{fmt.Errorf("there is no scenario %s", word)}
	case err != nil:
		return nil, usageError{fmt.Errorf("scenario: %w", err)}
	}
	if s, err = scenario.Parse(word, text); err != nil {
		return nil, usageError{err}
	}
	return s, nil
}

// isPath reports whether a word is meant as a file and not as a name.
func isPath(word string) bool {
	return strings.ContainsRune(word, filepath.Separator) || filepath.Ext(word) != ""
}

// story is a scenario that takes place now: its devices share one person and one clock.
type story struct {
	*scenario.Scenario
	seed  uint64
	clock pace.Clock
	start time.Time
	props map[string]*prop // by the name of a device, and of its port if that has several
}

// prop is what goes from one device of a story to another, or from staff to a device. What shares a port shares a prop. Each
// device lives in a goroutine of its own.
type prop struct {
	pressure atomic.Uint64 // bits of the mmHg in the cuff
	pressed  atomic.Bool   // staff pressed its button
}

// newStory begins the scenario now. A seed of 0 is the scenario's own.
func newStory(word string, seed uint64, clock pace.Clock) (*story, error) {
	s, err := loadStory(word)
	if err != nil {
		return nil, err
	}
	if profile, ok := s.Session(); ok {
		s = s.Under(profile) // staff begin the session as they do in the file
	}
	if seed == 0 {
		seed = s.Seed
	}
	told := &story{Scenario: s, seed: seed, clock: clock, start: clock.Now(), props: map[string]*prop{}}
	for i := range s.Devices {
		one := new(prop)
		told.props[s.Devices[i].Name] = one
		for _, m := range s.Devices[i].Members() {
			told.props[m.Name] = one
		}
	}
	return told, nil
}

// open puts a device on a pseudo-terminal, in the part that the story has under that name of a port. link is its stable path, or "".
func (s *story) open(e catalog.Entry, name, link string) (*pty.Port, error) {
	truth, start := s.Truth(s.seed, e.Kind), s.start
	own, cuff := s.props[name], s.cuffOn(name)
	device := e.New(s.seed)
	if gauge, ok := device.(gauge); ok && own != nil {
		device = watched{device, gauge, own}
	}
	return pty.Open(pty.Options{
		Link: link, Device: device, Now: s.clock.Now, Real: s.clock.Real,
		Truth: func(now time.Time) simulators.Vitals {
			v := truth(now.Sub(start))
			if cuff != nil {
				v = scenario.Squeeze(v, math.Float64frombits(cuff.pressure.Load()))
			}
			v.CuffPress = own != nil && own.pressed.Swap(false)
			return v
		},
		Line: fault.New(fault.Options{Seed: s.seed, Start: start, Frame: e.Frame, Windows: s.Windows(name)}),
	})
}

// cuffOn returns the cuff on the arm of the sensor behind that port, nil if there is none.
func (s *story) cuffOn(port string) *prop {
	own := s.props[port]
	for _, d := range s.Devices {
		if own != nil && d.SameArmAs != "" && s.props[d.SameArmAs] == own {
			return s.props[d.Name]
		}
	}
	return nil
}

// part returns the name of the first device of the story that is of the same kind, or "".
func (s *story) part(e catalog.Entry) string {
	i := slices.IndexFunc(s.Devices, func(d scenario.Device) bool {
		other, ok := catalog.Find(d.Simulator)
		return ok && other.Kind == e.Kind
	})
	if i < 0 {
		return ""
	}
	return s.Devices[i].Name
}

// gauge is a simulated cuff that tells its pressure in mmHg.
type gauge interface{ Pressure() float64 }

// watched is a cuff whose pressure others can see.
type watched struct {
	simulators.Device
	gauge gauge
	prop  *prop
}

// Step lets the cuff live and notes its pressure.
func (w watched) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	tx, wake := w.Device.Step(now, truth, rx)
	w.prop.pressure.Store(math.Float64bits(w.gauge.Pressure()))
	return tx, wake
}

// until returns how long it really is until that time of the story.
func (s *story) until(t time.Duration) time.Duration {
	return max(0, s.clock.Real(s.start.Add(t).Sub(s.clock.Now())))
}

// storyFlags adds the flags of every command that plays a scenario.
func storyFlags(c *cobra.Command, name *string, speed *float64, seed *uint64, usual string) {
	c.Flags().StringVar(name, "scenario", usual, "`STORY` that the devices live through: a name of demo --help, or a file")
	c.Flags().Float64Var(speed, "speed", 1, "how many `TIMES` faster than real time, 1 to 1000")
	seedFlag(c, seed)
}

func seedFlag(c *cobra.Command, seed *uint64) {
	c.Flags().Uint64Var(seed, "seed", 0, "`NUMBER` of the person and the noise: the same one gives the same; 0 for the scenario's own")
}

// storyHelp lists the stories that come with the program.
func storyHelp() (string, error) {
	var b strings.Builder
	b.WriteString("Stories, or a file of your own (see README.md):\n")
	for _, name := range scenario.Names() {
		s, err := scenario.Find(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %-25s %s\n", s.Name, s.Title)
	}
	return b.String(), nil
}
