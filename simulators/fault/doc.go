// Package fault is a bad cable: it corrupts, loses, adds, doubles, splits and delays bytes, loses whole frames, and
// comes unplugged, each in windows of time that are fixed beforehand. Equal seeds and equal bytes give equal damage.
//
// A [Line] is pure, as everything that simulates: bytes and the moment go in, what is left of them comes out.
package fault
