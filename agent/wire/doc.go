// Package wire is what travels: the subjects and the JSON payloads that other programs rely on, version 1.
//
// Changing a name here is a new version of the contract. Unknown fields are ignored by readers, never rejected. The
// package is pure and safe for concurrent use: it has no state.
package wire
