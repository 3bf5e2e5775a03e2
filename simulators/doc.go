// Package simulators holds the device side of every protocol, written from the protocol documents and not from our
// drivers, so that two independent readings check each other.
//
// A [Device] is pure: the truth about the patient and the bytes from the host go in, the bytes of the device come out.
// It runs on a pseudo-terminal in real time, or coupled to a driver in virtual time, where a whole shift takes seconds.
package simulators
