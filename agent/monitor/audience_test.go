package monitor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

const (
	onDuty  = `"duty":{"nurse":"MK","backup":"JS","since":"2000-01-01T00:00:00Z","until":"2000-01-01T08:00:00Z","by":"MK","station":"station-1"}`
	seen    = `{"by":"station-1","screens":1,"sound":1,` + onDuty + `}`
	nobody  = `{"by":"station-1","screens":1,"sound":1}`
	station = "station-1"
)

// expecting is a room of which nurses at a station hear.
func expecting(o *monitor.Options) {
	o.Station = true
	o.Rules = monitor.NewRules(profiles.BuiltIn())
}

// from gives an order by a way, expects it to be carried out, and waits until all that follows from it is told.
func (r *room) from(way, verb, payload string) wire.Reply {
	r.t.Helper()
	reply := r.Command(r.t.Context(), way, verb, []byte(payload))
	require.True(r.t, reply.OK, "%s: %s", verb, reply.Text)
	synctest.Wait()
	return reply
}

// watched lets a while go by in which the station says every three seconds what it shows.
func (r *room) watched(word string, d time.Duration) {
	for range int(d / (3 * time.Second)) {
		pass(3 * time.Second)
		r.from(station, wire.VerbWatch, word)
	}
}

// receipts returns the receipts published so far.
func (r *room) receipts() []wire.Receipt {
	var list []wire.Receipt
	for _, g := range r.tape.to("publish") {
		if g.message.Subject != address.Receipt() {
			continue
		}
		var p wire.Receipt
		require.NoError(r.t, json.Unmarshal(g.message.Payload, &p))
		assert.Equal(r.t, wire.ClassAlert, g.message.Class, "it is stored with the alerts")
		assert.Equal(r.t, []any{g.message.ID, g.message.Seq}, []any{p.ID, p.Seq})
		list = append(list, p)
	}
	return list
}

// acts returns the events of these kinds in words.
func (r *room) acts(kinds ...string) []string {
	list := []string{}
	for _, s := range r.sessions() {
		for _, kind := range kinds {
			if s.Event == kind {
				list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s: %s (%s)", s.By, s.Via, s.Text, s.Reason)))
			}
		}
	}
	return list
}

func TestSessionOfWhichNoNurseHearsNeedsAReason(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		reply := r.Command(r.t.Context(), wire.ViaPage, wire.VerbSessionStart, []byte(startSession))
		assert.Equal(t, "uncovered", reply.Code)
		assert.Contains(t, reply.Text, "No station has been heard. Let a nurse open the station")
		r.from(station, wire.VerbWatch, nobody)
		reply = r.Command(r.t.Context(), wire.ViaPage, wire.VerbSessionStart, []byte(startSession))
		assert.Contains(t, reply.Text, "Nobody has duty for this room")
		assert.Nil(t, r.status().Session, "a refusal changes nothing")

		r.from(wire.ViaPage, wire.VerbSessionStart, `{"by":"AK","code":"K-1","route":"iv","age":71,"screening":{"mania":"no"},"uncovered":"nurse is in the room"}`)
		assert.Equal(t, []string{"AK page: Nobody has duty for this room (nurse is in the room)"}, r.acts("uncovered"))
		events := r.events()
		assert.Equal(t, []string{"session_started", "uncovered"}, events[len(events)-2:], "the session begins before anything is said of it")
		started := r.sessions()[len(events)-2]
		require.NotNil(t, started.Start)
		assert.Equal(t, []any{"iv", 71, "AK", 1}, []any{started.Start.Route, started.Start.Age, started.Start.By, len(started.Start.Screening)})
	})
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSessionStart, startSession)
		assert.Empty(t, r.acts("uncovered"))
	})
	bubble(t, nil, func(r *room) {
		r.order(wire.VerbSessionStart, startSession)
		pass(time.Minute)
		assert.NotContains(t, r.changes(), "no_recipient raised", "no station belongs to this room")
		assert.False(t, r.status().Recipients.Expected)
	})
}

