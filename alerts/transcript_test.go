package alerts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/transcripttest"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

var known = []alerts.Device{
	{Name: "oximeter", Title: "Pulse oximeter", SameArm: "cuff"},
	{Name: "cuff", Title: "Blood-pressure cuff"},
}

// TestTranscripts plays testdata/*.txt, second by second with the oximeter's stream going on; ack, restart and active happen
// at once.
func TestTranscripts(t *testing.T) {
	transcripttest.Run(t, func(t *testing.T) transcripttest.Player { return newRoom(t) })
}

// TestTranscriptsSurviveRestarts expects the same of an agent that is killed all the time.
func TestTranscriptsSurviveRestarts(t *testing.T) {
	if brevity.Asked() {
		t.Skip("every transcript once more")
	}
	transcripttest.Again(t, func(t *testing.T) transcripttest.Player {
		r := newRoom(t)
		r.mortal = true
		return r
	})
}

// Prose carries out what happens without a time.
func (r *room) Prose(words []string) {
	if len(words) > 0 && (words[0] == "ack" && len(words) < 4 || len(words) == 1) {
		r.Do(words)
	}
}

func (r *room) Out() *bytes.Buffer { return &r.out }

// room is an engine with an oximeter that sends a reading a second.
type room struct {
	t      *testing.T
	engine *alerts.Engine
	now    time.Time
	stream *devices.Reading
	steps  int
	ladder []alerts.Step
	mortal bool // restarts after every step that matters, and every seventh of the others
	out    bytes.Buffer
}

func newRoom(t *testing.T) *room {
	t.Helper()
	e, err := alerts.New(builtIn(), known...)
	require.NoError(t, err)
	return &room{t: t, engine: e, now: start}
}

func (r *room) Pass(d time.Duration) {
	until := r.now.Add(d)
	second := r.now.Add(time.Second)
	for {
		next := until
		if second.Before(next) {
			next = second
		}
		if due, ok := r.engine.Next(); ok && due.Before(next) {
			next = due
		}
		r.now = next
		switch {
		case next.Equal(second) && r.stream != nil:
			r.step(alerts.Observed{Device: "oximeter", Reading: r.stream})
		default:
			r.step(alerts.Tick{})
		}
		if !next.Before(second) {
			second = second.Add(time.Second)
		}
		if !next.Before(until) {
			return
		}
	}
}

func (r *room) step(in alerts.Input) {
	events := r.engine.Step(r.now, in)
	_, tick := in.(alerts.Tick)
	_, reading := in.(alerts.Observed)
	quiet := (tick || reading) && len(events) == 0 && len(r.engine.Effects()) == 0
	for _, ev := range events {
		a := ev.Alert
		fmt.Fprintf(&r.out, "    @%v %s %s\n", r.now.Sub(start), ev.Change, describe(a))
	}
	for _, x := range r.engine.Effects() {
		switch x.Kind {
		case alerts.Remind:
			fmt.Fprintf(&r.out, "    @%v reminds that something is silenced\n", r.now.Sub(start))
			continue
		case alerts.SuspensionOver:
			fmt.Fprintf(&r.out, "    @%v the suspension of %s is over\n", r.now.Sub(start), x.Condition)
			continue
		}
		fmt.Fprintf(&r.out, "    @%v asks for a cuff reading in %v, because of %s\n", r.now.Sub(start), x.After, x.Condition)
	}
	if due, ok := r.engine.Next(); ok {
		require.True(r.t, due.After(r.now), "Next is in the past")
	}
	if r.steps++; r.mortal && (!quiet || r.steps%7 == 0) {
		due, ok := r.engine.Next()
		r.restart()
		again, okAgain := r.engine.Next()
		require.Equal(r.t, ok, okAgain)
		require.True(r.t, due.Equal(again))
	}
}

