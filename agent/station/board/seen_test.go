package board_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/station/board"
	"bedside/agent/wire"
)

// silentRoom returns a board that has not heard a room for 16 s, and when that is.
func silentRoom(t *testing.T) *board.Board {
	t.Helper()
	b := newBoard()
	heartbeat(t, b, at(0), status("room-1", "b1", 1, 0))
	b.Step(at(16), board.Tick{})
	require.Equal(t, map[string]string{"agent_silent": "medium"}, own(b))
	return b
}

// TestSeenAtOneStationIsSeenAtAll: two stations find that a room is silent; a person at one of them has seen it.
func TestSeenAtOneStationIsSeenAtAll(t *testing.T) {
	desk, tower := silentRoom(t), silentRoom(t)
	assert.Empty(t, desk.Seen())
	_, known := desk.Acknowledge(at(17), desk.Alerts()[0].Occurrence, "AK")
	require.True(t, known)
	tower.Step(at(18), board.Seen(desk.Seen()))
	a := tower.Alerts()[0]
	assert.True(t, a.Acknowledged)
	assert.Equal(t, "AK", a.AcknowledgedBy)
	assert.Empty(t, tower.Step(at(19), board.Seen(desk.Seen())), "a repetition says nothing new")
	assert.Equal(t, desk.Seen(), tower.Seen())
}

// TestWhatNobodyHasSeenStaysOpen: a key of another silence, a lower priority than it has by now, no name, and what is wrong with
// the other station itself.
func TestWhatNobodyHasSeenStaysOpen(t *testing.T) {
	b := silentRoom(t)
	b.Step(at(17), board.Fault{Condition: "channel_failed", Key: "mail", Title: "Channel fails", Priority: "medium", Text: "mail", On: true})
	other := silentRoom(t)
	for _, a := range other.Alerts() {
		other.Acknowledge(at(17), a.Occurrence, "AK")
	}
	seen := other.Seen()[0]
	require.NotEmpty(t, seen.Key)
	for name, one := range map[string]wire.SeenAlert{
		"another silence":  {Key: seen.Key + "0", Priority: seen.Priority, By: seen.By},
		"it became worse":  {Key: seen.Key, Priority: "low", By: seen.By},
		"nobody":           {Key: seen.Key, Priority: seen.Priority},
		"own surroundings": {Key: "station-desk.channel_failed.unheard", Priority: "high", By: "AK"},
	} {
		assert.Empty(t, b.Step(at(18), board.Seen{one}), name)
	}
	assert.Empty(t, b.Seen())
}
