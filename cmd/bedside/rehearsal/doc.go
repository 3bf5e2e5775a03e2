// Package rehearsal plays a scenario in virtual time, without I/O: simulated devices, bad cables, the links of the agent
// with their drivers, the alerts engine and the session, an hour in less than a second. [Judge] compares what was raised
// with what the scenario expects.
//
// Nothing of the agent is imitated. Each device has a real [link.Link], which runs as a coroutine and hands its turn back
// whenever it waits; [monitor.Intake] turns what it tells into inputs of a [monitor.Judgement], as in a room. So what holds
// here about silence, loss, reopening, cuffs and sessions holds there. Equal scenarios and seeds give equal results.
//
// It is the one place where drivers, simulators and alerts meet, which is why it stands beside the command and not in one
// of their rooms.
package rehearsal
