package wire_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

var update = flag.Bool("update", false, "rewrite the golden payloads; read the difference before committing it")

var moment = time.Date(2026, 11, 21, 9, 40, 12, 120e6, time.UTC)

func header(seq uint64) wire.Header {
	return wire.Header{
		V: wire.Version, ID: wire.MessageID("room-1", "5d1c7f3a", seq), Seq: seq, At: wire.Time{Time: moment},
		OffsetMS: 2415870, Boot: "5d1c7f3a", Site: "clinic", Room: "room-1", Mode: wire.Live,
	}
}

func reading() *devices.Reading {
	return &devices.Reading{
		At:           moment,
		Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: 72}, {Vital: devices.SpO2, Value: 97}},
		Absences:     []devices.Absence{{Vital: devices.PerfusionIndex, Reason: devices.NotMeasured}},
		Status:       devices.PerfusionLow,
	}
}

func severe() *alerts.Alert {
	return &alerts.Alert{
		Occurrence: "bp_severe-3", Condition: "bp_severe", Title: "Severe hypertension", Kind: alerts.Physiological,
		Priority: alerts.High, State: alerts.Active, Since: moment.Add(-2 * time.Minute), HasValue: true,
		Vital: devices.Systolic, Value: 186, Limit: 180, Side: alerts.AtLeast, HasBaseline: true, Baseline: 124, Called: []string{"station"},
		Text: "Systolic 186, limit 180, 62 above baseline",
	}
}

// stated is an alert in a session.
func stated(h wire.Header, event string) wire.Alert {
	h.Session = "K-0412"
	a := wire.NewAlert(h, severe(), event, "iv-ketamine@1")
	a.SessionPhase = "peak"
	return a
}

func paused() alerts.Alert {
	a := *severe()
	a.Signal, a.SilentUntil = alerts.SignalAlarmPaused, moment.Add(time.Minute)
	return a
}

func onDuty() *wire.Duty {
	return &wire.Duty{Nurse: "MK", Backup: "JS", Since: wire.Time{Time: moment}, Until: wire.Time{Time: moment.Add(8 * time.Hour)}, By: "MK", Station: "station-1"}
}

func reached() *wire.Reach {
	return &wire.Reach{At: wire.Time{Time: moment}, State: wire.ReachAnswered, By: "MK", AfterMS: 4000, Text: "MK answered the test alert after 4s at station-1"}
}

// inSession is a status of a session.
func inSession() *wire.SessionStatus {
	r := sessions.CuffReading{At: moment, Systolic: 186, Diastolic: 104, Mean: 131, ByHand: true, By: "AK"}
	return wire.NewSessionStatus(&sessions.Status{
		Code: "K-0412", Route: "iv", Profile: "iv-ketamine@1", Hash: "5d1c", By: "AK", Since: moment.Add(-time.Hour), Phase: sessions.Peak,
		Screening: map[string]sessions.Answer{sessions.EscortPresent: sessions.Yes},
		Doses:     []sessions.GivenDose{{At: moment.Add(-20 * time.Minute), Number: 1, Drug: "ketamine", Amount: "35 mg", By: "AK"}},
		SinceDose: 20 * time.Minute, Baseline: sessions.Values{Systolic: 124, Diastolic: 78, PulseRate: 72, SpO2: 98},
		NextReading: moment.Add(2 * time.Minute), ReadingWhy: "to confirm bp_severe", Last: &r, Elevated: true, Observe: 100 * time.Minute,
		Ongoing:  []string{"Blood pressure up to 186/104"},
		Episodes: []sessions.Episode{{Vital: "pulse_rate", Class: sessions.Transient, Since: moment, PeakAt: moment, Over: moment, Baseline: 72, Peak: 98, Rise: 26, Area: 41.5, Last: 74, LastAt: moment}},
		Gate:     sessions.Gate{Name: sessions.GateDischarge, Items: []sessions.Item{{Name: "observation", Text: "100 minutes of observation left"}}},
		REMS:     sessions.REMS{Before: &r, Minutes: 20},
	})
}

