// Package detect judges which driver understands what is heard on a line whose device is not known.
//
// A [Panel] holds one fresh session of every driver that may be met at one line setting and lets each of them hear every
// byte. No session is given the permission to start a measurement, and none is given an order. Of what sessions want to
// write, nothing passes but the questions of one speaker, which its driver must have allowed with [devices.Asks].
//
// A driver fits if it understood at least three frames and nine tenths of the bytes, and said something of what they mean: a
// value, why there is none, or what a cuff does. The beginning of a line that was caught in the middle does not count. A
// device that sends one message a measurement fits with one, if no byte was left over. A speaker fits with two answers.
//
// Nothing is weighed: a driver with a checksum does not win over one without. Where two fit, the answer is that two fit. A
// test holds every simulated device against every driver and against every other's questions; see DESIGN.md for the table.
//
// Everything here is pure: bytes and the moment go in. The shell that opens ports is in agent/search.
package detect
