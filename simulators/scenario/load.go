package scenario

import (
	"embed"
	"errors"
	"fmt"

	"bedside/alerts/document"
)

//go:embed stories/*.yaml
var stories embed.FS

// ErrUnknown is why a story cannot be found by its name.
var ErrUnknown = errors.New("no scenario")

// Names returns the names of the stories that come with the program, in the order in which somebody may want to see them:
// first those that need no explanation, then one for each thing to learn.
func Names() []string {
	return []string{
		"calm", "rise", "crisis", "messy",
		"finger-out", "sensor-unplugged", "cable-pulled", "frozen-cable", "noisy-cable",
		"motion", "low-perfusion", "no-pulse-found", "same-arm-cuff", "battery-low", "two-in-one",
		"slow-desaturation", "fast-desaturation", "tachycardia", "bradycardia",
		"severe-pressure-confirmed", "single-high-pressure", "pressure-drop",
		"loose-cuff", "cuff-errors", "cuff-aborted", "acknowledged-alert", "sounds-again", "second-dose",
		"expected-rise", "surge-over-baseline", "persistent-pressure", "nobody-comes", "no-baseline", "sustained-tachycardia",
		"chest-pain", "planned-pause", "missed-reading", "overdue-cuff", "over-the-line",
	}
}

// Text returns the file of the story that comes with the program under that name, and whether there is one.
func Text(name string) (text []byte, ok bool) {
	text, err := stories.ReadFile("stories/" + name + ".yaml")
	return text, err == nil
}

// Find returns the story that comes with the program under that name. The error wraps [ErrUnknown] if there is none.
func Find(name string) (*Scenario, error) {
	text, ok := Text(name)
	if !ok {
		return nil, fmt.Errorf("%w is called %q", ErrUnknown, name)
	}
	return Parse(name+".yaml", text)
}

// Errors is everything that is wrong with a file; see [document.Errors].
type Errors = document.Errors

// Parse reads a story from the text of a file; name stands for the file in messages. The error is always [Errors].
func Parse(name string, text []byte) (*Scenario, error) {
	s := document.New(name, text, document.Form{Package: "scenario", What: "scenario", Least: "name, title, teaches and length"})
	root := document.Parse(s, text)
	if root == nil {
		return nil, s.Err()
	}
	d := newDraft()
	document.Decode(s, "", root, rootFields(d))
	d.finish(s)
	if err := s.Err(); err != nil {
		return nil, err
	}
	return d.Scenario, nil
}

// usual are the devices of a story that names none.
func usual() []Device {
	return []Device{{Name: "oximeter", Simulator: "nonin-df2"}, {Name: "cuff", Simulator: "suntech"}}
}