// act does what a person does, or says why it is refused.
func (r *room) act(in alerts.Input) {
	if err := r.engine.Refuse(in); err != nil {
		fmt.Fprintf(&r.out, "    refused: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	r.step(in)
}

func duration(t *testing.T, text string) time.Duration {
	d, err := time.ParseDuration(text)
	require.NoError(t, err)
	return d
}

func describe(a alerts.Alert) string {
	s := fmt.Sprintf("%s %s %s", a.Occurrence, a.Priority, a.State)
	if a.Device != "" {
		s += " on " + a.Device
	}
	if a.Acknowledged {
		s += " acknowledged by " + a.AcknowledgedBy
	}
	if a.HasValue {
		s += fmt.Sprintf(" %s=%d/%d", a.Vital, a.Value, a.Limit)
	}
	if a.Signal != alerts.SignalOn && a.Signal != alerts.SignalAcknowledged {
		s += " " + a.Signal.String()
	}
	if len(a.Called) > 0 {
		s += " called " + strings.Join(a.Called, " ")
	}
	return s + ": " + a.Text
}

func (r *room) Do(words []string) {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch words[0] {
	case "lost":
		r.stream = nil
		cause := alerts.PortLost
		if arg(2) == "silent" {
			cause = alerts.DeviceSilent
		}
		r.step(alerts.SourceLost{Device: arg(1), Cause: cause, Reason: strings.Join(words[2:], " ")})
	case "back":
		r.step(alerts.SourceBack{Device: arg(1)})
	case "mute": // no reading any more, and nobody says why
		r.stream = nil
	case "measures": // measures systolic=186 diastolic=95: a cuff's reading
		reading := parse(r.t, words[1:])
		reading.Spot = true
		r.step(alerts.Observed{Device: "cuff", Reading: reading})
	case "cuff":
		r.step(alerts.CuffChanged{Device: "cuff", State: cuffState(arg(1), arg(2))})
	case "line":
		good, _ := strconv.Atoi(arg(1))
		bad, _ := strconv.Atoi(arg(2))
		r.step(alerts.LineQuality{Device: "oximeter", Good: good, Bad: bad, PlethMoving: arg(3) != "still"})
	case "fault":
		r.step(alerts.Fault{Condition: arg(1), Active: arg(2) != "over", Text: strings.Join(words[2:], " ")})
	case "session": // session peak persist systolic=124: the marks and the baseline
		r.step(session(r.t, words[1:]))
	case "symptom":
		r.step(alerts.Symptom{Name: arg(1), By: arg(2)})
	case "over":
		r.step(alerts.SymptomOver{Name: arg(1)})
	case "ladder": // as profiles set it; most transcripts are easier to read without
		r.ladder = []alerts.Step{
			{Priority: alerts.High, After: 0, Call: "station"},
			{Priority: alerts.High, After: 30 * time.Second, Call: "room_sound"},
			{Priority: alerts.High, After: time.Minute, Call: "next_person"},
			{Priority: alerts.High, After: 2 * time.Minute, Call: "everyone"},
			{Priority: alerts.Medium, After: 0, Call: "station"},
			{Priority: alerts.Medium, After: 3 * time.Minute, Call: "next_person"},
		}
		r.engine.SetLadder(r.ladder)
	case "quiet": // quiet 60s AK
		r.act(alerts.PauseAudio{For: duration(r.t, arg(1)), By: arg(2)})
	case "pause": // pause 2m AK bathroom, or pause-sensor
		r.act(alerts.PauseAlarms{For: duration(r.t, arg(1)), By: arg(2), Reason: arg(3)})
	case "pause-sensor":
		r.act(alerts.PauseAlarms{For: duration(r.t, arg(1)), By: arg(2), Reason: arg(3), Sensor: true})
	case "resume":
		r.act(alerts.Resume{By: arg(1)})
	case "off":
		r.act(alerts.SwitchOff{Condition: arg(1), By: arg(2), Reason: arg(3)})
	case "suspend": // suspend 10m hr_high AK anxious
		r.act(alerts.SwitchOff{Condition: arg(2), By: arg(3), Reason: arg(4), For: duration(r.t, arg(1))})
	case "off?": // what is switched off, and for how long
		for _, s := range r.engine.Silence().Off {
			left := "the session"
			if !s.Until.IsZero() {
				left = s.Until.Sub(r.now).String()
			}
			fmt.Fprintf(&r.out, "    %s is off for %s, by %s: %s\n", s.Condition, left, s.By, s.Reason)
		}
	case "on":
		r.act(alerts.SwitchOn{Condition: arg(1), By: arg(2)})
	case "limit", "beyond": // limit AK hr_high pulse_rate=110 hold=20s: why, in words
		r.act(limits(r.t, words))
	case "shown": // shown hr_high: where its numbers stand
		r.shown(arg(1))
	case "ack":
		r.step(alerts.Acknowledge{Occurrence: arg(1), By: arg(2)})
	case "restart":
		r.restart()
	case "active":
		for _, a := range r.engine.Active() {
			fmt.Fprintf(&r.out, "    %s\n", describe(a))
		}
	default:
		if r.stream = parse(r.t, words); r.stream != nil {
			r.step(alerts.Observed{Device: "oximeter", Reading: r.stream})
		}
	}
}

// limits reads "limit AK hr_high pulse_rate=110 hold=20s hr_low pulse_rate=own: why"; a condition counts until the next one.
func limits(t *testing.T, words []string) alerts.SetLimits {
	text, reason, _ := strings.Cut(strings.Join(words[2:], " "), ":")
	in := alerts.SetLimits{By: words[1], Reason: strings.TrimSpace(reason), Beyond: words[0] == "beyond"}
	condition := ""
	for w := range strings.FieldsSeq(text) {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			condition = w
			continue
		}
		c := alerts.LimitChange{Condition: condition, Back: value == "own"}
		if name != "hold" {
			c.Vital, ok = devices.ParseVital(name)
			require.True(t, ok, "unknown vital %s", name)
		}
		if !c.Back && name == "hold" {
			c.To = int(duration(t, value) / time.Millisecond)
		} else if !c.Back {
			n, err := strconv.Atoi(value)
			require.NoError(t, err)
			c.To = n
		}
		in.Changes = append(in.Changes, c)
	}
	return in
}

// shown writes where the limits of a condition stand.
func (r *room) shown(condition string) {
	for _, l := range r.engine.Limits() {
		if l.Condition != condition {
			continue
		}
		fmt.Fprintf(&r.out, "    %s %s %d", l.Vital, l.Side, l.Value)
		for i, s := range []*alerts.Setting{l.Setting, l.Delay} {
			if s == nil {
				continue
			}
			fmt.Fprintf(&r.out, "%s set %d, own %d, from %d to %d, beyond that from %d to %d", []string{";", "; delay"}[i], s.Set, s.Own, s.Min, s.Max, s.Least, s.Most)
			if s.Changed {
				fmt.Fprintf(&r.out, ", by %s", s.By)
			}
		}
		fmt.Fprintln(&r.out)
	}
}

func (r *room) restart() {
	r.engine = reborn(r.t, r.engine, r.now)
	r.engine.SetLadder(r.ladder)
}

// reborn returns a new engine with the state of e, by way of JSON.
func reborn(t require.TestingT, e *alerts.Engine, now time.Time) *alerts.Engine {
	saved, err := json.Marshal(e.Snapshot())
	require.NoError(t, err)
	var s alerts.Snapshot
	require.NoError(t, json.Unmarshal(saved, &s))
	fresh, err := alerts.New(builtIn(), known...)
	require.NoError(t, err)
	require.NoError(t, fresh.Restore(now, s))
	return fresh
}

func cuffState(phase, class string) devices.CuffState {
	var s devices.CuffState
	for p := devices.CuffIdle; p <= devices.CuffFailed; p++ {
		if p.String() == phase {
			s.Phase = p
		}
	}
	for c := devices.CuffWeak; c <= devices.CuffNoAnswer; c++ {
		if c.String() == class {
			s.Class = c
		}
	}
	return s
}

// session reads "peak persist systolic=124 tighter:spo2=1".
func session(t *testing.T, words []string) alerts.Context {
	c := alerts.Context{Baseline: map[devices.Vital]int{}, Tighter: map[devices.Vital]int{}}
	for _, w := range words {
		name, text, ok := strings.Cut(w, "=")
		if !ok {
			c.Marks = append(c.Marks, w)
			continue
		}
		to := c.Baseline
		if tight, ok := strings.CutPrefix(name, "tighter:"); ok {
			name, to = tight, c.Tighter
		}
		v, ok := devices.ParseVital(name)
		require.True(t, ok, "unknown vital %s", name)
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		to[v] = n
	}
	return c
}

// parse reads "spo2=91 pulse_rate=finger_out low_perfusion", or "spo2=80 moved".
func parse(t *testing.T, words []string) *devices.Reading {
	t.Helper()
	r := &devices.Reading{}
	for _, w := range words {
		name, text, ok := strings.Cut(w, "=")
		if !ok {
			flag, known := map[string]devices.Status{"low_perfusion": devices.PerfusionLow, "moved": devices.Motion}[w]
			require.True(t, known, "unknown word %s", w)
			r.Status |= flag
			continue
		}
		v, ok := devices.ParseVital(name)
		require.True(t, ok, "unknown vital %s", name)
		if n, err := strconv.Atoi(text); err == nil {
			r.Measurements = append(r.Measurements, devices.Measurement{Vital: v, Value: n})
			continue
		}
		for reason := devices.SensorOff; reason <= devices.NotMeasured; reason++ {
			if reason.String() == text {
				r.Absences = append(r.Absences, devices.Absence{Vital: v, Reason: reason})
			}
		}
	}
	require.NotZero(t, len(r.Measurements)+len(r.Absences))
	return r
}