// The payloads that other programs rely on, as they travel. A change here is a change of the contract.
func TestPayloads(t *testing.T) {
	pressure := 118
	for name, payload := range map[string]any{
		"reading": wire.NewReading(header(1042), "oximeter", "nonin", reading()),
		"alert":   stated(header(1043), alerts.Escalated.String()),
		"wave": wire.NewWave(wire.Header{V: 1, At: wire.Time{Time: moment}, Site: "clinic", Room: "room-1", Mode: wire.Live}, "oximeter",
			&devices.Wave{Vital: devices.Pleth, Rate: 75, FullScale: 255, Samples: []int32{12, 40, devices.MissingSample}}),
		"session": wire.Session{Header: header(1044), Event: wire.EventCuffStart, By: "AK", Via: wire.ViaPage, Device: "cuff"},
		"status": wire.Status{
			Header: header(1045), Version: "1.0.0", UptimeMS: 2415870, Profile: "built-in@1", Broker: "connected", Outbox: 0, Record: "ok",
			Devices: []wire.Device{{
				Name: "cuff", Driver: "suntech", Kind: "cuff", Title: "Blood-pressure cuff", Port: "/dev/ttyUSB1", Link: "connected",
				Cuff: &wire.Cuff{Phase: "inflating", Pressure: &pressure, At: wire.Time{Time: moment}}, Frames: 812,
				Absent: map[string]string{"systolic": "stale"},
			}},
			Alerts: []wire.Alert{stated(header(1045), "")},
			Limits: wire.NewLimits([]alerts.Limit{
				{Condition: "spo2_low", Title: "Low SpO2", Vital: devices.SpO2, Side: alerts.Below, Value: 90, Priority: alerts.Medium},
				{
					Condition: "spo2_drift", Title: "SpO2 drifting down", Vital: devices.SpO2, Side: alerts.Below, Value: 95, Priority: alerts.Low, Tighter: 1,
					Setting: &alerts.Setting{Own: 92, Set: 94, Min: 89, Max: 99, Least: 87, Most: 99, Changed: true, By: "AK", At: moment},
					Delay:   &alerts.Setting{Own: 60_000, Set: 60_000, Min: 2000, Max: 120_000, Least: 2000, Most: 120_000},
				},
				{Condition: "hr_rise", Title: "Pulse above baseline", Vital: devices.PulseRate, Side: alerts.AtLeast, Value: 102, Priority: alerts.Low, SwitchedOff: true, OffUntil: moment, MaySwitchOff: true},
			}),
			ProfileHash: "5d1c", Approval: wire.Unapproved, Session: inSession(), Signal: alerts.SignalOn.String(),
			Silence: wire.NewSilence(&alerts.Silence{AlarmUntil: moment, By: "AK", Reason: "bathroom", Off: []alerts.Switched{{Condition: "hr_rise", By: "AK", Reason: "known", Until: moment}, {Condition: "bp_elev", By: "AK", Reason: "known"}}}),
		},
		"session-dose": wire.NewSession(header(1046), &sessions.Event{
			At: moment, Kind: sessions.Dosed, By: "AK", Phase: sessions.BaselineOf, Text: "ketamine 35 mg",
			Dose: &sessions.GivenDose{At: moment, Number: 1, Drug: "ketamine", Amount: "35 mg", By: "AK"},
		}),
		"session-episode": wire.NewSession(header(1047), &sessions.Event{
			At: moment, Kind: sessions.EpisodeOver, Phase: sessions.Return, Text: "Blood pressure is back",
			Episode: &sessions.Episode{Vital: "blood_pressure", Class: sessions.Sustained, Since: moment, PeakAt: moment, Over: moment, Baseline: 124, Peak: 186, PeakDiastolic: 104, Rise: 62, Area: 512, Last: 138, LastAt: moment, Readings: 4},
		}),
		"alert-paused": wire.NewAlert(header(1048), new(paused()), alerts.Updated.String(), "built-in@1"),
		"receipt": wire.Receipt{
			Header: header(1049), Station: "station-1", Alert: "room-1-5d1c7f3a-1043", Occurrence: "bp_severe-3", Condition: "bp_severe", Screens: 2, AfterMS: 412,
		},
		"session-start": wire.Session{
			Header: header(1050), Event: string(sessions.Started), By: "AK", Via: "station-1", Phase: string(sessions.Preparation), Profile: "iv-ketamine@1", Hash: "5d1c",
			Start: &sessions.Beginning{Route: "iv", Age: 41, Screening: map[string]sessions.Answer{sessions.Mania: sessions.No}, By: "AK"},
		},
		"session-suspension": wire.Session{Header: header(1053), Event: wire.EventAlarmOff, By: "AK", Via: wire.ViaPage, Text: "hr_rise", Reason: "known", Seconds: 600},
		"session-duty":       wire.Session{Header: header(1051), Event: wire.EventDuty, By: "MK", Via: "station-1", Text: "MK has duty until 18:00, back-up JS", Duty: onDuty()},
		"session-reach":      wire.Session{Header: header(1052), Event: wire.EventReachTest, By: "MK", Via: "station-1", Text: "MK answered the test alert after 4s at station-1", Reach: reached()},
		"watch":              wire.Watch{By: "station-1", Screens: 2, Sound: 1, Duty: onDuty()},
		"recipients": wire.Recipients{
			Expected: true, Stations: []wire.Watching{{Station: "station-1", Screens: 2, Sound: 1, AgeMS: 1200}}, Duty: onDuty(), Covered: true,
			Missing: "The screens of station-1 have no sound", Reach: reached(), Undisplayed: []string{"bp_severe-3"},
		},
		"reply": wire.Reply{Code: "refused", Text: "cuff is measuring"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(payload, "", " ")
			require.NoError(t, err)
			file := filepath.Join("testdata", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(got))
		})
	}
}

