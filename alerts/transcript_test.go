package alerts_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/devices"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata; read the diff")

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

var known = []alerts.Device{
	{Name: "oximeter", Title: "Pulse oximeter", SameArm: "cuff"},
	{Name: "cuff", Title: "Blood-pressure cuff"},
}

// TestTranscripts plays testdata/*.txt. A line that begins with + lets time pass, second by second with the oximeter's
// stream going on, and then does what it says; ack, restart and active happen at once. Indented lines are what came of
// it; all other lines are prose.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := newRoom(t).play(string(want))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			assert.Equal(t, string(want), got)
		})
	}
}

// TestTranscriptsSurviveRestarts expects the same of an agent that is killed all the time.
func TestTranscriptsSurviveRestarts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			r := newRoom(t)
			r.mortal = true
			assert.Equal(t, string(want), r.play(string(want)))
		})
	}
}

func (r *room) play(script string) string {
	t := r.t
	t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(&r.out, line)
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "+"):
			d, err := time.ParseDuration(words[0][1:])
			require.NoError(t, err, line)
			r.pass(d)
			r.do(words[1:])
		case len(words) > 0 && (words[0] == "ack" && len(words) < 4 || len(words) == 1):
			r.do(words)
		}
	}
	return r.out.String()
}

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

func (r *room) pass(d time.Duration) {
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
	quiet := (tick || reading) && len(events) == 0
	for _, ev := range events {
		a := ev.Alert
		fmt.Fprintf(&r.out, "    @%v %s %s\n", r.now.Sub(start), ev.Change, describe(a))
	}
	for _, x := range r.engine.Effects() {
		if x.Kind == alerts.Remind {
			fmt.Fprintf(&r.out, "    @%v reminds that something is silenced\n", r.now.Sub(start))
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

func (r *room) do(words []string) {
	if len(words) == 0 {
		return
	}
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
	case "on":
		r.act(alerts.SwitchOn{Condition: arg(1), By: arg(2)})
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
