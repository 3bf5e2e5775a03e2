// Package link keeps one device talking, for ever: it opens the port, hands bytes and moments to the driver's session,
// writes what the session wants written, and reopens what went away. What the session makes of it goes out as an
// [Update].
//
// One goroutine, that of [Link.Run], reads, steps, writes and delivers. Nothing is handed from one goroutine to another
// on the way of a byte, because at 75 frames a second that would cost more than all the rest: a second goroutine for
// reading took five times the CPU. An order or the end of the context reaches the goroutine by moving the deadline of
// the read that waits.
//
// A link never gives up and never floods. A port that cannot be opened is tried again after 100 ms, then after ever
// longer pauses up to 5 s; only valid data makes the pauses short again. A name that is missing is looked for every
// 150 ms, which costs microseconds, so that a cable is back at once. A device that stays silent has its port reopened
// now and then. The log tells changes of state, not attempts; those are counted.
//
// A driver that panics must not end a monitor: the panic is logged with its stack and counted, air is let out of a
// cuff through a fresh session, and the conversation starts anew after a pause.
package link
