// Package alerts decides when a nurse must know. It takes observations and operator actions with their moment, and
// returns the events of a small state machine per condition: normal, pending, active, latched.
//
// The words are those of IEC 60601-1-8 (alarm condition, priority, latching, acknowledge); using them is no claim of
// conformity. The package is pure: no clock, no goroutine, no I/O. Same inputs, same events, bit for bit.
package alerts
