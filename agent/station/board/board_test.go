package board_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/station/board"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

var start = time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC)

func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

func newBoard() *board.Board {
	b := board.New(start, board.Options{Site: "clinic", Station: "desk", Boot: "s1", Version: "1"})
	b.Step(start, board.Connection{Up: true})
	return b
}

func header(room, boot string, seq uint64, offset float64) wire.Header {
	return wire.Header{
		V: 1, ID: wire.MessageID(room, boot, seq), Seq: seq, At: wire.Time{Time: at(offset)}, OffsetMS: int64(offset * 1000),
		Boot: boot, Site: "clinic", Room: room, Mode: wire.Live,
	}
}

func number(n string) wire.Number { return wire.Number{Value: json.Number(n), Unit: "%"} }

func status(room, boot string, seq uint64, offset float64, alerts ...wire.Alert) wire.Status {
	h := header(room, boot, seq, offset)
	h.ID = ""
	return wire.Status{
		Header: h, Profile: "built-in@1", Broker: "connected", Record: "ok", Alerts: alerts,
		Devices: []wire.Device{{
			Name: "oximeter", Kind: "oximeter", Title: "Pulse oximeter", Link: "connected",
			Values: map[string]wire.Latest{"spo2": {Number: number("97"), AgeMS: 300}}, Absent: map[string]string{"perfusion_index": "not_measured"},
		}},
	}
}

func alert(room, boot string, seq uint64, occurrence, priority, state string) wire.Alert {
	return wire.Alert{
		Header: header(room, boot, seq, float64(seq)), Occurrence: occurrence, Condition: "c", Title: "Low SpO2", Kind: "physiological",
		Priority: priority, State: state, Event: "raised", Since: wire.Time{Time: start}, Signal: "on",
	}
}

// step sends a payload the whole way, through its JSON.
func step(t require.TestingT, b *board.Board, now time.Time, subject string, payload any) []board.Event {
	raw, err := json.Marshal(payload)
	require.NoError(t, err)
	in, err := board.Decode(subject, raw)
	require.NoError(t, err)
	return b.Step(now, in)
}

func heartbeat(t require.TestingT, b *board.Board, now time.Time, s wire.Status) []board.Event {
	return step(t, b, now, wire.Room{Site: "clinic", Room: s.Room}.Status(), s)
}

func raised(t require.TestingT, b *board.Board, now time.Time, a wire.Alert) []board.Event {
	return step(t, b, now, wire.Room{Site: "clinic", Room: a.Room}.Alert("c"), a)
}

func tile(t require.TestingT, b *board.Board, now time.Time, room string) wire.Tile {
	out, ok := b.Tile(now, room)
	require.True(t, ok)
	return out
}

func own(b *board.Board) map[string]string {
	list := map[string]string{}
	for _, a := range b.Alerts() {
		list[a.Condition] = a.Priority
	}
	return list
}

func TestOneHeartbeatCompletesATileAndRoomsStandInTheOrderOfTheirNumbers(t *testing.T) {
	b := newBoard()
	for _, room := range []string{"room-10", "room-2", "attic"} {
		events := heartbeat(t, b, at(1), status(room, "b1", 7, 100, alert(room, "b1", 5, "spo2_low-1", "high", "active")))
		assert.Contains(t, events, board.Noted{Room: room, Kind: board.NotedAppeared})
		assert.NotContains(t, events, board.Noted{Room: room, Kind: board.NotedBack}, "nobody missed it")
	}
	all := b.Board(at(1))
	require.Len(t, all.Rooms, 3)
	assert.Equal(t, []string{"attic", "room-2", "room-10"}, []string{all.Rooms[0].Room, all.Rooms[1].Room, all.Rooms[2].Room})
	x := all.Rooms[1]
	assert.Equal(t, board.LinkLive, x.Link)
	assert.Equal(t, int64(300), x.Values["spo2"].AgeMS)
	assert.Equal(t, map[string]string{"perfusion_index": "not_measured"}, x.Absent)
	assert.Equal(t, "spo2_low-1", x.Alerts[0].Occurrence)
	assert.Equal(t, "Pulse oximeter", x.Devices[0].Title)
}

