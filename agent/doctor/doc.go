// Package doctor looks at the machine as an agent would find it, and says in words what is wrong, why that matters and what
// to do: serial adapters and their names, permissions, programs that hold ports, what speaks there, the clock, the disk, the
// NATS server, the room page and the configuration. It also writes the lines of a configuration for what it found.
//
// It changes nothing. It writes to no device unless it is told that it may ask, leaves alone a port that anybody else has
// open, and reaches no other machine but the NATS server that the configuration names.
package doctor
