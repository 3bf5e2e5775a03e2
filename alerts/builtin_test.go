package alerts_test

import (
	"slices"
	"sync"

	"bedside/alerts"
	"bedside/alerts/profiles"
)

// read reads the file of the built-in limits once: tests make thousands of engines.
var read = sync.OnceValue(func() []alerts.Condition { return profiles.BuiltIn().Conditions() })

// builtIn returns the conditions that judge while no session runs, as the profiles have them: there are no others. They are the
// caller's to change.
func builtIn() []alerts.Condition {
	list := slices.Clone(read())
	for i := range list {
		c := &list[i]
		c.Bounds, c.Relative, c.Escalations = slices.Clone(c.Bounds), slices.Clone(c.Relative), slices.Clone(c.Escalations)
	}
	return list
}
