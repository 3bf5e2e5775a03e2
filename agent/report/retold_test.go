package report_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// english finds what is left of it: words that German does not have.
var english = regexp.MustCompile(`(?i)\b(the|of|is|and|not|with|has|since|for|after|before|until|readings?|limit|blood|again|still|nobody|device|failed|known|by)\b`)

// Nothing of the agent is left in English; what staff wrote stays as they wrote it.
func TestNothingEnglishIsLeftInAGermanReport(t *testing.T) {
	for name, x := range map[string]struct {
		r     *report.Report
		typed []string
	}{
		"played": {recordedReport(t), []string{"the sensor moves", "quiet already", "the evening is over", "known"}},
		"told":   {eventful(t), []string{"The music is off", "the clinic's own reason"}},
	} {
		text := words(written(t, "html", x.r, report.Style{Language: report.German}))
		for _, own := range x.typed {
			assert.Contains(t, text, own, "%s: what staff wrote", name)
			text = strings.ReplaceAll(text, own, "")
		}
		for line := range strings.Lines(text) {
			assert.Empty(t, english.FindAllString(line, -1), "%s: %s", name, line)
		}
	}
}

// eventful is the report of a session with everything that the agent says in a record and the played one does not have.
func eventful(t *testing.T) *report.Report {
	t.Helper()
	r := newRoom(t)
	r.start("iv-ketamine")
	act := func(event, by, text string) { r.event(wire.Session{Event: event, By: by, Via: "page", Text: text}) }
	r.event(wire.Session{Event: string(sessions.Uncovered), By: "AK", Text: "No station heard since 09:40", Reason: "the clinic's own reason"})
	r.event(wire.Session{Event: string(sessions.BaselineMissing), Text: "No baseline for blood pressure: 0 of 2 readings; pulse rate: 0 % of the last 5m0s with a value, 80 % needed"})
	r.event(wire.Session{Event: string(sessions.GateChanged), Gate: &sessions.Gate{Name: sessions.GatePredose, Items: []sessions.Item{
		{Name: "bp", Text: "blood pressure 151/92, at most 140/90"}, {Name: "reach", Text: "no nurse has answered a test alert: send one"},
	}}})
	act(string(sessions.Answered), "AK", "screening: psychosis no (before: yes)")
	act(string(sessions.Overridden), "AK", "predose gate, by the prescriber")
	act(string(sessions.Confirmed), "AK", "walks_steadily")
	r.event(wire.Session{Event: string(sessions.Noted), By: "AK", Text: "Sensor moved", Mark: "sensor_moved"})
	act(string(sessions.Noted), "AK", "The music is off")
	act(wire.EventLimitsSet, "AK", "High heart rate (Pulse rate at or above): 120 per minute -> 110 per minute")
	act(wire.EventAlarmsPaused, "unidentified at tablet-1", (2 * time.Minute).String())
	act(wire.EventCuffStart, "schedule", "to confirm bp_severe; refused: cuff is measuring")
	act(wire.EventCuffStop, "room page", "")
	for event, text := range map[string]string{
		wire.EventClockStep: "Clock of this computer was set by 1h0m2.5s", wire.EventAgentStarted: "fresh start: alarm state of the last run could not be read",
		wire.EventStation: "station-1 is not heard any more", wire.EventDuty: "MK has duty no more, and nobody else has",
		wire.EventReachTest: "Nobody answered the test alert within 2m0s; it was for MK or JS", wire.EventAlarmTest: "Test alarm over, shown at station-1",
		wire.EventAccess:        "MK was nurse and is lead now, from command line",
		wire.EventConfiguration: "Configuration 7f3a: since the last start, page was 127.0.0.1:80 and is left out now",
	} {
		act(event, "AK", text)
	}
	for _, text := range []string{
		"Pulse oximeter not connected. Check the USB plug. (unplugged, or its adapter went away)",
		"Blood pressure not measured twice in a row: the cuff leaks or is loose. Check cuff and hose.",
		"The disk is full. Live view works, history is not saved: have space made on it. (write /var/lib/bedside/record.db: the disk is full: free some space in /var/lib/bedside (database or disk is full (13)))",
		"NATS is not reached, so nobody outside is told: call for help another way. Everything is kept and sent later. (the broker does not acknowledge in time)",
		"Blood pressure is overdue: after a reading over the line. Measure now.",
		"Blood pressure missed: two attempts failed. Measure by hand.",
	} {
		r.alert(wire.Alert{Occurrence: text[:12], Condition: "nibp_fail", Title: "Blood pressure not measured", Kind: "technical", Priority: "medium", Event: "raised", State: "active", Text: text})
	}
	r.breathe(10, 0, 0)
	r.event(wire.Session{Event: string(sessions.SessionEnded), By: "AK", Phase: "ended"})
	return r.report()
}
