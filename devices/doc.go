// Package devices is the vocabulary that drivers, simulators, alerts and the agent share: vital signs and their
// units, readings, waves, cuff states, faults, and the contract between a driver and the shell that owns its port.
//
// Everything here and in the driver packages below is pure: bytes and the moment go in, an [Output] comes out. Nothing
// reads a clock, starts a goroutine, logs or touches a port, so that a whole shift can be replayed in a test.
//
// The words follow IEEE 11073-10101 where it has one (pulse rate, SpO2, systolic, diastolic, mean); using them is no
// claim of conformity.
package devices
