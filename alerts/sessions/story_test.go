package sessions_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/alerts/transcripttest"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

var begin = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// TestStories plays testdata/*.txt, second by second with the oximeter's stream going on.
func TestStories(t *testing.T) {
	transcripttest.Run(t, func(t *testing.T) transcripttest.Player { return newRoom(t) })
}

// TestStoriesSurviveRestarts expects the same of an agent that is killed every minute, and after everything that happens.
func TestStoriesSurviveRestarts(t *testing.T) {
	if brevity.Asked() {
		t.Skip("every transcript once more")
	}
	transcripttest.Again(t, func(t *testing.T) transcripttest.Player {
		r := newRoom(t)
		r.mortal = true
		return r
	})
}

type room struct {
	t       *testing.T
	machine *sessions.Machine
	options sessions.Options
	now     time.Time
	pulse   int
	oxygen  int
	mortal  bool
	steps   int
	out     bytes.Buffer
}

func newRoom(t *testing.T) *room {
	o := sessions.Options{Find: profiles.Find, AgentStarts: true}
	return &room{t: t, machine: sessions.New(o), options: o, now: begin}
}

func (r *room) Out() *bytes.Buffer { return &r.out }

// pass lets time go by as the shell does: a reading a second while there is a stream, and a tick whenever Next asks for one.
func (r *room) Pass(d time.Duration) {
	until := r.now.Add(d)
	second := r.now.Add(time.Second)
	for r.now.Before(until) {
		next := until
		if r.pulse > 0 && second.Before(next) {
			next = second
		}
		if due, ok := r.machine.Next(); ok && due.Before(next) {
			next = due
		}
		r.now = next
		if r.pulse > 0 && next.Equal(second) {
			r.step(sessions.Observed{Device: "oximeter", Reading: r.reading()})
		} else {
			r.step(sessions.Tick{})
		}
		if !next.Before(second) {
			second = second.Add(time.Second)
		}
	}
}

func (r *room) reading() *devices.Reading {
	return &devices.Reading{Measurements: []devices.Measurement{
		{Vital: devices.PulseRate, Value: r.pulse}, {Vital: devices.SpO2, Value: r.oxygen},
	}}
}

func (r *room) step(in sessions.Input) {
	out, err := r.machine.Step(r.now, in)
	if err != nil {
		fmt.Fprintf(&r.out, "    refused: %v\n", err)
	}
	r.tell(&out)
	due, ok := r.machine.Next()
	require.True(r.t, !ok || due.After(r.now), "Next is in the past")
	_, stream := in.(sessions.Observed)
	if r.steps++; r.mortal && (!stream || len(out.Events) > 0 || r.steps%60 == 0) {
		r.restart()
		again, okAgain := r.machine.Next()
		require.Equal(r.t, ok, okAgain)
		require.True(r.t, due.Equal(again), "%v, after a restart %v", due, again)
	}
}

func (r *room) restart() {
	text, err := r.machine.Snapshot()
	require.NoError(r.t, err)
	r.machine = sessions.New(r.options)
	require.NoError(r.t, r.machine.Restore(text))
	// What is told again because nobody knows whether it was heard is no event.
	out, err := r.machine.Step(r.now, sessions.Tick{})
	require.NoError(r.t, err)
	require.Empty(r.t, out.Events)
	require.Nil(r.t, out.Ask)
	require.Empty(r.t, out.Faults)
}

func (r *room) tell(out *sessions.Output) {
	at := r.now.Sub(begin)
	for _, e := range out.Events {
		fmt.Fprintf(&r.out, "    @%v %s: %s\n", at, e.Phase, describe(&e))
	}
	if a := out.Ask; a != nil {
		fmt.Fprintf(&r.out, "    @%v asks the cuff: %s\n", at, a.Why)
	}
	for _, f := range out.Faults {
		fmt.Fprintf(&r.out, "    @%v fault %s %v %s\n", at, f.Condition, f.Active, f.Text)
	}
}

func describe(e *sessions.Event) string {
	s := string(e.Kind)
	if e.By != "" {
		s += " by " + e.By
	}
	if e.Reading != nil {
		s += fmt.Sprintf(" %d/%d", e.Reading.Systolic, e.Reading.Diastolic)
		if e.Reading.ByHand {
			s += " by hand"
		}
	}
	if e.Baseline != nil {
		s += fmt.Sprintf(" %+v", *e.Baseline)
	}
	if e.Episode != nil {
		s += fmt.Sprintf(" peak %d area %.0f", e.Episode.Peak, e.Episode.Area)
		if back := e.Episode.ReturnTime(); back > 0 {
			s += fmt.Sprintf(" back in %v", back)
		}
	}
	if e.Text != "" {
		s += ", " + e.Text
	}
	if e.Reason != "" {
		s += ", because " + e.Reason
	}
	return s
}

