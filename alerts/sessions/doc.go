// Package sessions follows one session of one person: screening, baseline, doses, phases, the cuff's schedule, elevations and
// the two gates. Inputs go in with their moment, an append-only list of events comes out, and beside it what others are asked
// to do: the alerts engine to judge in another context, a cuff or the staff to measure.
//
// It counts and reminds; it never advises a drug, and it never says that somebody may leave: the gates list what is met and
// what is not. The person is a pseudonymous code, staff are names or initials that they give themselves.
//
// The package is pure: it has no clock, no goroutine and no I/O. The same inputs give the same events, also when the state is
// saved and restored between any two of them. Unlike the holds of an alarm, the clock of a session goes on while the agent is
// down: what was given was given then. Moments are therefore kept as moments.
package sessions
