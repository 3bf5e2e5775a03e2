package agent

import (
	"context"
	"slices"
	"time"

	"bedside/agent/alive"
)

// Names of the loops that must move, for the log and for people.
const (
	loopMonitor = "monitor"
	loopRecord  = "record"
	loopSender  = "NATS sender"
	loopSpeaker = "speaker"
	loopLine    = "line of " // and the name of the device in the configuration
)

// searchTurn is how long one step of the search for an unknown device takes at most: it listens at one line setting for a
// few seconds, on a port that the kernel may be slow to open and close; our choice.
const searchTurn = 30 * time.Second

// newLife returns the watch over the loops. It tells people through the monitor, and asks nothing of it while nobody needs
// to know.
func (a *agent) newLife() *alive.Watch {
	return alive.New(alive.Options{
		Notify: a.o.Notify, Watchdog: a.o.Watchdog, Stalled: a.stalled, Status: a.statusLine, Log: a.o.Log,
	})
}

// stalled raises or ends the alert about loops that hang. Of a monitor that hangs nobody can be told from here: the station
// no longer hears it, and the service manager starts the agent again.
func (a *agent) stalled(ctx context.Context, late []alive.Late) bool {
	if slices.ContainsFunc(late, func(l alive.Late) bool { return l.Name == loopMonitor }) {
		return true
	}
	text := ""
	if len(late) > 0 {
		text = "A part of Bedside in " + a.o.Config.Room + " hangs: " + alive.Names(late) + ". Watch the patient."
	}
	a.monitor.Fault(ctx, "process_stalled", len(late) > 0, text)
	return ctx.Err() == nil
}

// statusLine is what the service manager shows of the agent.
func (a *agent) statusLine() string {
	line := "watching over " + a.o.Config.Room + " at " + a.o.Config.Site
	if err := a.ready(); err != nil {
		line += "; " + err.Error()
	}
	return line
}