func TestNurseWhoIsGoneIsAnAlertInTheRoom(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSessionStart, startSession)
		r.watched(seen, 30*time.Second)
		s := r.status().Recipients
		assert.True(t, s.Covered)
		assert.Equal(t, "MK", s.Duty.Nurse)
		assert.Equal(t, []wire.Watching{{Station: station, Screens: 1, Sound: 1}}, s.Stations)

		pass(9900 * time.Millisecond)
		assert.NotContains(t, r.changes(), "no_recipient raised")
		pass(200 * time.Millisecond)
		assert.Contains(t, r.changes(), "no_recipient raised")
		wall := func(offset time.Duration) string { return time.Unix(946684800, 0).Add(offset).Format("15:04") } // of a bubble
		assert.Equal(t, "No station heard since "+wall(0), r.status().Recipients.Missing)
		r.from(station, wire.VerbWatch, seen)
		assert.Contains(t, r.changes(), "no_recipient ended")
		assert.Equal(t, []string{
			": station-1 watches this room ()", ": station-1 is not heard any more ()", ": station-1 watches this room ()",
		}, trimmed(r.acts("station")))
		assert.Equal(t, []string{"MK station-1: MK has duty until " + wall(8*time.Hour) + ", back-up JS ()"}, r.acts("duty"), "told once")
	})
}

// trimmed leaves out by and via, which a lease that runs out does not have.
func trimmed(list []string) []string {
	for i, s := range list {
		list[i] = s[strings.Index(s, ":"):]
	}
	return list
}

func TestHighAlertThatNoScreenShowsIsSaid(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.read("cuff", pressure(210))
		first := r.alerts()[0]
		require.Equal(t, "bp_extreme", first.Condition)
		assert.Equal(t, []string{first.Occurrence}, r.status().Recipients.Undisplayed)
		assert.Equal(t, first.ID, r.status().Alerts[0].ID, "who learns of it from a status can say that it is shown")
		r.watched(seen, 9*time.Second)
		pass(900 * time.Millisecond)
		assert.NotContains(t, r.changes(), "delivery_timeout raised")
		pass(200 * time.Millisecond)
		assert.Equal(t, []string{"delivery_timeout raised", "delivery_timeout escalated"}, ofCondition(r, "delivery_timeout"))

		receipt := fmt.Sprintf(`{"by":"station-1","screens":2,"shown":[%q,"room-1-old-1"]}`, first.ID)
		r.from(station, wire.VerbReceipt, receipt)
		r.from(station, wire.VerbReceipt, receipt)
		list := r.receipts()
		require.Len(t, list, 1, "the same receipt again is no news")
		assert.Equal(t, wire.Receipt{
			Header: list[0].Header, Station: station, Alert: first.ID, Occurrence: first.Occurrence, Condition: "bp_extreme", Screens: 2, AfterMS: 10100,
		}, list[0])
		assert.Equal(t, "delivery_timeout ended", r.changes()[len(r.changes())-1])
		recorded := 0
		for _, g := range r.tape.to("append") {
			if g.message.Subject == address.Receipt() {
				recorded++
			}
		}
		assert.Equal(t, 1, recorded)
	})
}

// ofCondition returns what happened to one condition.
func ofCondition(r *room, id string) []string {
	list := []string{}
	for _, c := range r.changes() {
		if strings.HasPrefix(c, id+" ") {
			list = append(list, c)
		}
	}
	return list
}

func TestOnlyTheNurseOnDutyAnswersTheTestAlert(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSessionStart, startSession)
		assert.Contains(t, gateItems(r), "false no nurse has answered a test alert: send one")
		r.order(wire.VerbReachTest, `{"by":"AK"}`)
		test := r.alerts()[len(r.alerts())-1]
		assert.Equal(t, []string{"reach_test", "medium", "Test alert: please acknowledge"}, []string{test.Condition, test.Priority, test.Text})
		answer := func(way, by string) wire.Reply {
			return r.Command(r.t.Context(), way, wire.VerbAcknowledge, []byte(fmt.Sprintf(`{"by":%q,"occurrence":%q}`, by, test.Occurrence)))
		}
		for way, by := range map[string]string{wire.ViaPage: "MK", wire.ViaNATS: "MK", station: "AK"} {
			reply := answer(way, by)
			assert.Equal(t, "not_now", reply.Code, way)
			assert.Contains(t, reply.Text, "the test waits for MK or JS at a station")
		}
		assert.Equal(t, wire.ReachWaiting, r.status().Recipients.Reach.State)
		assert.Equal(t, []string{"reach_test raised"}, ofCondition(r, "reach_test"), "a wrong answer does not silence it")
		pass(4 * time.Second)
		assert.True(t, answer(station, "JS").OK)
		reach := r.status().Recipients.Reach
		assert.Equal(t, []any{wire.ReachAnswered, "JS", int64(4000)}, []any{reach.State, reach.By, reach.AfterMS})
		assert.Equal(t, []string{"reach_test raised", "reach_test acknowledged", "reach_test ended"}, ofCondition(r, "reach_test"))
		assert.Contains(t, gateItems(r), "true nurse reached: JS answered the test alert")
		told := r.acts("reach_test")
		assert.Len(t, told, 5)
		assert.Equal(t, "JS station-1: JS answered the test alert after 4s at station-1 ()", told[4])
	})
}

