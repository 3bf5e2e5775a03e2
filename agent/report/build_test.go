package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// room makes the messages of a session as an agent records them.
type room struct {
	t    testing.TB
	at   time.Time
	seq  uint64
	boot string
	out  []wire.Message
}

func newRoom(t testing.TB) *room {
	return &room{t: t, at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), boot: "b1"}
}

var address = wire.Room{Site: "clinic", Room: "room-1"}

// began is when the runs of the agent began.
var began = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

func (r *room) header() wire.Header {
	r.seq++
	return wire.Header{
		V: wire.Version, ID: wire.MessageID("room-1", r.boot, r.seq), Seq: r.seq, At: wire.Time{Time: r.at}, Boot: r.boot,
		OffsetMS: r.at.Sub(began).Milliseconds(), Site: "clinic", Room: "room-1", Session: "K-0412", Mode: wire.Test,
	}
}

func (r *room) send(subject string, payload any) {
	r.t.Helper()
	b, err := json.Marshal(payload)
	require.NoError(r.t, err)
	r.out = append(r.out, wire.Message{Seq: r.seq, Subject: subject, At: r.at, Payload: b})
}

func (r *room) event(e wire.Session) {
	e.Header = r.header()
	r.send(address.Session(), e)
}

// start begins a session by a shipped profile.
func (r *room) start(profile string) {
	p, ok := profiles.Find(profile)
	require.True(r.t, ok)
	r.event(wire.Session{
		Event: string(sessions.Started), By: "AK", Phase: string(sessions.Preparation), Profile: p.Word(), Hash: p.Hash(),
		Version: "1.2", Start: &sessions.Beginning{Route: "iv", Age: 41, By: "AK"},
	})
}

// breathe lets seconds go by with these values of the oximeter, 0 for absent.
func (r *room) breathe(seconds, pulse, spo2 int) {
	for range seconds {
		p := wire.Reading{Header: r.header(), Device: "oximeter", Driver: "nonin", Values: map[string]wire.Number{}, Absent: map[string]string{}}
		for name, v := range map[string]int{"pulse_rate": pulse, "spo2": spo2} {
			if v == 0 {
				p.Absent[name] = "finger_out"
				continue
			}
			p.Values[name] = wire.Number{Value: json.Number(fmt.Sprint(v)), Unit: "1"}
		}
		r.send(address.Reading("oximeter"), p)
		r.at = r.at.Add(time.Second)
	}
}

func (r *room) cuff(systolic, diastolic int) {
	r.event(wire.Session{Event: string(sessions.ReadingTaken), Reading: &sessions.CuffReading{
		At: r.at, Systolic: systolic, Diastolic: diastolic, Mean: diastolic + (systolic-diastolic)/3,
	}})
}

func (r *room) alert(a wire.Alert) {
	a.Header = r.header()
	r.send(address.Alert(a.Condition), a)
}

func (r *room) report() *report.Report {
	r.t.Helper()
	var b report.Builder
	for _, m := range r.out {
		require.NoError(r.t, b.Take(m))
	}
	out, err := b.Report(report.Options{Find: profiles.Find, Proof: "c0ffee"})
	require.NoError(r.t, err)
	return out
}

func TestFiguresOfASession(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	r.cuff(120, 78)
	r.breathe(60, 70, 97)
	r.event(wire.Session{
		Event: string(sessions.Dosed), By: "AK", Via: "page", Phase: "dosing",
		Dose: &sessions.GivenDose{At: r.at, Number: 1, Drug: "ketamine", Amount: "40 mg", By: "AK"},
	})
	r.event(wire.Session{Event: string(sessions.BaselineTaken), Baseline: &sessions.Values{Systolic: 120, Diastolic: 78, PulseRate: 70, SpO2: 97}})
	r.event(wire.Session{Event: string(sessions.PhaseChanged), Phase: "dosing"})
	r.breathe(120, 88, 96)
	r.breathe(30, 0, 0)
	r.breathe(60, 104, 86)
	raised := r.at
	worse := json.Number("84")
	limit := json.Number("90")
	r.alert(wire.Alert{
		Occurrence: "spo2_low-1", Condition: "spo2_low", Title: "SpO2 low", Kind: "physiological", Priority: "medium",
		Event: "raised", State: "active", Text: "SpO2 86, limit 90",
	})
	r.breathe(10, 104, 84)
	r.alert(wire.Alert{
		Occurrence: "spo2_low-1", Condition: "spo2_low", Title: "SpO2 low", Kind: "physiological", Priority: "high",
		Event: "escalated", State: "active", Text: "SpO2 84, limit 90", Vital: "spo2", Value: &worse, Limit: &limit, Unit: "%",
		Called: []string{"station"},
	})
	r.send(address.Receipt(), wire.Receipt{Header: r.header(), Station: "station-1", Occurrence: "spo2_low-1", AfterMS: 820})
	r.alert(wire.Alert{
		Occurrence: "spo2_low-1", Condition: "spo2_low", Priority: "high", Event: "acknowledged", State: "active",
		AcknowledgedBy: "RN", Via: "station-1", Text: "SpO2 84, limit 90", Called: []string{"station"},
	})
	r.breathe(20, 90, 96)
	over := r.at
	r.alert(wire.Alert{Occurrence: "spo2_low-1", Condition: "spo2_low", Priority: "high", Event: "ended", State: "inactive"})
	r.cuff(151, 92)
	r.at = r.at.Add(40 * time.Second) // nobody was there
	r.boot = "b2"
	r.breathe(20, 80, 97)
	r.event(wire.Session{Event: string(sessions.SessionEnded), By: "RN", Reason: "feels well", Phase: "ended"})

	got := r.report()
	assert.Equal(t, "K-0412", got.Session)
	assert.Equal(t, "1.2", got.Version)
	assert.Equal(t, 41, got.Start.Age)
	assert.True(t, got.Ended)
	assert.Equal(t, "feels well", got.End.Reason)
	assert.True(t, got.Profile.Known)
	assert.Empty(t, got.Profile.ApprovedBy)
	require.Len(t, got.Doses, 1)
	require.Len(t, got.Seconds, 360)
	assert.Equal(t, []report.Gap{{From: over, To: over.Add(40 * time.Second)}}, got.Gaps)

	require.Len(t, got.Alerts, 1)
	a := got.Alerts[0]
	assert.Equal(t, "84", a.Value)
	assert.Equal(t, "high", a.Priority)
	assert.Equal(t, "medium", a.First)
	assert.Equal(t, raised, a.Raised)
	assert.Equal(t, over, a.Over)
	assert.Equal(t, []report.Display{{Station: "station-1", After: 820 * time.Millisecond}}, a.Displayed)
	require.Len(t, a.Acknowledged, 1)
	assert.Equal(t, "station-1", a.Acknowledged[0].Via)
	assert.Equal(t, "station", a.Called[0].Whom)

	peaks := map[devices.Vital]report.Peak{}
	for _, p := range got.Peaks {
		peaks[p.Vital] = p
	}
	assert.Equal(t, 151, peaks[devices.Systolic].Value)
	assert.Equal(t, 84, peaks[devices.SpO2].Value, "the lowest")
	assert.Equal(t, 104, peaks[devices.PulseRate].Value)
	assert.Equal(t, 150*time.Second, peaks[devices.PulseRate].AfterDose)

	for _, c := range got.Coverage {
		assert.Equal(t, 360, c.Seconds)
		assert.Equal(t, 290, c.Known, c.Vital)
		assert.Equal(t, map[string]int{"finger_out": 30, report.NotReceived: 40}, c.Absent)
		assert.Equal(t, 40*time.Second, c.Longest.Length())
	}
	for _, l := range got.Lines {
		if l.Condition == "spo2_low" && l.Vital == devices.SpO2 {
			assert.Equal(t, 290, l.Of)
			assert.Equal(t, 70*time.Second, l.Beyond)
		}
	}
	assert.Equal(t, 5, got.Minutes)
	assert.Equal(t, 120, got.REMS.Before.Systolic)
	assert.Nil(t, got.REMS.At40, "five minutes after the dose is not forty")
}

