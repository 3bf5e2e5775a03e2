package recipients_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/recipients"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/transcripttest"
)

var begin = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// TestTranscripts plays testdata/*.txt, with a tick whenever one is asked for.
func TestTranscripts(t *testing.T) {
	transcripttest.Run(t, func(t *testing.T) transcripttest.Player { return newRoom(t) })
}

type room struct {
	t        *testing.T
	audience *recipients.Audience
	now      time.Time
	running  bool
	messages int
	out      bytes.Buffer
}

func newRoom(t *testing.T) *room {
	return &room{t: t, audience: recipients.New(true), now: begin}
}

func (r *room) Out() *bytes.Buffer { return &r.out }

// pass lets time go by as the shell does.
func (r *room) Pass(d time.Duration) {
	until := r.now.Add(d)
	for {
		due, ok := r.audience.Next()
		if !ok || !due.Before(until) {
			break
		}
		r.now = due
		r.step(recipients.Tick{})
	}
	r.now = until
}

func (r *room) say(format string, args ...any) {
	fmt.Fprintf(&r.out, "    %s ", r.now.Format("15:04:05"))
	fmt.Fprintf(&r.out, format+"\n", args...)
}

func (r *room) step(in recipients.Input) {
	o, err := r.audience.Step(r.now, in)
	if err != nil {
		r.say("refused: %v", err)
	}
	for _, a := range o.Acts {
		by := ""
		if a.By != "" {
			by = " (" + a.By + ")"
		}
		r.say("recorded %s: %s%s", a.Event, a.Text, by)
	}
	for _, x := range o.Receipts {
		r.say("receipt of %s by %s on %d screens after %v", x.Alert, x.Station, x.Screens, time.Duration(x.AfterMS)*time.Millisecond)
	}
	for _, f := range o.Faults {
		if f.Active {
			r.say("%s: %s", f.Condition, f.Text)
		} else {
			r.say("%s is over", f.Condition)
		}
	}
	if o.Reach != nil {
		r.say("gate: reached %t %s", o.Reach.OK, o.Reach.By)
	}
}

// Do carries out one line. Fields of a watch: station screens sound [nurse until [backup]], of an alert: change occurrence
// priority [acknowledged|paused].
func (r *room) Do(words []string) {
	verb, words := words[0], words[1:]
	switch verb {
	case "expects": // nothing: no station belongs to the room
		r.audience = recipients.New(false)
	case "session":
		r.running = words[0] == "begins"
		r.step(recipients.Session{Running: r.running})
	case "watch":
		r.step(r.watch(words))
	case "shown":
		r.step(recipients.Shown{Station: words[0], Screens: 1, Messages: words[1:]})
	case "test":
		r.step(recipients.ReachTest{By: words[0]})
	case "alarm":
		r.step(recipients.AlarmTest{By: words[0], Priority: words[1]})
	case "tested":
		x := r.audience.Report(r.now).Test
		require.NotNil(r.t, x)
		r.say("%s by %s, over %t, shown %v, acknowledged by %q", x.Occurrence, x.By, x.Over, x.Shown, x.AcknowledgedBy)
	case "answer":
		in := recipients.Answer{By: words[0]}
		if len(words) > 1 {
			in.Station = words[1]
		}
		r.step(in)
	case "restart":
		text, err := r.audience.Snapshot()
		require.NoError(r.t, err)
		r.audience = recipients.New(true)
		require.NoError(r.t, r.audience.Restore(text))
		r.step(recipients.Session{Running: r.running})
	case "status":
		s := r.audience.Report(r.now)
		r.say("covered %t, stations %d, undisplayed %v, missing: %s", s.Covered, len(s.Stations), s.Undisplayed, s.Missing)
	default:
		r.alert(verb, words)
	}
}

func (r *room) watch(words []string) recipients.Watch {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		require.NoError(r.t, err)
		return n
	}
	in := recipients.Watch{Station: words[0], Screens: number(words[1]), Sound: number(words[2])}
	if len(words) > 4 {
		since, until, ok := strings.Cut(words[4], "-")
		require.True(r.t, ok, "hours such as 13-18")
		in.Duty = &wire.Duty{Nurse: words[3], By: words[3], Since: r.at(since), Until: r.at(until)}
	}
	if len(words) > 5 {
		in.Duty.Backup = words[5]
	}
	return in
}

func (r *room) at(clock string) wire.Time {
	moment, err := time.Parse("15:04", clock)
	require.NoError(r.t, err)
	return wire.Time{Time: begin.Truncate(24 * time.Hour).Add(moment.Sub(moment.Truncate(24 * time.Hour)))}
}

func (r *room) alert(verb string, words []string) {
	changes := map[string]alerts.Change{}
	for c := alerts.Raised; c <= alerts.Reset; c++ {
		changes[c.String()] = c
	}
	change, ok := changes[verb]
	require.True(r.t, ok, verb)
	id, _, _ := strings.Cut(words[0], "-")
	x := alerts.Alert{Occurrence: words[0], Condition: id, Title: strings.ToUpper(id), State: alerts.Active, Priority: alerts.Medium}
	if words[1] == "high" {
		x.Priority = alerts.High
	}
	switch change {
	case alerts.Ended, alerts.Reset:
		x.State = alerts.Inactive
	case alerts.Latched:
		x.State = alerts.LatchedState
	}
	if len(words) > 2 {
		x.Acknowledged = words[2] == "acknowledged"
		if words[2] == "paused" {
			x.Signal = alerts.SignalAlarmPaused
		}
	}
	r.messages++
	r.step(recipients.Alerted{Message: fmt.Sprintf("m%d", r.messages), Change: change, Alert: x})
}
