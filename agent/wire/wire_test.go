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
		Vital: devices.Systolic, Value: 186, Limit: 180, Text: "Systolic 186, limit 180",
	}
}

// The payloads that other programs rely on, as they travel. A change here is a change of the contract.
func TestPayloads(t *testing.T) {
	pressure := 118
	for name, payload := range map[string]any{
		"reading": wire.NewReading(header(1042), "oximeter", "nonin", reading()),
		"alert":   wire.NewAlert(header(1043), severe(), alerts.Escalated.String(), "built-in@1"),
		"wave": wire.NewWave(wire.Header{V: 1, At: wire.Time{Time: moment}, Site: "clinic", Room: "room-1", Mode: wire.Live}, "oximeter",
			&devices.Wave{Vital: devices.Pleth, Rate: 75, FullScale: 255, Samples: []int32{12, 40, devices.MissingSample}}),
		"session": wire.Session{Header: header(1044), Event: wire.EventCuffStart, By: "AK", Device: "cuff"},
		"status": wire.Status{
			Header: header(1045), Version: "1.0.0", UptimeMS: 2415870, Profile: "built-in@1", Broker: "connected", Outbox: 0, Record: "ok",
			Devices: []wire.Device{{
				Name: "cuff", Driver: "suntech", Kind: "cuff", Title: "Blood-pressure cuff", Port: "/dev/ttyUSB1", Link: "connected",
				Cuff: &wire.Cuff{Phase: "inflating", Pressure: &pressure, At: wire.Time{Time: moment}}, Frames: 812,
				Absent: map[string]string{"systolic": "stale"},
			}},
			Alerts: []wire.Alert{wire.NewAlert(header(1045), severe(), "", "built-in@1")},
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
