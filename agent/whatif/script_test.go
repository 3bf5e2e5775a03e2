package whatif_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/whatif"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

var (
	nine    = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	address = wire.Room{Site: "clinic", Room: "room-1"}
)

// script writes the messages of a session by hand.
type script struct {
	t    *testing.T
	list []wire.Message
	at   time.Duration // since nine, by the clock of the process
	wall time.Duration // by which the wall clock was set
}

func (s *script) header() wire.Header {
	seq := uint64(len(s.list) + 1)
	return wire.Header{
		V: wire.Version, ID: wire.MessageID("room-1", "b001", seq), Seq: seq, At: wire.Time{Time: nine.Add(s.at + s.wall)},
		OffsetMS: s.at.Milliseconds(), Boot: "b001", Site: "clinic", Room: "room-1", Session: code, Mode: wire.Live,
	}
}

func (s *script) add(subject string, payload any) {
	b, err := json.Marshal(payload)
	require.NoError(s.t, err)
	s.list = append(s.list, wire.Message{Seq: uint64(len(s.list) + 1), Subject: subject, Payload: b})
}

func (s *script) event(kind sessions.Kind, change func(*wire.Session)) {
	p := wire.Session{Header: s.header(), Event: string(kind), By: "AK"}
	if change != nil {
		change(&p)
	}
	s.add(address.Session(), p)
}

func (s *script) alert(change func(*wire.Alert)) {
	p := wire.Alert{Header: s.header(), Kind: "physiological", Event: "raised", State: "active"}
	change(&p)
	s.add(address.Alert(p.Condition), p)
}

// stream delivers the same values every second for a while.
func (s *script) stream(pulse, spo2 int, d time.Duration) {
	for range int(d / time.Second) {
		s.at += time.Second
		r := devices.Reading{Measurements: []devices.Measurement{
			{Vital: devices.PulseRate, Value: pulse}, {Vital: devices.SpO2, Value: spo2},
		}}
		s.add(address.Reading("oximeter"), wire.NewReading(s.header(), "oximeter", "nonin", &r))
	}
}

func (s *script) cuff(systolic, diastolic int) {
	r := devices.Reading{Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: systolic}, {Vital: devices.Diastolic, Value: diastolic},
	}}
	s.add(address.Reading("cuff"), wire.NewReading(s.header(), "cuff", "suntech", &r))
	s.event(sessions.ReadingTaken, func(p *wire.Session) {
		p.By, p.Reading = "", &sessions.CuffReading{At: nine.Add(s.at), Systolic: systolic, Diastolic: diastolic}
	})
}

// begin is a session up to its dose.
func begin(t *testing.T) *script {
	s := &script{t: t}
	s.event(sessions.Started, func(p *wire.Session) { p.Profile = "iv-ketamine@1" })
	s.event(sessions.PhaseChanged, func(p *wire.Session) { p.Phase, p.Text = string(sessions.BaselineOf), "by hand" })
	s.stream(70, 97, 5*time.Minute)
	s.cuff(120, 78)
	s.stream(70, 97, 2*time.Minute)
	s.cuff(122, 80)
	s.stream(70, 97, 10*time.Second)
	s.dose()
	return s
}

func (s *script) dose() {
	s.event(sessions.Dosed, func(p *wire.Session) {
		p.Dose = &sessions.GivenDose{At: nine.Add(s.at), Number: 1, Drug: "ketamine", Amount: "35 mg", By: "AK"}
	})
}

func (s *script) end() {
	s.event(sessions.SessionEnded, func(p *wire.Session) { p.Reason = "tired" })
}

func (s *script) alerts(c *whatif.Comparison) []string {
	list := []string{}
	for _, p := range c.Alerts {
		list = append(list, string(p.Verdict)+" "+p.Any().Condition)
	}
	return list
}

// A fall to 91 % is no alert by the recorded limits but for a drift; the conservative ones call it low.
func TestTighterLimitsFireWhereNothingDid(t *testing.T) {
	s := begin(t)
	s.stream(70, 91, 50*time.Second)
	s.stream(70, 97, time.Minute)
	s.end()
	c := replay(t, s.list, find(t, "conservative"))
	require.Equal(t, []string{"only_other spo2_low"}, s.alerts(c))
	assert.Equal(t, "medium", c.Alerts[0].Other.Priority)
	assert.Equal(t, 1, c.Other.Alerts["medium"])
	assert.InDelta(t, 1/c.To.Sub(c.From).Hours(), c.Other.PerHour["medium"], 1e-9)
	assert.Equal(t, 0, c.Recorded.Alerts["medium"])
}