// TestNothingOldIsShownAsCurrent: a value is as old as its way to us makes it, although no two clocks are set.
func TestNothingOldIsShownAsCurrent(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 7, 100))
	assert.Contains(t, tile(t, b, at(3.6), "room-1").Values, "spo2")
	late := tile(t, b, at(3.8), "room-1")
	assert.NotContains(t, late.Values, "spo2")
	assert.Equal(t, "stale", late.Absent["spo2"])

	reading := func(offset float64, seq uint64) wire.Reading {
		return wire.Reading{Header: header("room-1", "b1", seq, offset), Device: "oximeter", Values: map[string]wire.Number{"spo2": number("88")}}
	}
	subject := wire.Room{Site: "clinic", Room: "room-1"}.Reading("oximeter")
	step(t, b, at(4), subject, reading(104, 8))
	assert.Equal(t, "88", tile(t, b, at(4), "room-1").Values["spo2"].Value.String())
	step(t, b, at(12), subject, reading(105, 9)) // seven seconds on its way
	assert.NotContains(t, tile(t, b, at(12), "room-1").Values, "spo2")
}

func TestSilenceIsToldInWords(t *testing.T) {
	b := newBoard()
	s := status("room-1", "b1", 7, 100)
	value := json.Number("186")
	a := alert("room-1", "b1", 5, "bp_severe-1", "high", "active")
	a.Vital, a.Value = "systolic", &value
	s.Alerts = []wire.Alert{a}
	s.Session = &wire.SessionStatus{Status: sessions.Status{Code: "K-0412", Phase: sessions.Peak}, SinceDoseS: 23 * 60}
	heartbeat(t, b, at(0), s)
	b.Step(at(16), board.Tick{})
	b.Step(at(16.5), board.Tick{})
	x := tile(t, b, at(16.5), "room-1")
	assert.Equal(t, board.LinkSilent, x.Link)
	assert.Empty(t, x.Values, "what nobody hears is not shown")
	assert.NotEmpty(t, x.Alerts, "and no alert is over because nothing is heard")
	assert.Equal(t, "Silent since 14:03:00. Last known: session K-0412, peak, 23 min after the dose; high alert Systolic 186 not acknowledged.", x.Words)
	assert.Equal(t, map[string]string{"agent_silent": "high"}, own(b))

	s.Seq, s.OffsetMS = 8, 120_000
	heartbeat(t, b, at(20), s)
	assert.Empty(t, own(b))
	assert.Equal(t, board.LinkLive, tile(t, b, at(20), "room-1").Link)
}

func TestARoomThatWasStoppedOnPurposeIsSilentInPeace(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 7, 100))
	step(t, b, at(1), wire.Room{Site: "clinic", Room: "room-1"}.Session(), wire.Session{Header: header("room-1", "b1", 8, 101), Event: wire.EventAgentStopped})
	b.Step(at(30), board.Tick{})
	assert.Equal(t, board.LinkSilent, tile(t, b, at(30), "room-1").Link)
	assert.Empty(t, own(b))
	_, err := b.Forget(at(30), "room-1")
	require.NoError(t, err)
	assert.Empty(t, b.Board(at(30)).Rooms)
}

func TestTheStationsOwnDeafnessIsNoRoomsSilence(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 7, 100))
	b.Step(at(1), board.Connection{Why: "no server can be reached"})
	b.Step(at(20), board.Tick{})
	assert.Equal(t, map[string]string{"broker_lost": "medium"}, own(b))
	b.Step(at(21), board.Connection{Up: true})
	b.Step(at(30), board.Tick{})
	assert.Empty(t, own(b), "the room has time to be heard")
	b.Step(at(40), board.Tick{})
	assert.Equal(t, map[string]string{"agent_silent": "medium"}, own(b))
}

