package board_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/station/board"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// again is a board of the station's next run, begun at a moment with what the last one left, through its JSON.
func again(t *testing.T, last *board.Board, now time.Time) *board.Board {
	t.Helper()
	raw, err := json.Marshal(last.Save())
	require.NoError(t, err)
	var rooms []board.Saved
	require.NoError(t, json.Unmarshal(raw, &rooms))
	b := board.New(now, board.Options{Site: "clinic", Station: "desk", Boot: "s2", Version: "1"})
	b.Restore(now, rooms)
	b.Step(now, board.Connection{Up: true})
	return b
}

// TestARoomThatDiedWhileTheStationWasDownIsMissed: also after a second restart; one that lives is not, and one that was
// stopped on purpose is not either.
func TestARoomThatDiedWhileTheStationWasDownIsMissed(t *testing.T) {
	b := newBoard()
	dead := status("room-1", "b1", 7, 100)
	dead.Session = &wire.SessionStatus{Status: sessions.Status{Code: "K-0412", Phase: sessions.Peak}}
	heartbeat(t, b, at(0), dead)
	heartbeat(t, b, at(0), status("room-2", "b1", 7, 100))
	heartbeat(t, b, at(0), status("room-3", "b1", 7, 100))
	step(t, b, at(1), wire.Room{Site: "clinic", Room: "room-3"}.Session(), wire.Session{Header: header("room-3", "b1", 8, 101), Event: wire.EventAgentStopped})

	for _, begun := range []float64{300, 600} {
		b = again(t, b, at(begun))
		b.Step(at(begun+1), board.Tick{})
		assert.Empty(t, own(b), "rooms have time to be heard")
		heartbeat(t, b, at(begun+5), status("room-2", "b1", 8, begun+105))
		b.Step(at(begun+16), board.Tick{})
		require.Equal(t, map[string]string{"agent_silent": "high"}, own(b), "a session ran")
		silent := b.Alerts()[0]
		assert.Equal(t, "room-1", silent.Room)
		assert.Contains(t, silent.Text, "14:03:00", "since it was heard, not since the station's start")
		assert.Contains(t, silent.Text, "session K-0412, peak")
		_, known := b.Tile(at(begun+16), "room-3")
		assert.False(t, known)
		_, known = b.Status(at(begun+16), "room-1")
		assert.False(t, known, "nothing old passes for the state of now")
	}
	dead.Seq, dead.OffsetMS = 9, 720_000
	heartbeat(t, b, at(620), dead)
	assert.Empty(t, own(b), "a heartbeat ends it")
}

// TestAForgottenRoomEndsWhatWasCalled: nothing outside is left to believe that the alert goes on.
func TestAForgottenRoomEndsWhatWasCalled(t *testing.T) {
	b := newBoard()
	a := alert("room-1", "b1", 1, "spo2_low-1", "high", "active")
	heartbeat(t, b, at(0), status("room-1", "b1", 2, 0, a))
	b.Step(at(30), board.Tick{})
	events, err := b.Forget(at(31), "room-1")
	require.NoError(t, err)
	var over []string
	for _, e := range events {
		if e, ok := e.(board.Over); ok {
			over = append(over, e.Alert.Condition)
		}
	}
	assert.ElementsMatch(t, []string{"c"}, over)
}

// TestAnOccurrenceOfARecordBegunAnewIsAnotherOne: the same number of another moment ends the one before and calls again.
func TestAnOccurrenceOfARecordBegunAnewIsAnotherOne(t *testing.T) {
	b := newBoard()
	a := alert("room-1", "b1", 1, "spo2_low-1", "high", "active")
	heartbeat(t, b, at(0), status("room-1", "b1", 2, 0, a))
	a.Since = wire.Time{Time: at(10)}
	var told []string
	for _, e := range heartbeat(t, b, at(12), status("room-1", "b2", 2, 1, a)) {
		switch e.(type) {
		case board.Over:
			told = append(told, "over")
		case board.Call:
			told = append(told, "call")
		}
	}
	assert.Equal(t, []string{"over", "call"}, told)
}

// FuzzDecode: whatever comes under a room's subject harms nobody. It never panics, nor does the board that is told it; one
// message makes one room at most.
func FuzzDecode(f *testing.F) {
	room := wire.Room{Site: "clinic", Room: "room-1"}
	a := alert("room-1", "b1", 3, "spo2_low-1", "high", "active")
	a.Called = []string{"station", "everyone"}
	for _, seed := range []struct {
		subject string
		payload any
	}{
		{room.Status(), status("room-1", "b1", 2, 1, a)},
		{room.Status(), status("room-1", "b2", 2, 1, a)},
		{room.Alert("c"), a},
		{room.Reading("oximeter"), wire.Reading{Header: header("room-1", "b1", 4, 2), Device: "oximeter", Values: map[string]wire.Number{"spo2": number("88")}}},
		{room.Session(), wire.Session{Header: header("room-1", "b1", 5, 3), Event: wire.EventAgentStopped}},
		{room.Receipt(), wire.Header{Site: "clinic", Room: "room-1"}},
		{"bedside.v1.clinic.room-1.command.watch", nil},
	} {
		raw, err := json.Marshal(seed.payload)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed.subject, raw)
	}
	f.Fuzz(func(t *testing.T, subject string, payload []byte) {
		in, err := board.Decode(subject, payload)
		if err != nil {
			return
		}
		b := newBoard()
		heartbeat(t, b, at(0), status("room-1", "b1", 1, 0))
		for i := range 3 {
			b.Step(at(float64(1+i)), in)
			b.Step(at(float64(20+20*i)), board.Tick{})
			if _, ok := in.(board.Status); ok {
				in, err = board.Decode(subject, payload) // a board keeps what it is given
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := json.Marshal(b.Board(at(90))); err != nil {
			t.Fatal(err)
		}
		if len(b.Board(at(90)).Rooms) > 2 {
			t.Fatal("one message makes more than one room")
		}
		again := board.New(at(90), board.Options{Site: "clinic", Station: "desk", Boot: "s2", Version: "1"})
		again.Restore(at(90), b.Save())
	})
}

// A page reckons from the newest moment of a tile how far the room's clock is from the station's. With a reading by one clock and an
// alert by the other, it would say that an alert of a minute is an hour old, and that an observation ends an hour too soon.
func TestAReadingHasTheMomentOfItsRoomsClock(t *testing.T) {
	b := newBoard()
	for room, wrong := range map[string]time.Duration{"room-behind": -time.Hour, "room-ahead": time.Hour} {
		s := status(room, "b1", 1, 10)
		s.At = wire.Time{Time: s.At.Add(wrong)}
		heartbeat(t, b, at(10), s)
		h := header(room, "b1", 2, 13)
		step(t, b, at(13.2), wire.Room{Site: "clinic", Room: room}.Reading("oximeter"), wire.Reading{Header: h, Device: "oximeter", Values: map[string]wire.Number{"spo2": number("88")}})
		got := tile(t, b, at(13.2), room).Values["spo2"]
		require.Equal(t, "88", got.Value.String())
		assert.Equal(t, at(13).Add(wrong), got.At.Time, room)
		assert.InDelta(t, 200, got.AgeMS, 200, "its age is by the station's own clock")
	}
}
