package board_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/station/board"
	"bedside/agent/wire"
)

// A room that was heard, by a reading or an alert, and falls silent before its first heartbeat came is missed like any other. One that
// said that it stops is not.
func TestARoomThatDiesBeforeItsFirstHeartbeatIsMissed(t *testing.T) {
	b := newBoard()
	reading := board.Reading{Measured: &board.Measured{Seq: 7, Boot: "a", Room: "room-1", Device: "oximeter"}}
	b.Step(at(1), reading)
	b.Step(at(1), board.Said{Header: header("room-2", "a", 8, 1), Event: wire.EventAgentStopped})
	b.Step(at(1), board.Said{Header: header("room-3", "a", 8, 1), Event: wire.EventAgentStopped})
	b.Step(at(2), board.Said{Header: header("room-3", "a", 9, 2), Event: wire.EventAgentStarted}) // an old word from an outbox came first
	b.Step(at(15.9), board.Tick{})
	assert.Empty(t, own(b))
	b.Step(at(17), board.Tick{})
	silent := map[string]string{}
	for _, a := range b.Alerts() {
		assert.Equal(t, "agent_silent", a.Condition)
		silent[a.Room] = a.Text
	}
	assert.Equal(t, map[string]string{
		"room-1": "Silent since 14:03:01, before it had told its state.",
		"room-3": "Silent since 14:03:02, before it had told its state.",
	}, silent)
	assert.Equal(t, board.LinkSilent, tile(t, b, at(17), "room-1").Link)
	assert.Len(t, b.Board(at(17)).Rooms, 2)
	heartbeat(t, b, at(18), status("room-1", "a", 9, 18))
	b.Step(at(18), board.Said{Header: header("room-3", "a", 10, 18)})
	assert.Empty(t, own(b), "whoever speaks again is not silent")
}

// A station that was started again, heard a room's readings but no heartbeat, and then nothing, tells since when there is
// silence by what it heard last, and does not let what it knew before pass for that.
func TestOldWordsDoNotPassForNew(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	b := board.New(now, board.Options{Site: "clinic", Station: "desk", Boot: "b", Version: "test"})
	b.Restore(now, []board.Saved{{
		Room: "room-1", Heard: wire.Time{Time: now.Add(-4 * time.Minute)}, Words: "Silent since 09:26:00. Last known: no session; no alert.",
	}})
	b.Step(now, board.Connection{Up: true})
	heard := now.Add(5 * time.Second)
	b.Step(heard, board.Reading{Measured: &board.Measured{Seq: 7, Boot: "a", Room: "room-1", Device: "oximeter"}})
	b.Step(heard.Add(20*time.Second), board.Tick{})
	alerts := b.Alerts()
	require.Len(t, alerts, 1)
	assert.Equal(t, "agent_silent", alerts[0].Condition)
	assert.Equal(t, "Silent since 09:30:05. Known from before the station's start: Silent since 09:26:00. Last known: no session; no alert.",
		alerts[0].Text)
}
