package report_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// shortSession is small enough to be read: two minutes with a dose, a finger out of the clip, a pressure of a cuff and one by
// hand, an alert, and notes that mean something to a spreadsheet, to XML and to EDF+.
func shortSession(t testing.TB) *room {
	r := newRoom(t)
	r.at = r.at.Add(250 * time.Millisecond)
	r.start("iv-ketamine")
	r.cuff(120, 78)
	r.breathe(30, 70, 97)
	r.event(wire.Session{Event: string(sessions.BaselineTaken), Baseline: &sessions.Values{Systolic: 120, Diastolic: 78, PulseRate: 70, SpO2: 97}})
	r.event(wire.Session{
		Event: string(sessions.Dosed), By: "AK", Via: "page", Phase: "dosing",
		Dose: &sessions.GivenDose{At: r.at, Number: 1, Drug: "ketamine", Amount: "0.5 mg/kg", By: "AK"},
	})
	r.event(wire.Session{Event: string(sessions.PhaseChanged), Phase: "dosing"})
	r.breathe(20, 88, 96)
	r.event(wire.Session{Event: wire.EventLimitsSet, By: "AK", Via: "page", Reason: "athlete", Limits: []wire.LimitChanged{
		{Condition: "hr_low", Title: "Low heart rate", Vital: "pulse_rate", Side: "below", Unit: "/min", Old: "50", New: "46", Default: "50"},
		{Condition: "bp_elev", Title: "Elevated blood pressure", Vital: "systolic", Side: "at_least", Unit: "mm[Hg]", Old: "160", New: "150", Default: "160"},
		{Condition: "spo2_low", Title: "Low SpO2", Unit: "s", Old: "15", New: "12.5", Default: "15"},
	}})
	r.event(wire.Session{Event: wire.EventAlarmOff, By: "AK", Via: "page", Text: "spo2_drift", Reason: "cold hand", Seconds: 60})
	r.event(wire.Session{Event: wire.EventAlarmOff, By: "AK", Text: "hr_high", Reason: "walks about", Seconds: 600})
	r.breathe(60, 0, 0)
	r.event(wire.Session{Event: wire.EventSuspensionEnded, Text: "spo2_drift"})
	r.event(wire.Session{Event: wire.EventAlarmOff, By: "AK", Text: "bp_elev", Reason: "known"})
	r.event(wire.Session{Event: wire.EventAlarmOn, By: "RN", Text: "hr_high"})
	r.breathe(5, 0, 0)
	value, limit := json.Number("84"), json.Number("90")
	r.alert(wire.Alert{
		Occurrence: "spo2_low-1", Condition: "spo2_low", Title: "SpO2 low", Kind: "physiological", Priority: "medium", Event: "raised",
		State: "active", Text: "SpO2 84, limit 90", Vital: "spo2", Value: &value, Limit: &limit, Unit: "%",
	})
	r.send(address.Receipt(), wire.Receipt{Header: r.header(), Station: "station-1", Occurrence: "spo2_low-1", AfterMS: 820})
	r.breathe(5, 104, 84)
	r.event(wire.Session{Event: string(sessions.Noted), By: "AK", Text: "=1+1 <b>\x14 tränen, \"gut\"\nruhig"})
	r.event(wire.Session{Event: string(sessions.Noted), By: "AK", Text: strings.Repeat("lange Notiz über ", 12)})
	r.event(wire.Session{Event: string(sessions.ReadingTaken), Reading: &sessions.CuffReading{
		At: r.at, Systolic: 151, Diastolic: 92, PulseRate: 99, ByHand: true, By: "RN",
	}})
	r.breathe(1, 101, 90)
	r.event(wire.Session{Event: string(sessions.SessionEnded), By: "RN", Reason: "feels well", Phase: "ended"})
	return r
}

