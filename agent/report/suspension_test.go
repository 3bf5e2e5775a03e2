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

// A suspension is told by the name of the alert, with its end and its reason, and that it ended by itself.
func TestReportTellsASuspensionWithItsEnd(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	r.breathe(60, 72, 97)
	r.event(wire.Session{Event: wire.EventAlarmOff, By: "AK", Via: wire.ViaPage, Text: "hr_high", Reason: "walks about", Seconds: 300})
	r.breathe(300, 125, 97)
	r.event(wire.Session{Event: wire.EventSuspensionEnded, Text: "hr_high"})
	r.event(wire.Session{Event: wire.EventAlarmOff, By: "AK", Text: "bp_elev", Reason: "known"})
	made := r.report()
	acts := made.Acts[len(made.Acts)-3:]
	assert.Equal(t, 5*time.Minute, acts[0].Until.Sub(acts[0].At))
	assert.Equal(t, acts[0].Until, acts[1].At)
	assert.Zero(t, acts[2].Until, "until the end of the session")
	for _, want := range []struct {
		style report.Style
		words []string
	}{
		{report.Style{}, []string{"Alarm suspended", "High heart rate, until " + acts[0].Until.Format("15:04:05"), "walks about", "Suspension ended", "by itself", "Alarm off", "Elevated blood pressure"}},
		{report.Style{Language: report.German}, []string{"Alarm ausgesetzt", "Hohe Herzfrequenz, bis " + acts[0].Until.Format("15:04:05"), "Aussetzen beendet", "von selbst", "Alarm abgeschaltet"}},
	} {
		var text bytes.Buffer
		require.NoError(t, report.HTML(&text, made, want.style))
		for _, w := range want.words {
			assert.GreaterOrEqual(t, strings.Count(text.String(), w), 2, "%s: among the overrides and in the whole list", w)
		}
	}
	require.Len(t, made.Suspensions, 2)
	assert.Equal(t, []any{"hr_high", "by_itself", acts[0].Until, acts[0].Until}, []any{made.Suspensions[0].Text, made.Suspensions[0].How, made.Suspensions[0].Until, made.Suspensions[0].Over})
	assert.Equal(t, []any{"bp_elev", "", time.Time{}}, []any{made.Suspensions[1].Text, made.Suspensions[1].How, made.Suspensions[1].Over}, "the session goes on")
	var figures bytes.Buffer
	require.NoError(t, report.FiguresCSV(&figures, made, report.Style{}))
	assert.Contains(t, figures.String(), ",until,"+acts[0].Until.Format("2006-01-02T15:04:05"))
}
