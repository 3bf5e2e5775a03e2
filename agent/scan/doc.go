// Package scan looks at every serial port that nobody uses, at all of them at once, and says while it goes on what was seen on
// each: nothing, something that no driver understands, or a device, by its driver. It is for people who set up a room: what it
// finds is shown and offered, and starts nothing.
//
// Without leave to ask it writes to no port. A port that is named by hand has to be below /dev, wherever the name leads.
package scan
