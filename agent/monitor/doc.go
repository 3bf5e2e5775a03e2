// Package monitor is the one goroutine that knows the room: it takes what the links deliver, feeds the alerts engine in
// order of arrival, numbers every event and hands it on. It never waits for a disk, a network or a browser; what it
// hands events to must return at once.
//
// Three things decide, and none of them knows a clock: the alerts engine, the session, and the audience, which is who hears the
// room. What one means for the others is passed on before anything is told.
package monitor