func TestFilesForPrograms(t *testing.T) {
	r := shortSession(t).report()
	style := report.Style{Zone: time.FixedZone("CET", 3600)}
	for _, format := range []string{"csv", "figures", "fhir", "hl7", "edf"} {
		path := filepath.Join("testdata", report.FileName(r, format))
		got := written(t, format, r, style)
		if *update {
			require.NoError(t, os.WriteFile(path, got, 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, got), "%s is not as it was; run with -update and read the diff", path)
	}
}

func TestCSVOfAShortSession(t *testing.T) {
	r := shortSession(t).report()
	rows := readTable(t, written(t, "csv", r, report.Style{Zone: time.FixedZone("CET", 3600)}))
	require.Len(t, rows, 121)
	assert.Equal(t, "2026-11-21T09:00:00.250Z", rows[0]["time"])
	assert.Equal(t, "2026-11-21T10:00:00.250+01:00", rows[0]["local_time"])
	assert.Equal(t, "ok", rows[0]["quality"])
	assert.Equal(t, "120", rows[0]["systolic"])
	assert.Empty(t, rows[1]["systolic"], "a pressure is of its second alone")
	assert.Equal(t, "-30", rows[0]["after_dose_s"])
	assert.Equal(t, "preparation", rows[29]["phase"])
	assert.Equal(t, "dosing", rows[30]["phase"])
	gone := rows[60]
	assert.Empty(t, gone["pulse_rate"]+gone["spo2"]+gone["perfusion_index"])
	assert.Equal(t, "pulse_rate:finger_out;spo2:finger_out", gone["quality"])
	assert.Equal(t, "cuff:by_hand", rows[120]["quality"])
	assert.Empty(t, rows[120]["mean"], "nobody measured one")

	figures := readFigures(t, written(t, "figures", r, report.Style{}))
	var notes []string
	for k, v := range figures {
		if k.group == "act" && k.name == "text" {
			notes = append(notes, v...)
		}
	}
	assert.Contains(t, notes, "'=1+1 <b>\x14 tränen, \"gut\"\nruhig", "no spreadsheet runs a note")
	assert.Equal(t, []string{""}, figures[figureKey{"session", "1", "profile_approved_by"}])
	assert.Equal(t, []string{"0.82"}, figures[figureKey{"alert", "1", "displayed.after"}])
}

func TestFHIRSaysWhatIsMissing(t *testing.T) {
	text := string(written(t, "fhir", shortSession(t).report(), report.Style{}))
	bundle := readBundle(t, []byte(text))
	byID := map[string]resource{}
	for _, x := range bundle {
		byID[x.ID] = x
	}
	assert.Equal(t, "88", byID["pulse-rate-1"].ValueQuantity.Value.String(), "the last before the finger was out")
	whole := byID["spo2-2"]
	assert.Equal(t, "84", whole.ValueQuantity.Value.String(), "the last of the minute")
	assert.NotContains(t, text, `"dose": {`, "0.5 mg/kg is no amount of a drug")
	assert.Contains(t, text, "Amount: 0.5 mg/kg")
	assert.NotContains(t, text, `\u0014`, "no control characters")
	assert.Equal(t, []string{"http://hl7.org/fhir/StructureDefinition/bp"}, byID["bp-2"].Meta.Profile)
	require.Len(t, byID["bp-2"].Component, 2, "no mean was measured")
	assert.Equal(t, "99", byID["bp-pulse-2"].ValueQuantity.Value.String())

	r := newRoom(t)
	r.start("iv-ketamine")
	r.breathe(60, 0, 0)
	r.breathe(60, 71, 98)
	for _, x := range readBundle(t, written(t, "fhir", r.report(), report.Style{})) {
		if x.ID == "pulse-rate-1" {
			assert.Nil(t, x.ValueQuantity)
			assert.Equal(t, "not-performed", x.DataAbsentReason.Coding[0].Code)
			assert.Equal(t, "2026-11-21T09:01:00.000Z", x.EffectivePeriod.End)
		}
	}
}

func TestLiveDataCarryNoMarkOfATest(t *testing.T) {
	r := shortSession(t).report()
	r.Mode = wire.Live
	for _, x := range readBundle(t, written(t, "fhir", r, report.Style{})) {
		assert.Empty(t, x.Meta.Tag)
	}
	assert.NotContains(t, readEDF(t, written(t, "edf", r, report.Style{})).recording, "TEST")
	r.Mode = wire.Demo
	assert.Contains(t, readEDF(t, written(t, "edf", r, report.Style{})).recording, "SIMULATED")
}

func TestEDFOfAShortSession(t *testing.T) {
	r := shortSession(t).report()
	file := readEDF(t, written(t, "edf", r, report.Style{Zone: time.FixedZone("CET", 3600)}))
	assert.Equal(t, "21.11.26 10.00.00", file.start, "clock time of the place")
	assert.Equal(t, "K-0412 X X X", file.patient)
	assert.Equal(t, "Startdate 21-NOV-2026 room-1 X Bedside TEST", file.recording)
	assert.NotContains(t, file.signals, "Perfusion index", "no device measured it")
	texts := map[string]note{}
	var long string
	for _, n := range file.annotations {
		texts[n.text] = n
		if strings.Contains(n.text, "lange Notiz") {
			long += strings.TrimPrefix(n.text, "… ")
			assert.LessOrEqual(t, len(n.text), 130)
		}
	}
	assert.Equal(t, "+30.25", texts["Dose 1: ketamine 0.5 mg/kg"].onset, "the quarter of a second is not in the header")
	assert.Equal(t, "91", texts["Phase dosing"].long)
	assert.Contains(t, texts, "Blood pressure 151/92 mm[Hg] by hand")
	assert.Contains(t, texts, `note · AK · =1+1 <b>  tränen, "gut" ruhig`)
	assert.Equal(t, "note · AK · "+strings.TrimSpace(strings.Repeat("lange Notiz über ", 12)), long, "cut, but whole")
}

func TestEDFHasDatesOfItsTimeOnly(t *testing.T) {
	r := shortSession(t).report()
	for _, year := range []int{1970, 1984, 2085} {
		r.From = time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC)
		require.ErrorIs(t, report.EDF(&bytes.Buffer{}, r, report.Style{}), report.ErrDate)
	}
}