// A value is in values or in absent, and survives the way to a reader that knows more fields than we do.
func TestReadingsKeepWhatIsKnownAndWhatIsNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := devices.Reading{At: moment}
		for v := devices.PulseRate; v <= devices.CuffPressure; v++ {
			switch rapid.IntRange(0, 2).Draw(t, v.String()) {
			case 0:
				r.Measurements = append(r.Measurements, devices.Measurement{Vital: v, Value: rapid.IntRange(0, 2200).Draw(t, "value")})
			case 1:
				r.Absences = append(r.Absences, devices.Absence{Vital: v, Reason: devices.Reason(rapid.IntRange(1, 10).Draw(t, "why"))})
			}
		}
		b, err := json.Marshal(wire.NewReading(header(1), "oximeter", "nonin", &r))
		require.NoError(t, err)
		var back wire.Reading
		require.NoError(t, json.Unmarshal([]byte(strings.Replace(string(b), "{", `{"future":{"a":1},`, 1)), &back))
		for v := devices.PulseRate; v <= devices.CuffPressure; v++ {
			value, known := r.Value(v)
			why, absent := r.Absent(v)
			number, has := back.Values[v.String()]
			require.Equal(t, known, has, v)
			if known {
				require.Equal(t, wire.Digits(v, value), number.Value)
			}
			if absent {
				require.Equal(t, why.String(), back.Absent[v.String()])
			}
		}
	})
}

func TestTimesAreUTCAndExact(t *testing.T) {
	zone := time.FixedZone("east", 3*3600)
	b, err := json.Marshal(wire.Time{Time: time.Date(2026, 11, 21, 12, 40, 12, 123456789, zone)})
	require.NoError(t, err)
	assert.Equal(t, `"2026-11-21T09:40:12.123456789Z"`, string(b))
	var back wire.Time
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, 123456789, back.Nanosecond())
	assert.Error(t, json.Unmarshal([]byte(`"yesterday"`), &back))
	assert.Error(t, json.Unmarshal([]byte(`12`), &back))
}

func TestDigitsAreExact(t *testing.T) {
	assert.Equal(t, json.Number("3.25"), wire.Digits(devices.PerfusionIndex, 325))
	assert.Equal(t, json.Number("0.05"), wire.Digits(devices.PerfusionIndex, 5))
	assert.Equal(t, json.Number("186"), wire.Digits(devices.Systolic, 186))
}

func TestSubjects(t *testing.T) {
	r := wire.Room{Site: "clinic", Room: "room-1"}
	assert.Equal(t, "bedside.v1.clinic.room-1.reading.oximeter", r.Reading("oximeter"))
	assert.Equal(t, "bedside.v1.clinic.room-1.alert.bp_severe", r.Alert("bp_severe"))
	assert.Equal(t, "bedside.v1.clinic.room-1.command.*", r.Command("*"))
	for token, ok := range map[string]bool{
		"room-1": true, "": false, "Room": false, "a.b": false, "a>": false, "*": false, "ä": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false,
	} {
		assert.Equal(t, ok, wire.ValidToken(token), token)
	}
}