// The report has the answers as they were at last, and says which of them was another one before.
func TestScreeningIsAsItWasAnsweredLast(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	for _, e := range []wire.Session{
		{Text: "screening: psychosis yes", Screening: map[string]sessions.Answer{sessions.Psychosis: sessions.Yes}},
		{Text: "screening: mania no", Screening: map[string]sessions.Answer{sessions.Mania: sessions.No}},
		{Text: "screening: psychosis no (before: yes)", Screening: map[string]sessions.Answer{sessions.Psychosis: sessions.No}, Reason: "wrong sheet"},
	} {
		e.Event, e.By = string(sessions.Answered), "AK"
		r.event(e)
	}
	r.breathe(10, 70, 97)
	got := r.report()
	assert.Equal(t, map[string]sessions.Answer{sessions.Psychosis: sessions.No, sessions.Mania: sessions.No}, got.Start.Screening)
	_, overrides, _ := strings.Cut(words(written(t, "html", got, report.Style{})), "Overrides and pauses\n")
	overrides, _, _ = strings.Cut(overrides, "Alerts\n")
	assert.Contains(t, overrides, "screening: psychosis no (before: yes) | wrong sheet")
	assert.NotContains(t, overrides, "mania", "an answer that takes none back is no override")
}

// A record that lacks parts gives a report that says so, and never a wrong one.
func TestDamagedMessagesAreLeftOutAndCounted(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	r.breathe(10, 70, 97)
	r.out[4].Payload = []byte(`{"v":1,`)
	r.out[6].Payload = []byte(`[]`)
	got := r.report()
	assert.Equal(t, 2, got.Unread)
	assert.Equal(t, 11, got.Events)
	assert.Equal(t, 7, got.Coverage[0].Known, "of nine seconds between the first message and the last")
	assert.Equal(t, map[string]int{report.NotReceived: 2}, got.Coverage[0].Absent)
	assert.False(t, got.Ended)
}

func TestNoReportWithoutABeginning(t *testing.T) {
	r := newRoom(t)
	r.breathe(3, 70, 97)
	var b report.Builder
	for _, m := range r.out {
		require.NoError(t, b.Take(m))
	}
	_, err := b.Report(report.Options{})
	require.ErrorIs(t, err, report.ErrNoStart)
}

func TestHTMLShowsTheFigures(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	r.cuff(120, 78)
	r.breathe(60, 70, 97)
	r.event(wire.Session{Event: string(sessions.Dosed), By: "AK", Dose: &sessions.GivenDose{At: r.at, Number: 1, Drug: "<b>ketamine</b>", Amount: "40 mg", By: "AK"}})
	r.breathe(60, 88, 95)
	var b bytes.Buffer
	require.NoError(t, report.HTML(&b, r.report(), report.Style{}))
	page := b.String()
	assert.Contains(t, page, "&lt;b&gt;ketamine&lt;/b&gt;", "what staff wrote is no markup")
	for _, want := range []string{"Session K-0412", "TEST", "Profile not clinically approved", "Not a medical device", "c0ffee", "<polyline"} {
		assert.Contains(t, page, want)
	}
	for _, never := range []string{"<script", "http://", "https://", "src="} {
		assert.NotContains(t, page, never, "the file needs nothing else")
	}
}