func TestTwoMachinesWithOneNameAreSaid(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 7, 100))
	heartbeat(t, b, at(2), status("room-1", "b2", 3, 50)) // as after a restart
	assert.Empty(t, own(b))
	heartbeat(t, b, at(5), status("room-1", "b1", 8, 105))
	require.Equal(t, map[string]string{"duplicate_room": "high"}, own(b))
	assert.Contains(t, b.Alerts()[0].Text, "b1")
	assert.Contains(t, b.Alerts()[0].Text, "b2")
	raised(t, b, at(6), alert("room-1", "b2", 4, "hr_high-9", "high", "active"))
	assert.Empty(t, tile(t, b, at(6), "room-1").Alerts, "the second is refused")
	heartbeat(t, b, at(10), status("room-1", "b1", 9, 110))
	b.Step(at(40), board.Tick{})
	assert.NotContains(t, own(b), "duplicate_room", "the second was switched off")
}

func TestTheLadderCallsOnceAndEnds(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 1, 0))
	var steps []string
	note := func(list []board.Event) {
		for _, e := range list {
			switch e := e.(type) {
			case board.Call:
				steps = append(steps, e.Step)
			case board.Over:
				steps = append(steps, "over")
			}
		}
	}
	a := alert("room-1", "b1", 1, "spo2_low-1", "high", "active")
	a.Called = []string{"station"}
	note(raised(t, b, at(1), a))
	a.Seq, a.ID, a.Called = 2, "room-1-b1-2", []string{"station", "room_sound", "next_person"}
	note(raised(t, b, at(2), a))
	note(heartbeat(t, b, at(3), status("room-1", "b1", 3, 3, a)))
	a.Seq, a.ID, a.Acknowledged = 3, "room-1-b1-3", true
	note(raised(t, b, at(4), a))
	assert.Equal(t, []string{"station", "next_person", "over"}, steps)
}

// An alert that was suspended is brought to nobody, and calls anew when that is over and it still stands: whoever was called before
// was called for what somebody then kept back.
func TestASuspendedAlertCallsAnewWhenItIsBack(t *testing.T) {
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 1, 0))
	a := alert("room-1", "b1", 1, "hr_high-1", "medium", "active")
	calls := func(second float64, signal string, called ...string) (steps []string) {
		a.ID, a.Signal, a.Called = fmt.Sprint("room-1-b1-", a.Seq), signal, called
		for _, e := range raised(t, b, at(second), a) {
			if c, ok := e.(board.Call); ok {
				steps = append(steps, c.Step)
			}
		}
		a.Seq++
		return steps
	}
	assert.Equal(t, []string{"station"}, calls(1, "on", "station"))
	assert.Equal(t, []string{"next_person"}, calls(2, "on", "station", "next_person"))
	assert.Empty(t, calls(3, "off", "station", "next_person"))
	assert.Empty(t, calls(4, "off", "station", "next_person"), "a new worst value is brought to nobody")
	assert.Equal(t, []string{"station"}, calls(5, "on", "station"))
	assert.Empty(t, calls(6, "on", "station"), "once")
	assert.Equal(t, []string{"next_person"}, calls(7, "on", "station", "next_person"))
}

func TestAForeignPayloadIsRefused(t *testing.T) {
	raw, err := json.Marshal(status("room-2", "b1", 1, 0))
	require.NoError(t, err)
	_, err = board.Decode("bedside.v1.clinic.room-1.status", raw)
	require.ErrorIs(t, err, board.ErrForged)
	_, err = board.Decode("bedside.v1.clinic.room-1.command.acknowledge", raw)
	require.ErrorIs(t, err, board.ErrNotOurs)
}