func TestEDFOfASessionWithoutASecond(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	file := readEDF(t, written(t, "edf", r.report(), report.Style{}))
	assert.NotEmpty(t, file.annotations)
}

// Waves lie where their moments say, without seams, and what is missing is missing.
func TestEDFPutsWavesWhereTheyBelong(t *testing.T) {
	r := shortSession(t).report()
	at := func(seconds float64) time.Time { return r.From.Add(time.Duration(seconds * float64(time.Second))) }
	r.Pleth = []report.Pleth{
		{At: at(2), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{1, 2, -1, 4}},
		{At: at(2.6), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{5, 6}},              // a little late: no seam
		{At: at(5), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{7, 300}},              // after a gap; beyond the scale
		{At: at(2), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{90, 91}},              // would lie before others
		{At: at(1), Device: "other", Rate: 2, FullScale: 1<<16 - 1, Samples: []int32{1<<16 - 1, 0}}, // too large for 16 bits
		{At: at(1), Device: "broken", Rate: -4, FullScale: 255, Samples: []int32{1}},                // of a damaged message
		{At: at(-50), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{1, 1}},              // before the session
		{At: at(9999), Device: "clip", Rate: 4, FullScale: 255, Samples: []int32{1, 1, 1, 1}},       // after it
		{At: at(1), Device: "fast", Rate: 1 << 20, FullScale: 255, Samples: []int32{1, 1, 1, 1}},    // no oximeter
		{At: at(1), Device: "flat", Rate: 4, FullScale: 0, Samples: []int32{1}},
		{At: at(1), Device: "none", Rate: 0}, // no scale, no rate
	}
	file := readEDF(t, written(t, "edf", r, report.Style{}))
	wave := file.signals["Pleth 1"]
	require.Len(t, wave, 121*4)
	assert.Equal(t, []string{"", "", "", "", "1", "2", "", "4", "5", "6", "", "", "", "", "", "", "", "", "7", "", "", ""}, wave[:22])
	for _, v := range wave[22:] {
		require.Empty(t, v)
	}
	assert.Equal(t, []string{"32767", "0", ""}, file.signals["Pleth 2"][:3])
	assert.NotContains(t, file.signals, "Pleth 3")
}

// A wave as an agent records it: published when its last sample was there, with a lost one in it.
func TestEDFHasTheWavesOfTheRecord(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	for range 9 {
		r.at = r.at.Add(time.Second / 3)
		r.send(address.Wave("oximeter"), wire.Wave{
			Header: r.header(), Device: "oximeter", Vital: "pleth", Rate: 6, FullScale: 127, Samples: []int32{10, devices.MissingSample},
		})
	}
	r.breathe(2, 70, 97)
	file := readEDF(t, written(t, "edf", r.report(), report.Style{}))
	want := slices.Repeat([]string{"10", ""}, 9)
	assert.Equal(t, want, file.signals["Pleth 1"][:18], "nine runs without a seam")
	assert.Len(t, file.signals["Pleth 1"], 6*len(file.signals["SpO2"]))
}

