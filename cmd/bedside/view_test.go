package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the difference before it is committed")

// noon is when the stories of these tests begin. The room's clock is nine minutes ahead of the watcher's: no picture
// may depend on their agreement.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const ahead = 9 * time.Minute

// room is a view of one room that is told things at times after noon.
type room struct {
	t    *testing.T
	view *view
	seq  uint64
	boot string
}

func newRoom(t *testing.T) *room {
	t.Helper()
	return &room{t: t, view: newView(time.UTC), boot: "b1"}
}

func (r *room) header(at time.Duration) wire.Header {
	return wire.Header{
		V: wire.Version, Seq: r.seq, At: wire.Time{Time: noon.Add(ahead + at)}, Boot: r.boot, Site: "clinic", Room: "room-1",
		Mode: wire.Live,
	}
}

// hear delivers a payload when the watcher's clock says so.
func (r *room) hear(when time.Duration, kind string, payload any) string {
	r.t.Helper()
	b, err := json.Marshal(payload)
	require.NoError(r.t, err)
	line, err := r.view.take(noon.Add(when), "bedside.v1.clinic.room-1."+kind, b)
	require.NoError(r.t, err)
	return line
}

func (r *room) reading(at time.Duration, p wire.Reading) wire.Reading {
	p.Header = r.header(at)
	r.seq++
	return p
}

func (r *room) alert(at time.Duration, a wire.Alert) wire.Alert {
	a.Header, a.Since = r.header(at), wire.Time{Time: noon.Add(ahead + at)}
	r.seq++
	return a
}

func (r *room) status(at time.Duration, list []wire.Alert, d ...wire.Device) wire.Status {
	if d == nil {
		d = []wire.Device{{Name: "oximeter", Kind: "oximeter", Link: "connected"}, {Name: "cuff", Kind: "cuff", Link: "connected"}}
	}
	for i := range list {
		list[i].Event = ""
	}
	return wire.Status{Header: r.header(at), Devices: d, Alerts: list, Broker: "connected", Record: "ok"}
}

func pulse() wire.Reading {
	return wire.Reading{
		Device: "oximeter", Values: map[string]wire.Number{"spo2": {Value: "97", Unit: "%"}, "pulse_rate": {Value: "72", Unit: "/min"}},
		Absent: map[string]string{"perfusion_index": "not_measured"}, Flags: []string{"low_perfusion", "high_quality"},
	}
}

func cuff() wire.Reading {
	return wire.Reading{Device: "cuff", Spot: true, Values: map[string]wire.Number{
		"mean": {Value: "92", Unit: "mm[Hg]"}, "systolic": {Value: "121", Unit: "mm[Hg]"},
		"diastolic": {Value: "78", Unit: "mm[Hg]"}, "pulse_rate": {Value: "71", Unit: "/min"},
	}}
}

func severe() wire.Alert {
	return wire.Alert{
		Occurrence: "bp_severe-1", Kind: "physiological", Priority: "high", Event: "escalated", State: "active",
		Text: "Systolic 186, limit 180",
	}
}

// alerts are five of every sort, in the wrong order.
func (r *room) alerts() []wire.Alert {
	list := []wire.Alert{
		{Occurrence: "hr_high-1", Kind: "physiological", Priority: "low", State: "active", Text: "Pulse rate 121, limit 120"},
		{Occurrence: "serial_lost-1", Kind: "technical", Priority: "medium", State: "active", Text: "Cuff not connected."},
		{Occurrence: "spo2_low-1", Kind: "physiological", Priority: "high", State: "latched", Text: "SpO2 back to 95, worst 86, limit 88"},
		{Occurrence: "spo2_drift-1", Kind: "physiological", Priority: "medium", State: "active", Acknowledged: true, AcknowledgedBy: "AK", Text: "SpO2 92, limit 93"},
		severe(),
	}
	for i := range list {
		list[i] = r.alert(0, list[i])
	}
	return list
}

