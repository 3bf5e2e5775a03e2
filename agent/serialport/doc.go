// Package serialport opens serial ports for the agent and turns the peculiarities of go.bug.st/serial and of the system
// into a few errors that a person can act on. Nothing else in the project imports that library.
//
// A [Port] behaves as a network connection does: a read waits until bytes are there, a deadline ends it with
// [os.ErrDeadlineExceeded], a deadline set meanwhile from another goroutine takes effect at once, and Close releases it.
// A device that went away is [ErrUnplugged], never an end of file. See DESIGN.md for how this is done and what it costs.
//
// Names: anything that leads to a serial device. Best is a name that survives replugging, /dev/serial/by-id/…, or
// /dev/serial/by-path/… where adapters carry no serial number of their own; a plain path or any symbolic link will do.
// Pseudo-terminals work as well; they have no modem lines, and none are needed.
package serialport