func (r *room) Do(words []string) {
	verb, words := words[0], words[1:]
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	rest := func(i int) string { return strings.Join(words[min(i, len(words)):], " ") }
	switch verb {
	case "stream": // stream 72 98
		r.pulse, r.oxygen = atoi(r.t, arg(0)), atoi(r.t, arg(1))
	case "mute":
		r.pulse = 0
	case "start": // start K-1 iv AK age=44 psychosis=yes; what is not said is well
		r.step(start(r.t, words))
	case "measures":
		r.cuff(devices.CuffInflating, 0)
		r.Pass(30 * time.Second)
		r.cuff(devices.CuffDone, 0)
		r.step(sessions.Observed{Device: "cuff", Reading: pressure(r.t, arg(0))})
	case "fails":
		r.cuff(devices.CuffInflating, 0)
		r.Pass(30 * time.Second)
		r.cuff(devices.CuffFailed, devices.CuffMotion)
	case "enter":
		sys, dia := split(r.t, arg(0))
		r.step(sessions.Enter{Systolic: sys, Diastolic: dia, By: arg(1)})
	case "dose":
		r.step(sessions.Dose{Drug: arg(0), Amount: arg(1), Device: atoi(r.t, "0"+arg(3)), By: arg(2)})
	case "infusion-end":
		r.step(sessions.InfusionEnd{By: arg(0)})
	case "phase":
		r.step(sessions.SetPhase{Phase: sessions.Phase(arg(0)), By: arg(1), Reason: rest(2)})
	case "note":
		r.step(sessions.Note{By: arg(0), Text: rest(1)})
	case "symptom":
		r.step(sessions.Symptom{Name: arg(0), By: arg(1)})
	case "symptom-over":
		r.step(sessions.SymptomOver{Name: arg(0), By: arg(1)})
	case "answer": // answer AK psychosis=no wrong sheet
		question, answer, _ := strings.Cut(arg(1), "=")
		r.step(sessions.Screen{Screening: map[string]sessions.Answer{question: sessions.Answer(answer)}, By: arg(0), Reason: rest(2)})
	case "override":
		r.step(sessions.Override{Gate: arg(0), By: arg(1), Reason: rest(2)})
	case "prescriber":
		r.step(sessions.Override{Gate: arg(0), By: arg(1), Reason: rest(2), Prescriber: true})
	case "confirm":
		r.step(sessions.Confirm{Tick: arg(0), By: arg(1)})
	case "pause":
		d, err := time.ParseDuration(arg(0))
		require.NoError(r.t, err)
		r.step(sessions.Pause{For: d, By: arg(1), Reason: rest(2)})
	case "resume":
		r.step(sessions.Resume{By: arg(0)})
	case "alarms":
		r.step(sessions.Alarms{Urgent: atoi(r.t, arg(0)), Latched: atoi(r.t, arg(1))})
	case "recheck":
		d, err := time.ParseDuration(arg(1))
		require.NoError(r.t, err)
		r.step(sessions.Recheck{Condition: arg(0), After: d})
	case "end":
		r.step(sessions.End{By: arg(0), Reason: rest(1)})
	case "gate":
		s, ok := r.machine.Status()
		require.True(r.t, ok)
		for _, i := range s.Gate.Items {
			mark := map[bool]string{true: "met", false: "NOT"}[i.Met]
			if i.Advice {
				mark += ", advice"
			}
			fmt.Fprintf(&r.out, "    %s: %s\n", mark, i.Text)
		}
	case "status":
		r.status()
	default:
		require.Fail(r.t, "unknown verb", verb)
	}
}

func (r *room) status() {
	s, ok := r.machine.Status()
	require.True(r.t, ok)
	next := "no reading planned"
	if !s.NextReading.IsZero() {
		next = fmt.Sprintf("next reading in %v (%s)", s.NextReading.Sub(r.now), s.ReadingWhy)
	}
	fmt.Fprintf(&r.out, "    %s, %s since the dose, observation %v left, %s\n", s.Phase, s.SinceDose, s.Observe, next)
	for _, e := range s.Ongoing {
		fmt.Fprintf(&r.out, "    %s\n", e)
	}
	text := func(c *sessions.CuffReading) string {
		if c == nil {
			return "-"
		}
		return fmt.Sprintf("%d/%d", c.Systolic, c.Diastolic)
	}
	fmt.Fprintf(&r.out, "    form: before %s, at 40 min %s, leaving %s, %d minutes\n", text(s.REMS.Before), text(s.REMS.At40),
		text(s.REMS.Leaving), s.REMS.Minutes)
}

func (r *room) cuff(p devices.CuffPhase, c devices.CuffClass) {
	r.step(sessions.CuffChanged{Device: "cuff", State: devices.CuffState{Phase: p, Class: c}})
}

func start(t *testing.T, words []string) sessions.Start {
	in := sessions.Start{Code: words[0], Route: words[1], By: words[2], Screening: map[string]sessions.Answer{}}
	for _, q := range sessions.Questions() {
		in.Screening[q] = sessions.No
	}
	in.Screening[sessions.EscortPresent] = sessions.Yes
	for _, w := range words[3:] {
		key, value, ok := strings.Cut(w, "=")
		require.True(t, ok, w)
		switch {
		case key == "age":
			in.Age = atoi(t, value)
		case key == "profile":
			in.Profile = value
		case value == "open":
			delete(in.Screening, key)
		default:
			in.Screening[key] = sessions.Answer(value)
		}
	}
	return in
}

func pressure(t *testing.T, text string) *devices.Reading {
	sys, dia := split(t, text)
	return &devices.Reading{Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: sys}, {Vital: devices.Diastolic, Value: dia}, {Vital: devices.Mean, Value: (sys + 2*dia) / 3},
	}}
}

func split(t *testing.T, text string) (sys, dia int) {
	a, b, ok := strings.Cut(text, "/")
	require.True(t, ok, text)
	return atoi(t, a), atoi(t, b)
}

func atoi(t *testing.T, text string) int {
	n, err := strconv.Atoi(text)
	require.NoError(t, err, text)
	return n
}