// A wall clock that is set in the middle of a hold neither shortens nor lengthens it.
func TestAClockThatWasSetMovesNothing(t *testing.T) {
	raised := func(wall time.Duration) time.Duration {
		s := begin(t)
		s.stream(70, 88, 5*time.Second)
		s.wall = wall
		s.stream(70, 88, 30*time.Second)
		s.stream(70, 97, time.Minute)
		s.end()
		c := replay(t, s.list, find(t, "iv-ketamine"))
		require.Equal(t, []string{"only_other spo2_low"}, s.alerts(c))
		return c.Alerts[0].Other.Raised.Sub(c.From)
	}
	assert.Equal(t, raised(0), raised(time.Hour))
	assert.Equal(t, raised(0), raised(-time.Hour))
}

// A value that was absent stays absent: it raises nothing, and it ends nothing.
func TestNoDataIsNoValue(t *testing.T) {
	s := begin(t)
	s.stream(70, 88, 30*time.Second)
	for range 120 {
		s.at += time.Second
		r := devices.Reading{Status: devices.NoFinger, Absences: []devices.Absence{
			{Vital: devices.PulseRate, Reason: devices.FingerOut}, {Vital: devices.SpO2, Reason: devices.FingerOut},
		}}
		s.add(address.Reading("oximeter"), wire.NewReading(s.header(), "oximeter", "nonin", &r))
	}
	c := replay(t, s.list, find(t, "iv-ketamine"))
	require.Equal(t, []string{"only_other spo2_low"}, s.alerts(c))
	assert.Zero(t, c.Alerts[0].Other.Until)
	assert.False(t, c.Ended)
}

// Readings that were not taken are counted: in half an hour the schedule of IV wants 10, 20 and 30 minutes, the conservative
// one every five.
func TestReadingsThatNobodyTookAreCounted(t *testing.T) {
	s := begin(t)
	for range 3 {
		s.stream(70, 97, 10*time.Minute)
		s.cuff(124, 80)
	}
	s.stream(70, 97, 2*time.Minute)
	s.end()
	assert.Empty(t, replay(t, s.list, find(t, "iv-ketamine")).Asked)
	c := replay(t, s.list, find(t, "conservative"))
	var at []time.Duration
	for _, a := range c.Asked {
		at = append(at, a.At.Sub(nine)-7*time.Minute-10*time.Second)
		assert.Equal(t, "scheduled", a.Why)
	}
	assert.Equal(t, []time.Duration{5 * time.Minute, 15 * time.Minute, 25 * time.Minute}, at)
	assert.Empty(t, c.Alerts, "a reading that nobody took is no alert")
}

// A suspension lasts as long as it did, and an alert that stands at its end is perceived again then; one without an end lasts until
// the session does. The moment is that of the order and not of a clock that was set meanwhile.
func TestASuspensionIsRepeatedWithItsEnd(t *testing.T) {
	for seconds, again := range map[int]bool{300: true, 0: false} {
		s := begin(t)
		s.stream(70, 97, time.Minute)
		s.event(sessions.Kind(wire.EventAlarmOff), func(p *wire.Session) { p.Text, p.Reason, p.Seconds = "hr_high", "walks about", seconds })
		end := nine.Add(s.at + 5*time.Minute)
		s.stream(125, 97, 2*time.Minute)
		s.wall = time.Hour
		s.stream(125, 97, 6*time.Minute)
		s.end()
		c := replay(t, s.list, find(t, "iv-ketamine"))
		i := slices.IndexFunc(c.Alerts, func(p whatif.Pair) bool { return p.Any().Condition == "hr_high" })
		require.GreaterOrEqual(t, i, 0, "what appears meanwhile is there")
		var ends []bool
		for _, step := range c.Alerts[i].Other.Steps {
			if step.Event == "updated" {
				ends = append(ends, step.At.Equal(end))
			}
		}
		assert.Equal(t, again, slices.Contains(ends, true), "%d s: %+v", seconds, c.Alerts[i].Other.Steps)
	}
}

