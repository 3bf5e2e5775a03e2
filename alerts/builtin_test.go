package alerts_test

import (
	"bedside/alerts"
	"bedside/alerts/profiles"
)

// builtIn returns the conditions that judge while no session runs, as the profiles have them: there are no others.
func builtIn() []alerts.Condition { return profiles.BuiltIn().Conditions() }
