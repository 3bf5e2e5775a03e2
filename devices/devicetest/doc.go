// Package devicetest is the conformance suite that every driver passes: [Run] in one line of a test, [Fuzz] in one line
// of a fuzz target.
//
// A driver brings captures, one folder each: testdata/<case>/in.hex is the conversation, want.txt what the driver made
// of it (written by go test -update, and read by a person before it is committed). The format of in.hex is that of package
// capture, so that what bedside capture writes in a clinic is a case as it stands. Here its lines mean:
//
//	# a comment, to the end of the line; blank lines count for nothing
//	01 81 64 01 E7      bytes from the device; one line is one Step
//	@+250ms             time passes; a Wake that falls due on the way is served with an empty Step at its moment
//	> 3A 79 05 00 48    the driver must have written these bytes next; they are compared in order, as one stream
//	! cuff-start        an order is given: a verb of devices.Command
//	= allow-start       a setting, before the first byte: allow-start, initial-pressure <mmHg>, variant <name>, or unchecked
//
// A case is one conversation. It begins at a fixed moment, see [Start], with an empty Step, as when a port was opened.
// Every byte that the driver writes must be expected by a ">" line: a driver that only listens has none. The setting
// "unchecked" says that damage may change the numbers of this capture: the protocol protects them by no check, or the capture
// holds frames with a wrong check, which one more damaged byte may make right. It is left out of what damage must not do.
//
// Beside the suite, [Damage] is the experiment that measures how many wrong values slip through on a bad line: hours of
// a known truth, frames that are harmed, and an [Outcome] with the figures that a driver publishes. [Bed] tells byte by byte
// what a session hears, and [SteadyState] that it allocates nothing.
//
// [Room] couples the session of a cuff with its device in virtual time, and [CuffWitness] fails a test for whatever such a
// session must never do. [Blind] holds what all drivers of monitors promise that say nothing of the cuff while they measure.
//
// What a driver must do is written beside each check of [Run]. The suite is the one package under devices that reads
// files, because golden files are; nothing but tests imports it.
package devicetest
