package cuff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestWithoutPermissionNothingStarts(t *testing.T) {
	g := cuff.NewGuard(devices.Settings{})
	assert.ErrorIs(t, g.Refuse(start, true), devices.ErrStartNotAllowed)
}

func TestADeviceThatHasNotAnsweredIsNotStarted(t *testing.T) {
	g := cuff.NewGuard(devices.Settings{AllowStart: true})
	assert.ErrorIs(t, g.Refuse(start, false), devices.ErrNotReady)
	assert.NoError(t, g.Refuse(start, true))
}

func TestRestIsKeptAcrossAReconnection(t *testing.T) {
	g := cuff.NewGuard(devices.Settings{AllowStart: true, CuffUsed: start})
	g.Enter(start)
	assert.ErrorIs(t, g.Refuse(start.Add(cuff.Rest-1), true), devices.ErrCuffTooSoon)
	assert.NoError(t, g.Refuse(start.Add(cuff.Rest), true))
}

func TestAClockThatWasAheadForbidsNoLongerThanTheRest(t *testing.T) {
	g := cuff.NewGuard(devices.Settings{AllowStart: true, CuffUsed: start.Add(time.Hour)})
	g.Enter(start)
	assert.ErrorIs(t, g.Refuse(start.Add(cuff.Rest-1), true), devices.ErrCuffTooSoon)
	assert.NoError(t, g.Refuse(start.Add(cuff.Rest), true))
}

// Whatever a driver reports and whenever a start is asked for: no start while air is in the cuff, none within the rest
// after it, and from the first report of air the deadline stands until the air is out.
func TestNoStartWithAirOrWithoutRest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := cuff.NewGuard(devices.Settings{AllowStart: true})
		now, filled, emptied := start, time.Time{}, time.Time{}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "seconds")) * time.Second)
			g.Enter(now)
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				if err := g.Refuse(now, true); err == nil {
					require.True(rt, filled.IsZero(), "started with air in the cuff")
					require.True(rt, emptied.IsZero() || now.Sub(emptied) >= cuff.Rest, "started without rest")
					g.Inflate(now)
					filled = now
				}
			case 1:
				g.Inflate(now)
				if filled.IsZero() {
					filled = now
				}
			case 2:
				g.Release(now)
				filled, emptied = time.Time{}, now
			}
			require.Equal(rt, !filled.IsZero(), g.Airborne())
			if g.Airborne() {
				require.Equal(rt, filled.Add(cuff.Cycle), g.Deadline())
				require.Equal(rt, now.Sub(filled) >= cuff.Cycle, g.Overdue(now))
			} else {
				require.True(rt, g.Deadline().IsZero())
				require.False(rt, g.Overdue(now))
			}
		}
	})
}
