package pace_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"bedside/agent/pace"
)

func TestClockRunsAtItsSpeed(t *testing.T) {
	for _, test := range []struct {
		name  string
		clock func() pace.Clock
		speed float64
	}{
		{"zero value", func() pace.Clock { return pace.Clock{} }, 1},
		{"real", func() pace.Clock { return pace.New(1) }, 1},
		{"never slower", func() pace.Clock { return pace.New(0.5) }, 1},
		{"never back", func() pace.Clock { return pace.New(-20) }, 1},
		{"not set", func() pace.Clock { return pace.New(0) }, 1},
		{"fast", func() pace.Clock { return pace.New(20) }, 20},
		{"a little faster", func() pace.Clock { return pace.New(1.5) }, 1.5},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := test.clock()
				assert.Equal(t, test.speed, c.Speed())
				begun := c.Now()
				assert.True(t, begun.Equal(time.Now()), "it starts now")
				time.Sleep(time.Minute)
				assert.Equal(t, time.Duration(float64(time.Minute)*test.speed), c.Now().Sub(begun))
				assert.Equal(t, time.Minute, c.Real(c.Now().Sub(begun)))
			})
		})
	}
}

func TestNowIsMonotonic(t *testing.T) {
	for _, speed := range []float64{1, 20} {
		c := pace.New(speed)
		last := c.Now()
		for range 10_000 {
			now := c.Now()
			if now.Before(last) {
				t.Fatalf("speed %v: clock ran back from %v to %v", speed, last, now)
			}
			last = now
		}
		// Time.Round(0) takes the monotonic reading away: without one nothing would change.
		assert.NotEqual(t, last.Round(0).String(), last.String(), "speed %v: differences must ignore the wall clock", speed)
	}
}

// A timer that is set with Real must not be far from the moment that it waits for, at any speed.
func TestRealIsTheWayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := pace.New(rapid.Float64Range(1, 1000).Draw(t, "speed"))
		d := time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "d"))
		back := time.Duration(float64(c.Real(d)) * c.Speed())
		if off := (d - back).Abs(); off > 2*time.Microsecond {
			t.Fatalf("%s became %s", d, back)
		}
	})
}

// Virtual time passes only where somebody sleeps, and is the same inside and outside.
func TestVirtualTimeIsMade(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	v := &pace.Virtual{
		Now:   func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) bool { now = now.Add(d); return ctx.Err() == nil },
	}
	c := v.Clock()
	begun := c.Now()
	assert.Equal(t, begun, c.Outside())
	assert.True(t, c.Sleep(t.Context(), time.Hour))
	assert.Equal(t, time.Hour, c.Now().Sub(begun))
	assert.Equal(t, time.Hour, c.Outside().Sub(begun))
	assert.Equal(t, 1.0, c.Speed())
	assert.Equal(t, time.Minute, c.Real(time.Minute))
}

func TestSleepWaitsOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		assert.True(t, pace.New(20).Sleep(t.Context(), time.Minute))
		assert.Equal(t, time.Minute, time.Since(begun))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.False(t, pace.Clock{}.Sleep(ctx, time.Minute))
		assert.Equal(t, time.Minute+time.Second, time.Since(begun))
	})
}
