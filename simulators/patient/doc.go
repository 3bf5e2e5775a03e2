// Package patient is the truth behind the simulated devices: a seeded person whose pulse, oxygen saturation and blood
// pressure are pure functions of the time since the session began. Asking for minute 90 first and minute 3 next gives
// the same answers as asking in order, and equal seeds give equal people.
//
// At rest the pulse follows the breath and every vital drifts a little. A dose of ketamine adds a rise whose mean size
// and timing come from the clinical literature as gathered in profiles.md section 2, and whose size, and for most routes
// timing, differs from seed to seed as it differs from person to person. The figures describe groups; nothing here predicts anybody.
package patient