// gateItems returns the items of the gate.
func gateItems(r *room) []string {
	list := []string{}
	for _, i := range r.status().Session.Gate.Items {
		list = append(list, fmt.Sprintf("%t %s", i.Met, i.Text))
	}
	return list
}

func TestTestAlertThatNobodyAnswersEnds(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbReachTest, `{"by":"AK"}`)
		r.watched(seen, 57*time.Second)
		assert.Equal(t, []string{"reach_test raised"}, ofCondition(r, "reach_test"))
		r.watched(seen, 3*time.Second)
		assert.Equal(t, []string{"reach_test raised", "reach_test ended"}, ofCondition(r, "reach_test"))
		assert.Equal(t, wire.ReachUnanswered, r.status().Recipients.Reach.State)
	})
}

// What no other program may pass for: the room's page is no station, and a program on the bus says itself which one it is.
func TestWordOfAStationComesFromAStation(t *testing.T) {
	bubble(t, expecting, func(r *room) {
		for _, way := range []string{wire.ViaPage, wire.ViaDemo} {
			reply := r.Command(r.t.Context(), way, wire.VerbWatch, []byte(seen))
			assert.Equal(t, "bad_request", reply.Code, way)
		}
		assert.Equal(t, "bad_request", r.Command(r.t.Context(), wire.ViaNATS, wire.VerbWatch, []byte(`{"by":"Big Station"}`)).Code)
		assert.Equal(t, "bad_request", r.Command(r.t.Context(), station, wire.VerbReceipt, []byte(`{"by":"x"}`)).Code)
		assert.Empty(t, r.status().Recipients.Stations)
		r.from(wire.ViaNATS, wire.VerbWatch, `{"by":"bench","screens":1,"sound":1}`)
		r.from(station, wire.VerbWatch, `{"by":"another","screens":1,"sound":1}`)
		heard := r.status().Recipients.Stations
		require.Len(t, heard, 2)
		assert.Equal(t, []string{"bench", station}, []string{heard[0].Station, heard[1].Station}, "what the subject proves counts, not what is said")
	})
}

// A restart keeps the answered test and the alert that nobody hears; the last word of an agent says that it stops.
func TestRestartKeepsWhatIsKnownOfTheNurses(t *testing.T) {
	var saved []byte
	bubble(t, expecting, func(r *room) {
		r.from(station, wire.VerbWatch, seen)
		r.order(wire.VerbSessionStart, startSession)
		r.order(wire.VerbReachTest, `{"by":"AK"}`)
		r.from(station, wire.VerbAcknowledge, `{"by":"MK","occurrence":"reach_test-1"}`)
		pass(time.Minute)
		require.Contains(t, r.changes(), "no_recipient raised")
		r.end()
		saved = r.tape.state()
		var last wire.Status
		for _, g := range r.tape.to("publish") {
			if g.message.Subject == address.Status() {
				last = wire.Status{}
				require.NoError(t, json.Unmarshal(g.message.Payload, &last))
			}
		}
		assert.True(t, last.Stopping)
	})
	bubble(t, func(o *monitor.Options) { expecting(o); o.Snapshot, o.NextSeq = saved, 1000 }, func(r *room) {
		assert.Empty(t, ofCondition(r, "no_recipient"), "it stands, and is no news")
		s := r.status()
		assert.False(t, s.Stopping)
		assert.Equal(t, wire.ReachAnswered, s.Recipients.Reach.State)
		assert.Contains(t, gateItems(r), "true nurse reached: MK answered the test alert")
		r.from(station, wire.VerbWatch, seen)
		assert.Equal(t, []string{"no_recipient ended"}, ofCondition(r, "no_recipient"))
	})
}
