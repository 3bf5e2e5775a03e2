package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
)

// Every limit that was changed is told with old and new, when, by whom and why, in every form; that none was is told as well.
func TestReportTellsChangedLimits(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	var none, text bytes.Buffer
	require.NoError(t, report.HTML(&none, r.report(), report.Style{Zone: time.UTC}))
	assert.Contains(t, none.String(), "None: the limits of the profile held all the time.")

	r.breathe(60, 72, 97)
	r.event(wire.Session{Event: wire.EventLimitsSet, By: "AK", Via: "station-1", Reason: "athlete", Beyond: true, Limits: []wire.LimitChanged{
		{Condition: "hr_low", Title: "Low heart rate", Vital: "pulse_rate", Side: "below", Unit: "/min", Old: "50", New: "43", Default: "50", Beyond: true},
		{Condition: "spo2_low", Title: "Low SpO2", Unit: "s", Old: "15", New: "12.5", Default: "15"},
		{Condition: "bp_elev", Title: "Elevated blood pressure", Vital: "systolic", Side: "at_least", Unit: "mm[Hg]", Old: "160", New: "150", Default: "160"},
	}})
	made := r.report()
	require.Len(t, made.Limits, 3)
	assert.Equal(t, "hr_low", made.Limits[0].Condition)
	assert.Equal(t, "athlete", made.Limits[0].Reason)
	require.NoError(t, report.HTML(&text, made, report.Style{Zone: time.UTC}))
	for _, want := range []string{"Limits changed for the session", "Pulse rate &lt;", "43 /min", "12.5 s", "beyond the profile&#39;s bounds", "athlete", "station-1"} {
		assert.Contains(t, text.String(), want)
	}
	text.Reset()
	require.NoError(t, report.HTML(&text, made, report.Style{Zone: time.UTC, Language: report.German, Unit: report.KPa}))
	for _, want := range []string{"Für die Sitzung geänderte Grenzen", "12,5 s", "20,0 kPa", "Niedrige Herzfrequenz"} {
		assert.Contains(t, text.String(), want)
	}
	text.Reset()
	require.NoError(t, report.FiguresCSV(&text, made, report.Style{}))
	assert.Contains(t, strings.ReplaceAll(text.String(), "\r", ""), `limit_changed,1,condition,hr_low,
limit_changed,1,vital,pulse_rate,
limit_changed,1,side,below,
limit_changed,1,from,50,/min
limit_changed,1,to,43,/min
limit_changed,1,profile,50,/min
limit_changed,1,beyond,true,
`)
}
