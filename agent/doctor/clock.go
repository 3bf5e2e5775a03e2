package doctor

import (
	"fmt"
	"time"
)

// lookAtClock checks the time of day. Alerts do not rest on it, but every event carries it.
func (e *examination) lookAtClock() {
	c := e.o.Clock()
	now := c.Now.UTC().Format(time.DateTime) + " UTC"
	const why = "every reading and every alert carries the time of this clock, and the record is read by it"
	switch {
	case !e.o.Built.IsZero() && c.Now.Before(e.o.Built):
		e.report.add(areaClock, Problem,
			fmt.Sprintf("it is %s by this clock, but the program was built on %s", now, e.o.Built.UTC().Format(time.DateOnly)), why,
			"set the clock: sudo timedatectl set-ntp true, or by hand if there is no time server; a flat battery on the board loses it")
	case !c.Known:
		e.report.add(areaClock, Note, now+"; the system does not tell whether it follows a time server", why, "compare it with a watch")
	case !c.Synced:
		e.report.add(areaClock, Problem, now+"; it does not follow a time server", why,
			"sudo timedatectl set-ntp true, or install chrony; without a network set it by hand before each session")
	default:
		e.report.good(areaClock, "%s; it follows a time server", now)
	}
}