// TestWhatHasNoHeartbeatIsNoRoom: messages of a room that sent no heartbeat, or that name no process, harm nothing.
func TestWhatHasNoHeartbeatIsNoRoom(t *testing.T) {
	b := newBoard()
	r := wire.Room{Site: "clinic", Room: "room-1"}
	h := header("room-1", "", 1, 1)
	step(t, b, at(1), r.Reading("oximeter"), wire.Reading{Header: h, Device: "oximeter"})
	step(t, b, at(1), r.Session(), wire.Session{Header: h, Event: wire.EventAgentStopped})
	raised(t, b, at(1), alert("room-1", "", 1, "c-1", "high", "active"))
	assert.Empty(t, b.Board(at(1)).Rooms)
	heartbeat(t, b, at(2), status("room-1", "", 1, 2))
	assert.Len(t, tile(t, b, at(2), "room-1").Alerts, 1, "what came before its heartbeat is not lost")
}

// TestAnyOrder: whatever is lost, doubled or out of order, after one heartbeat the tile has the alerts of the heartbeat, and
// every message that came was told exactly once.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBoard()
		heartbeat(t, b, at(0), status("room-1", "b1", 1, 0))
		truth := map[string]wire.Alert{}
		var sent []wire.Alert
		count := rapid.IntRange(1, 20).Draw(t, "alerts")
		for seq := 1; seq <= count; seq++ {
			a := alert("room-1", "b1", uint64(seq), fmt.Sprintf("c-%d", rapid.IntRange(1, 4).Draw(t, "occurrence")),
				rapid.SampledFrom([]string{"low", "medium", "high"}).Draw(t, "priority"), rapid.SampledFrom([]string{"active", "latched", "inactive"}).Draw(t, "state"))
			sent = append(sent, a)
			truth[a.Occurrence] = a
		}
		told := map[string]int{}
		note := func(list []board.Event) {
			for _, e := range list {
				switch e := e.(type) {
				case board.Changed:
					if !e.Learnt {
						told[e.Alert.ID]++
					}
				case board.Past:
					told[e.Alert.ID]++
				}
			}
		}
		came := map[string]bool{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, count-1), 0, 40).Draw(t, "deliveries") {
			came[sent[i].ID] = true
			note(raised(t, b, at(1), sent[i]))
		}
		var list []wire.Alert
		want := map[string]string{}
		for o, a := range truth {
			if a.State != "inactive" {
				list = append(list, a)
				want[o] = a.Priority + a.State
			}
		}
		note(heartbeat(t, b, at(2), status("room-1", "b1", uint64(count+1), 30, list...)))
		got := map[string]string{}
		for _, a := range tile(t, b, at(2), "room-1").Alerts {
			got[a.Occurrence] = a.Priority + a.State
		}
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for o := range want {
			if got[o] != want[o] {
				t.Fatalf("%v, want %v", got, want)
			}
		}
		for id := range came {
			if told[id] != 1 {
				t.Fatalf("%s was told %d times", id, told[id])
			}
		}
	})
}

// BenchmarkReadings is a thousand rooms with a reading each, the whole way from its JSON.
func BenchmarkReadings(b *testing.B) {
	x := newBoard()
	const rooms = 1000
	subjects, payloads := make([]string, rooms), make([][]byte, rooms)
	for i := range rooms {
		name := fmt.Sprintf("room-%d", i)
		heartbeat(b, x, at(1), status(name, "b1", 1, 1))
		subjects[i] = wire.Room{Site: "clinic", Room: name}.Reading("oximeter")
		raw, err := json.Marshal(wire.Reading{
			Header: header(name, "b1", 2, 2), Device: "oximeter", Driver: "nonin", Flags: []string{"low_perfusion"},
			Values: map[string]wire.Number{"spo2": number("97"), "pulse_rate": number("72")}, Absent: map[string]string{"perfusion_index": "not_measured"},
		})
		require.NoError(b, err)
		payloads[i] = raw
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		in, err := board.Decode(subjects[i%rooms], payloads[i%rooms])
		if err != nil {
			b.Fatal(err)
		}
		x.Step(at(2), in)
		i++
	}
}
