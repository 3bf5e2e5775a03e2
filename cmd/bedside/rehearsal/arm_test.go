package rehearsal

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/simulators/scenario"
)

// The cuff really blinds the sensor of the same arm: an engine that is not told of the arm calls the signal poor.
func TestTheCuffBlindsTheSensorOfItsArm(t *testing.T) {
	s, err := scenario.Find("same-arm-cuff")
	require.NoError(t, err)
	room := newStage(s)
	require.NoError(t, room.furnish(1))
	require.NoError(t, room.empanel())
	room.tell()
	poor := 0
	for _, e := range room.result.Events {
		if e.Alert.Condition == "spo2_poor" && e.Change == alerts.Raised {
			poor++
		}
	}
	assert.Equal(t, 1, poor, "only the cycle in which the valve sticks is longer than the hold")
}
