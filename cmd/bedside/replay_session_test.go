package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// TestScriptsOfSessions are scripts about recorded sessions. Each finds a record with one, which is too long to stand in
// them.
func TestScriptsOfSessions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.db")
	recordSession(t, file)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/session",
		Setup: func(e *testscript.Env) error {
			_, err := record.Backup(t.Context(), file, filepath.Join(e.WorkDir, "record.db"))
			return err
		},
	})
}

// diary writes the messages of a session as an agent does.
type diary struct {
	t    *testing.T
	list []wire.Message
	now  time.Time
}

var diaryRoom = wire.Room{Site: "clinic", Room: "room-1"}

func (d *diary) header() wire.Header {
	seq := uint64(len(d.list) + 1)
	return wire.Header{
		V: wire.Version, ID: wire.MessageID("room-1", "b001", seq), Seq: seq, At: wire.Time{Time: d.now}, Boot: "b001",
		OffsetMS: d.now.Sub(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)).Milliseconds(), Site: "clinic", Room: "room-1",
		Session: "K-0412", Mode: wire.Live,
	}
}

func (d *diary) add(class wire.Class, subject string, h wire.Header, payload any) {
	b, err := json.Marshal(payload)
	require.NoError(d.t, err)
	d.list = append(d.list, wire.Message{ID: h.ID, Seq: h.Seq, Class: class, Subject: subject, At: d.now, Payload: b})
}

func (d *diary) event(e sessions.Event) {
	e.At, e.By = d.now, "AK"
	p := wire.NewSession(d.header(), &e)
	if e.Kind == sessions.Started {
		p.Profile = "iv-ketamine@1"
	}
	d.add(wire.ClassAlert, diaryRoom.Session(), p.Header, p)
}

func (d *diary) drift(change alerts.Change, state alerts.State) {
	a := alerts.Alert{
		Occurrence: "spo2_drift-1", Condition: "spo2_drift", Title: "SpO2 drifting down", Kind: alerts.Physiological,
		Priority: alerts.Low, State: state, Since: d.now, Text: "SpO2 91, limit 92, 6 below baseline",
	}
	p := wire.NewAlert(d.header(), &a, change.String(), "iv-ketamine@1")
	d.add(wire.ClassAlert, diaryRoom.Alert(a.Condition), p.Header, p)
}

func (d *diary) stream(spo2 int, length time.Duration) {
	for range int(length / time.Second) {
		d.now = d.now.Add(time.Second)
		p := wire.NewReading(d.header(), "oximeter", "nonin", &devices.Reading{Measurements: []devices.Measurement{
			{Vital: devices.PulseRate, Value: 70}, {Vital: devices.SpO2, Value: spo2},
		}})
		d.add(wire.ClassReading, diaryRoom.Reading("oximeter"), p.Header, p)
	}
}

func (d *diary) cuff(systolic, diastolic int) {
	p := wire.NewReading(d.header(), "cuff", "suntech", &devices.Reading{Spot: true, Measurements: []devices.Measurement{
		{Vital: devices.Systolic, Value: systolic}, {Vital: devices.Diastolic, Value: diastolic},
	}})
	d.add(wire.ClassReading, diaryRoom.Reading("cuff"), p.Header, p)
	d.event(sessions.Event{Kind: sessions.ReadingTaken, Reading: &sessions.CuffReading{At: d.now, Systolic: systolic, Diastolic: diastolic}})
}

// recordSession makes a record with a session of a quarter of an hour, in which the saturation falls to 91 % once.
func recordSession(t *testing.T, file string) {
	t.Helper()
	d := &diary{t: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	d.event(sessions.Event{Kind: sessions.Started, Phase: sessions.Preparation})
	d.event(sessions.Event{Kind: sessions.PhaseChanged, Phase: sessions.BaselineOf, Text: "by hand"})
	d.stream(97, 4*time.Minute)
	d.cuff(120, 78)
	d.stream(97, time.Minute)
	d.cuff(122, 80)
	d.stream(97, 5*time.Second)
	d.event(sessions.Event{Kind: sessions.Dosed, Dose: &sessions.GivenDose{At: d.now, Number: 1, Drug: "ketamine", Amount: "35 mg", By: "AK"}})
	d.stream(97, 3*time.Minute)
	d.stream(91, 61*time.Second) // the hold of a minute, from the first of them
	d.drift(alerts.Raised, alerts.Active)
	d.stream(91, 19*time.Second)
	d.stream(97, 11*time.Second)
	d.drift(alerts.Ended, alerts.Inactive)
	d.stream(97, 5*time.Minute)
	d.event(sessions.Event{Kind: sessions.SessionEnded, Reason: "tired"})

	s, err := record.Open(file, record.Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.Append(record.Batch{Messages: d.list, Urgent: true})
	require.NoError(t, s.Sync(t.Context()))
	cancel()
	require.NoError(t, <-ended)
	require.NoError(t, s.Close())
}