// What the other profile does not know or would not have let pass is said, and the session goes on.
func TestWhatTheOtherProfileRefusesIsTold(t *testing.T) {
	s := &script{t: t}
	s.event(sessions.Started, nil)
	s.event(sessions.PhaseChanged, func(p *wire.Session) { p.Phase = string(sessions.BaselineOf) })
	s.stream(70, 97, 10*time.Second)
	s.cuff(150, 95)
	s.dose()
	s.stream(70, 97, time.Minute)
	s.event(sessions.PhaseChanged, func(p *wire.Session) { p.Phase, p.Reason = string(sessions.Dosing), "slow" })
	s.event(sessions.InfusionEnded, nil)
	s.event(sessions.Kind(wire.EventAlarmOff), func(p *wire.Session) { p.Text, p.Reason = "no_such_condition", "loud" })
	s.end()
	c := replay(t, s.list, find(t, "conservative"))
	var notes []string
	for _, n := range c.Notes {
		notes = append(notes, n.Text)
	}
	assert.Equal(t, []string{
		"gate before the dose: not met with conservative@1: blood pressure 150/95, at most 140/90",
		"phase: not with conservative@1: profile conservative has no phase \"dosing\"; there are onset, peak, return, recovery",
		"infusion ended: not with conservative@1: profile conservative has no infusion",
	}, notes)
	assert.Contains(t, s.alerts(c), "only_other no_baseline")
	assert.True(t, c.Ended)
}

// What was told when the session began, and later, counts for the other profile's gate, too.
func TestGateKnowsWhatWasAnswered(t *testing.T) {
	s := &script{t: t}
	s.event(sessions.Started, func(p *wire.Session) {
		p.Start = &sessions.Beginning{Route: "iv", Age: 40, By: "AK", Screening: map[string]sessions.Answer{
			sessions.Mania: sessions.Yes, sessions.Psychosis: sessions.Yes,
		}}
	})
	for q, a := range map[string]sessions.Answer{sessions.Psychosis: sessions.No, sessions.EscortPresent: sessions.Yes} {
		s.event(sessions.Answered, func(p *wire.Session) { p.Screening, p.Reason = map[string]sessions.Answer{q: a}, "asked again" })
	}
	s.event(sessions.PhaseChanged, func(p *wire.Session) { p.Phase = string(sessions.BaselineOf) })
	s.stream(70, 97, 10*time.Second)
	s.cuff(120, 78)
	s.dose()
	s.end()
	c := replay(t, s.list, find(t, "iv-ketamine"))
	require.Len(t, c.Notes, 1)
	assert.Contains(t, c.Notes[0].Text, "gate before the dose: not met with iv-ketamine@1: ")
	assert.Contains(t, c.Notes[0].Text, "screening: mania yes")
	assert.NotContains(t, c.Notes[0].Text, "psychosis")
	assert.NotContains(t, c.Notes[0].Text, "escort")
}

// Two symptoms at the same time are two alerts on both sides, and what a person acknowledged is acknowledged.
func TestSymptomsAreToldApart(t *testing.T) {
	s := begin(t)
	reports := []string{"chest_pain", "severe_headache"}
	for i, text := range []string{"Chest pain reported by AK. See the patient now.", "Severe headache reported by AK. See the patient now."} {
		s.at += time.Second
		s.alert(func(p *wire.Alert) {
			p.Occurrence, p.Condition, p.Title, p.Priority, p.Text = reports[i], "symptom", "Symptom", "high", text
		})
		s.event(sessions.SymptomSeen, func(p *wire.Session) { p.Text = reports[i] })
	}
	s.at += time.Second
	s.alert(func(p *wire.Alert) {
		p.Occurrence, p.Condition, p.Priority, p.Event, p.AcknowledgedBy = "severe_headache", "symptom", "high", "acknowledged", "BL"
		p.Acknowledged = true
	})
	c := replay(t, s.list, find(t, "iv-ketamine"))
	require.Equal(t, []string{"same symptom", "same symptom"}, s.alerts(c))
	for _, p := range c.Alerts {
		assert.Equal(t, p.Recorded.Text, p.Other.Text)
		assert.Equal(t, len(p.Recorded.Steps), len(p.Other.Steps))
	}
	assert.Zero(t, c.AcknowledgedAlone)
}

// A technical alert is carried over; an acknowledgement of what the other profile has not raised is counted.
func TestWhatIsNotJudgedAgain(t *testing.T) {
	s := begin(t)
	s.alert(func(p *wire.Alert) {
		p.Occurrence, p.Condition, p.Kind, p.Device, p.Priority = "serial_lost-1", "serial_lost", "technical", "oximeter", "medium"
	})
	for _, event := range []string{"raised", "acknowledged"} {
		s.at += time.Second
		s.alert(func(p *wire.Alert) {
			p.Occurrence, p.Condition, p.Priority, p.Event, p.AcknowledgedBy = "hr_high-1", "hr_high", "medium", event, "AK"
		})
	}
	c := replay(t, s.list, find(t, "iv-ketamine"))
	assert.Equal(t, []string{"only_recorded hr_high"}, s.alerts(c))
	require.Len(t, c.Carried, 1)
	assert.Equal(t, "serial_lost", c.Carried[0].Condition)
	assert.Equal(t, 1, c.AcknowledgedAlone)
}

