package monitor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

func TestWallClockThatIsSetIsAnEvent(t *testing.T) {
	for _, step := range []time.Duration{5 * time.Second, -time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			bubble(t, nil, func(r *room) {
				require.NoError(t, r.SetWallClock(r.t.Context(), step))
				pass(time.Second)
				list := r.sessions()
				require.Len(t, list, 2)
				assert.Equal(t, wire.EventClockStep, list[1].Event)
				assert.Equal(t, "Clock of this computer was set by "+step.String(), list[1].Text)
				assert.Equal(t, []string{"clock_step raised", "clock_step ended"}, r.changes())
				assert.Contains(t, r.alerts()[0].Text, step.String())
				assert.Equal(t, step.Milliseconds(), r.status().OffsetNow)
				pass(time.Minute)
				assert.Len(t, r.sessions(), 2, "it is told once")
			})
		})
	}
}

func TestSmallStepsAddUp(t *testing.T) {
	bubble(t, nil, func(r *room) {
		require.NoError(t, r.SetWallClock(r.t.Context(), 2*time.Second))
		pass(time.Minute)
		assert.Empty(t, r.changes(), "up to two seconds nobody is troubled")
		assert.EqualValues(t, 2000, r.status().OffsetNow, "but it is in the status")
		require.NoError(t, r.SetWallClock(r.t.Context(), 1500*time.Millisecond))
		pass(time.Minute)
		assert.Len(t, r.changes(), 2)
		require.NoError(t, r.SetWallClock(r.t.Context(), -3500*time.Millisecond))
		pass(time.Minute)
		assert.Len(t, r.changes(), 4, "setting it right is a step too")
		assert.Zero(t, r.status().OffsetNow)
	})
}

func TestWallClockDoesNotTouchHoldsAndAges(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.stream(80, 5*time.Second)
		require.NoError(t, r.SetWallClock(r.t.Context(), time.Hour))
		r.stream(80, 4*time.Second)
		assert.Equal(t, []string{"clock_step raised", "clock_step ended"}, r.changes(), "ten seconds are not over")
		assert.Contains(t, r.device("oximeter").Values, "spo2")
		r.stream(80, 2*time.Second)
		assert.Contains(t, r.changes(), "spo2_crit raised")
	})
}
