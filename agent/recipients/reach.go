package recipients

import (
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// testText is what the nurse reads. It is an alert like any other, so that it proves the way of every other.
const testText = "Test alert: please acknowledge"

// reachTest sends a test alert, if there is somebody to answer it.
func (a *Audience) reachTest(in ReachTest) error {
	switch {
	case !a.expected:
		return refuse(sessions.CodeState, "no station belongs to this room: there is nobody to send a test alert to")
	case a.s.Reach != nil && a.s.Reach.State == wire.ReachWaiting:
		return refuse(sessions.CodeState, "a test alert is on its way already")
	case len(a.leases) == 0:
		return refuse(sessions.CodeState, "%s", lower(a.unheard()))
	case a.s.Duty == nil:
		return refuse(sessions.CodeState, "nobody has duty for this room: let a nurse take it at the station first")
	}
	a.reach(wire.Reach{At: wire.Time{Time: a.now}, State: wire.ReachWaiting, Text: "Test alert sent, waiting for " + a.asked()}, in.By)
	return nil
}

// asked names those who may answer.
func (a *Audience) asked() string {
	switch {
	case a.s.Duty == nil:
		return "whoever has duty"
	case a.s.Duty.Backup != "":
		return a.s.Duty.Nurse + " or " + a.s.Duty.Backup
	default:
		return a.s.Duty.Nurse
	}
}

// answer takes an acknowledgement of the test alert. From a wrong place or a wrong person it is told, and proves nothing.
func (a *Audience) answer(in Answer) error {
	r := a.s.Reach
	if r == nil || r.State != wire.ReachWaiting {
		return refuse(sessions.CodeState, "no test alert waits for an answer")
	}
	why := ""
	switch d := a.s.Duty; {
	case in.Station == "":
		why = in.By + " acknowledged it, but not at a station"
	case d == nil || !is(d.Nurse, in.By) && !is(d.Backup, in.By):
		why = in.By + " acknowledged it and has no duty here"
	}
	after := a.now.Sub(r.At.Time)
	if why != "" {
		a.reach(wire.Reach{At: r.At, State: r.State, Text: fmt.Sprintf("Test alert: %s; still waiting for %s", why, a.asked())}, in.By)
		return refuse(sessions.CodeState, "%s; the test waits for %s at a station", why, a.asked())
	}
	a.reach(wire.Reach{
		At: r.At, State: wire.ReachAnswered, By: in.By, AfterMS: after.Milliseconds(),
		Text: fmt.Sprintf("%s answered the test alert after %v at %s", in.By, after.Round(time.Second), in.Station),
	}, in.By)
	return nil
}

// is reports whether two signatures are of one person.
func is(who, by string) bool {
	who, by = strings.TrimSpace(who), strings.TrimSpace(by)
	return who != "" && strings.EqualFold(who, by)
}

// advanceReach ends a test that nobody has answered in time.
func (a *Audience) advanceReach() {
	r := a.s.Reach
	if r == nil || r.State != wire.ReachWaiting || a.now.Before(r.At.Add(patience)) {
		return
	}
	a.reach(wire.Reach{At: r.At, State: wire.ReachUnanswered, Text: fmt.Sprintf(
		"Nobody answered the test alert within %v; it was for %s", patience, a.asked(),
	)}, "")
}

// reach notes how the test stands now.
func (a *Audience) reach(r wire.Reach, by string) {
	a.s.Reach = &r
	copied := r
	a.act(wire.Session{Event: wire.EventReachTest, By: by, Text: r.Text, Reach: &copied})
	a.out.Reach = new(a.Reach())
}

// Reach returns what the gate before the dose must know of the last test.
func (a *Audience) Reach() sessions.Reach {
	out := sessions.Reach{Required: a.expected}
	if r := a.s.Reach; r != nil && r.State == wire.ReachAnswered {
		out.OK, out.By, out.At = true, r.By, r.At.UTC()
	}
	return out
}
