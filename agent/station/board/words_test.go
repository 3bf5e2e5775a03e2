package board_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/station/board"
	"bedside/agent/wire"
)

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