// Every picture that somebody may have to act on, as it is drawn.
func TestPictures(t *testing.T) {
	tests := map[string]func(t *testing.T) (*view, time.Duration){
		"nothing-heard": func(t *testing.T) (*view, time.Duration) { return newRoom(t).view, 0 },
		"no-status-yet": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "reading.oximeter", r.reading(0, pulse()))
			r.hear(0, "alert.bp_severe", r.alert(0, severe()))
			return r.view, 0
		},
		"values": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "status", r.status(0, nil))
			r.hear(0, "reading.cuff", r.reading(0, cuff()))
			r.hear(2*time.Second, "reading.oximeter", r.reading(2*time.Second, pulse()))
			return r.view, 3 * time.Second
		},
		"absent": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "status", r.status(0, nil))
			p := wire.Reading{Device: "oximeter", Absent: map[string]string{"spo2": "finger_out", "pulse_rate": "finger_out"}}
			r.hear(0, "reading.oximeter", r.reading(0, p))
			return r.view, 0
		},
		"stream-stopped": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "reading.oximeter", r.reading(0, pulse()))
			r.hear(4*time.Second, "status", r.status(4*time.Second, nil))
			return r.view, 5 * time.Second
		},
		"devices-lost": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "reading.cuff", r.reading(0, cuff()))
			r.hear(5*time.Minute, "status", r.status(5*time.Minute, nil,
				wire.Device{Name: "oximeter", Link: "silent", Why: "nothing arrives"},
				wire.Device{Name: "cuff", Kind: "cuff", Link: "lost", Why: "unplugged", Absent: map[string]string{"systolic": "stale", "diastolic": "stale", "mean": "stale"}}))
			return r.view, 5 * time.Minute
		},
		"cuff-of-before": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			at := wire.Time{Time: noon.Add(ahead - 3*time.Minute)}
			r.hear(0, "status", r.status(0, nil, wire.Device{
				Name: "cuff", Kind: "cuff", Link: "connected", Cuff: &wire.Cuff{Phase: "failed", Class: "leak"},
				Values: map[string]wire.Latest{
					"systolic":  {Number: wire.Number{Value: "121", Unit: "mm[Hg]"}, At: at},
					"diastolic": {Number: wire.Number{Value: "78", Unit: "mm[Hg]"}, At: at},
				},
			}))
			return r.view, 0
		},
		"alerts": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "status", r.status(0, r.alerts()))
			return r.view, 0
		},
		"agent-silent": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			r.hear(0, "status", r.status(0, r.alerts()))
			r.hear(time.Second, "reading.oximeter", r.reading(time.Second, pulse()))
			r.hear(time.Second, "reading.cuff", r.reading(time.Second, cuff()))
			return r.view, 13 * time.Second
		},
		"simulated-and-hostile": func(t *testing.T) (*view, time.Duration) {
			r := newRoom(t)
			a := r.alert(0, severe())
			a.Text = "\x1b[2Jall is well\n"
			s := r.status(0, []wire.Alert{a})
			s.Mode, s.Speed, s.Record = wire.Demo, 20, "failing"
			r.hear(0, "status", s)
			return r.view, 0
		},
	}
	for name, story := range tests {
		t.Run(name, func(t *testing.T) {
			v, after := story(t)
			got, file := v.render(noon.Add(after), false), filepath.Join("testdata", "picture", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// After an outage the agent sends what was not delivered, in order. None of it is news to somebody who has the status.
func TestWhatComesLateIsNotDrawnAsCurrent(t *testing.T) {
	r := newRoom(t)
	oldReading, oldAlert := r.reading(0, pulse()), r.alert(0, severe())
	r.hear(time.Minute, "status", r.status(time.Minute, nil))
	assert.Contains(t, r.hear(time.Minute, "reading.oximeter", oldReading), "12:09:00", "the line says when it was")
	r.hear(time.Minute, "alert.bp_severe", oldAlert)
	text := r.view.render(noon.Add(time.Minute), false)
	assert.NotContains(t, text, "72")
	assert.Contains(t, text, "no active alert")
}

// Messages of different subjects may overtake each other.
func TestTheNewerWordCounts(t *testing.T) {
	r := newRoom(t)
	status := r.status(0, nil) // made before the alert, heard after it
	raised := r.alert(time.Second, severe())
	ended := r.alert(2*time.Second, severe())
	ended.State = "inactive"
	r.hear(time.Second, "alert.bp_severe", raised)
	r.hear(time.Second, "status", status)
	assert.Contains(t, r.view.render(noon.Add(time.Second), false), "*** Systolic 186")
	r.hear(2*time.Second, "alert.bp_severe", ended)
	r.hear(2*time.Second, "alert.bp_severe", raised) // sent again
	assert.Contains(t, r.view.render(noon.Add(2*time.Second), false), "no active alert")
}

// An agent that has lost its record counts from one again.
func TestANewProcessMayCountAnew(t *testing.T) {
	r := newRoom(t)
	r.seq = 1000
	r.hear(0, "status", r.status(0, []wire.Alert{severe()}))
	r.hear(0, "reading.oximeter", r.reading(0, pulse()))
	r.seq, r.boot = 1, "b2"
	r.hear(2*time.Second, "status", r.status(2*time.Second, nil))
	text := r.view.render(noon.Add(2*time.Second), false)
	assert.NotContains(t, text, "72", "a value of the process before")
	assert.NotContains(t, text, "186")
	r.hear(3*time.Second, "reading.oximeter", r.reading(3*time.Second, pulse()))
	r.hear(3*time.Second, "alert.bp_severe", r.alert(3*time.Second, severe()))
	text = r.view.render(noon.Add(3*time.Second), false)
	assert.Contains(t, text, "72")
	assert.Contains(t, text, "186")
}

func TestOthersMessages(t *testing.T) {
	v := newView(time.UTC)
	for _, subject := range []string{"", "a.b", "bedside.v1", "bedside.v2.a.b.status", "bedside.v1.a.b.later"} {
		line, err := v.take(noon, subject, []byte("{"))
		require.NoError(t, err, subject)
		assert.Empty(t, line)
	}
	for _, kind := range []string{"status", "reading.x", "alert.x"} {
		_, err := v.take(noon, "bedside.v1.a.b."+kind, []byte("{"))
		assert.Error(t, err, kind)
	}
}

func TestColors(t *testing.T) {
	r := newRoom(t)
	r.hear(0, "status", r.status(0, r.alerts()))
	text := r.view.render(noon, true)
	assert.Contains(t, text, "\x1b[97;41;1m*** Systolic 186")
	assert.Contains(t, text, "\x1b[33m**  SpO2 92", "seen: no background any more")
}