// A damaged record gives files that can be read, or an error, and nothing else.
func FuzzFilesForPrograms(f *testing.F) {
	f.Add([]byte{}, uint16(0), uint16(0))
	f.Add([]byte(`"at":"0001-01-01T00:00:00Z"`), uint16(1), uint16(40))
	f.Add([]byte("\x14\x15\x00\n\r\"=,"), uint16(90), uint16(200))
	short := fewReadings(f)
	f.Fuzz(func(t *testing.T, patch []byte, which, where uint16) {
		list := slices.Clone(short)
		m := &list[int(which)%len(list)]
		at := int(where) % len(m.Payload)
		m.Payload = slices.Concat(m.Payload[:at], patch, m.Payload[min(at+len(patch), len(m.Payload)):])
		filesOf(t, list)
	})
}

// Values that a message might have and should not, in place of every third value of the messages.
func TestFilesOfMessagesWithOddValues(t *testing.T) {
	odd := []string{
		"null", "-1", "0", "99999999999", "-9223372036854775808", "1e300", `""`, `"\u0000\u0014"`, `"9999-12-31T23:59:59Z"`,
		`"0001-01-01T00:00:00Z"`, `"2026-11-21T09:00:59.999999999Z"`, "true", "[]", "{}", `" \t"`,
	}
	values := regexp.MustCompile(`:("[^"]*"|[-0-9.]+)`)
	short := fewReadings(t)
	random, some := rand.New(rand.NewPCG(1, 2)), 3
	if brevity.Asked() {
		some = 12
	}
	for i, m := range short {
		for _, at := range values.FindAllIndex(m.Payload, -1) {
			if random.IntN(some) > 0 {
				continue
			}
			list := slices.Clone(short)
			list[i].Payload = slices.Concat(m.Payload[:at[0]+1], []byte(odd[random.IntN(len(odd))]), m.Payload[at[1]:])
			filesOf(t, list)
		}
	}
}

// fewReadings is a short session that is quick to report.
func fewReadings(t testing.TB) []wire.Message {
	var short []wire.Message
	for i, m := range shortSession(t).out {
		if wire.About(m.Subject) != wire.AboutReading || i%20 == 0 {
			short = append(short, m)
		}
	}
	return short
}

// filesOf writes the files of a session, if it is one, and reads them.
func filesOf(t testing.TB, list []wire.Message) {
	t.Helper()
	var b report.Builder
	for _, m := range list {
		if b.Take(m) != nil {
			return
		}
	}
	r, err := b.Report(report.Options{})
	if err != nil || len(r.Seconds) > 1000 {
		return
	}
	readTable(t, written(t, "csv", r, report.Style{}))
	readFigures(t, written(t, "figures", r, report.Style{}))
	readBundle(t, written(t, "fhir", r, report.Style{}))
	readHL7(t, written(t, "hl7", r, report.Style{}))
	var out bytes.Buffer
	if err := report.EDF(&out, r, report.Style{}); err == nil {
		readEDF(t, out.Bytes())
	}
}

// Two hours with a wave of 75 samples a second.
func BenchmarkFilesForPrograms(b *testing.B) {
	r := newRoom(b)
	r.start("iv-ketamine")
	for range 120 {
		r.cuff(120, 78)
		r.breathe(60, 70, 97)
	}
	out := r.report()
	for i := range 7200 * 3 {
		samples := make([]int32, 25)
		for n := range samples {
			samples[n] = int32((i*25 + n) % 128)
		}
		out.Pleth = append(out.Pleth, report.Pleth{At: out.From.Add(time.Duration(i+1) * time.Second / 3), Device: "oximeter", Rate: 75, FullScale: 127, Samples: samples})
	}
	for _, format := range []string{"csv", "figures", "fhir", "hl7", "edf"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(int64(len(written(b, format, out, report.Style{}))))
			}
		})
	}
}
