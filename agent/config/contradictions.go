package config

import (
	"errors"
	"slices"
	"strings"

	"bedside/alerts"
	"bedside/alerts/document"
)

// contradictions asks the engine whether the changed conditions can stand together, and reports what cannot at the
// changes that are part of it.
func contradictions(s *document.Source, conditions []alerts.Condition, changes []Change) {
	_, err := alerts.New(conditions)
	var wrong *alerts.ConditionsError
	if !errors.As(err, &wrong) {
		return
	}
	reported := map[string]bool{}
	for _, p := range wrong.Problems {
		pair := slices.Sorted(slices.Values(p.Conditions))
		key := strings.Join(pair, " ")
		if reported[key] { // each pair is checked from both sides
			continue
		}
		reported[key] = true
		path, at := culprit(s, p, changes)
		text := p.Text
		if others := slices.DeleteFunc(pair, func(id string) bool { return "limits."+id == path }); len(others) > 0 {
			text += " (beside " + strings.Join(others, ", ") + ")"
		}
		s.Fail(at, "%s: %s", path, text)
	}
}

// culprit returns the change to point at: of the problem's conditions the first that was changed, and of its keys the
// first level, or else the condition itself.
func culprit(s *document.Source, p alerts.Problem, changes []Change) (path string, at document.Place) {
	for _, id := range p.Conditions {
		for i := range changes {
			if changes[i].Condition != id {
				continue
			}
			path = "limits." + id
			for _, l := range changes[i].Levels {
				return path, s.At[path+"."+levelKey(l)]
			}
			return path, s.At[path]
		}
	}
	return "limits", document.Place{}
}