// What was there before the session began has no moment to compare, and what the room's limits say after its end is no part.
func TestTheEdgesOfASession(t *testing.T) {
	s := begin(t)
	s.alert(func(p *wire.Alert) {
		p.Occurrence, p.Condition, p.Priority, p.Event, p.Since = "hr_high-1", "hr_high", "medium", "updated", wire.Time{Time: nine.Add(-time.Hour)}
	})
	s.stream(125, 97, time.Minute)
	s.alert(func(p *wire.Alert) {
		p.Occurrence, p.Condition, p.Priority, p.Event, p.State = "hr_high-1", "hr_high", "medium", "ended", "inactive"
	})
	s.end()
	s.stream(125, 80, time.Minute)
	c := replay(t, s.list, find(t, "iv-ketamine"))
	require.Equal(t, []string{"same hr_high"}, s.alerts(c))
	assert.True(t, c.Alerts[0].Recorded.Before)
	assert.Zero(t, c.Alerts[0].Recorded.Until, "the end of the session is no end of the condition")
}

func TestWhatCannotBeReplayed(t *testing.T) {
	_, err := whatif.New(profiles.BuiltIn())
	require.ErrorIs(t, err, whatif.ErrProfile)

	r, err := whatif.New(find(t, "spravato"))
	require.NoError(t, err)
	_, err = r.Result()
	require.ErrorIs(t, err, whatif.ErrNoStart)

	whole := begin(t).list
	require.ErrorIs(t, r.Take(whole[5]), whatif.ErrNoStart)

	broken := whole[3]
	broken.Payload = []byte("{")
	require.ErrorContains(t, r.Take(broken), "message 4 is not as it was sent")
	late := begin(t)
	late.wall, late.at = time.Hour, late.at+25*time.Hour
	late.event(sessions.Noted, nil)
	r, err = whatif.New(find(t, "spravato"))
	require.NoError(t, err)
	for i, m := range late.list {
		if err = r.Take(m); err != nil {
			require.Equal(t, len(late.list)-1, i)
		}
	}
	require.ErrorIs(t, err, whatif.ErrGap)
	require.NoError(t, r.Take(wire.Message{Subject: address.Receipt(), Payload: []byte("{")}), "who saw what is no part of it")
	require.NoError(t, r.Take(wire.Message{Subject: "elsewhere"}))
}

// FuzzTake feeds payloads that nobody sent: they are refused, and nothing else.
func FuzzTake(f *testing.F) {
	f.Add(uint8(0), []byte(`{"v":1,"seq":1,"at":"2026-11-22T09:00:00Z","event":"session_started","by":"AK"}`))
	f.Add(uint8(0), []byte(`{"event":"dose","by":"AK"}`))
	f.Add(uint8(0), []byte(`{"event":"audio_paused","by":"AK","text":"soon"}`))
	f.Add(uint8(1), []byte(`{"device":"oximeter","values":{"perfusion_index":{"value":3.25,"unit":"%"},"spo2":{"value":1e9,"unit":"%"}}}`))
	f.Add(uint8(2), []byte(`{"occurrence":"x","condition":"spo2_low","event":"acknowledged","kind":"physiological"}`))
	f.Add(uint8(0), []byte(`{"at":"9999-11-22T09:00:00Z","event":"note","by":"AK","text":"late"}`))
	p, ok := profiles.Find("iv-ketamine")
	require.True(f, ok)
	f.Fuzz(func(t *testing.T, kind uint8, payload []byte) {
		r, err := whatif.New(p)
		require.NoError(t, err)
		s := &script{t: t}
		s.event(sessions.Started, nil)
		require.NoError(t, r.Take(s.list[0]))
		subjects := []string{address.Session(), address.Reading("oximeter"), address.Alert("spo2_low")}
		if r.Take(wire.Message{Subject: subjects[int(kind)%len(subjects)], Payload: payload}) != nil {
			return
		}
		_, err = r.Result()
		require.NoError(t, err)
	})
}
