// Package whatif answers what other limits would have done in a session that was recorded. It takes the messages of the
// session as they are in the record, judges what was measured and done again by another profile, at the moments at which
// it was recorded, and sets the alerts of both side by side. It is pure: no clock, no file, nothing is sent.
//
// What staff did is repeated as they did it: doses, phases moved by hand, symptoms, readings by hand, acknowledgements,
// pauses. They did it knowing the recorded alerts and not the other ones; what they would have done then, nobody knows.
//
// Judged again is what the record has the inputs of: the conditions about the person, and whether there was a baseline. A
// technical condition is not: what a line, a cuff or a computer did is recorded as alerts alone, and these conditions are the
// same in every profile. So they are carried over as recorded, as are readings that were overdue or missed. A cuff reading
// that the other profile would have asked for is counted and never invented; where one is missing, a value stays missing, and
// rules that would have looked at it see nothing.
//
// The gate before the first dose is told from measured values and from what was answered when the session began, where the record
// has it, and passed: the dose was given. Of a device that speaks more often than once a second one reading a second is recorded, and an alert precedes
// by some milliseconds the reading that caused it; so moments agree within [Together].
package whatif
