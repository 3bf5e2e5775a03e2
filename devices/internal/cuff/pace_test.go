package cuff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices/internal/cuff"
)

func TestARequestWaitsForTheLastOne(t *testing.T) {
	var p cuff.Pace[int]
	assert.True(t, p.Next().IsZero(), "nothing to do")
	p.Plan(1, start)
	require.Equal(t, 1, p.Take(start))
	p.Sent(start, 1, time.Second, 100*time.Millisecond)
	p.Plan(2, start)
	assert.Zero(t, p.Take(start.Add(time.Minute)), "one is outstanding")
	assert.False(t, p.Expired(start.Add(time.Second-1)))
	assert.True(t, p.Expired(start.Add(time.Second)))
	p.Answered()
	assert.Equal(t, start.Add(100*time.Millisecond), p.Next())
	assert.Zero(t, p.Take(start.Add(99*time.Millisecond)), "the gap")
	assert.Equal(t, 2, p.Take(start.Add(100*time.Millisecond)))
	assert.Zero(t, p.Take(start.Add(time.Hour)), "once")
}

// Whatever is planned and answered: two requests are never closer than the gap of the first, never is one sent before its
// moment or while another is outstanding, and Next is the moment at which something can happen.
func TestPaceKeepsItsDistance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var p cuff.Pace[int]
		now, free, due := start, start, time.Time{}
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(rt, "ms")) * time.Millisecond)
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				due = now.Add(time.Duration(rapid.IntRange(-100, 500).Draw(rt, "delay")) * time.Millisecond)
				p.Plan(7, due)
			case 1:
				p.Answered()
			}
			next, busy := p.Next(), p.Asked != 0
			if r := p.Take(now); r != 0 {
				require.False(rt, busy, "sent while another is outstanding")
				require.False(rt, now.Before(due) || now.Before(free), "sent too soon")
				require.False(rt, next.After(now), "sent before Next")
				gap := time.Duration(rapid.IntRange(1, 400).Draw(rt, "gap")) * time.Millisecond
				p.Sent(now, r, time.Second, gap)
				free = now.Add(gap)
			} else if !busy && p.Planned != 0 {
				require.True(rt, next.After(now), "held back though it is due")
			}
		}
	})
}

func TestWhatALivingAdultCanHave(t *testing.T) {
	for _, c := range []struct {
		systolic, diastolic, mean int
		good                      bool
	}{
		{120, 80, 93, true},
		{300, 30, 31, true},
		{301, 80, 93, false},
		{120, 29, 93, false},
		{120, 93, 93, false},
		{120, 80, 120, false},
		{0, 0, 0, false},
	} {
		assert.Equal(t, c.good, cuff.Plausible(c.systolic, c.diastolic, c.mean), c)
	}
	for rate, good := range map[int]bool{19: false, 20: true, 300: true, 301: false} {
		assert.Equal(t, good, cuff.PlausibleRate(rate), rate)
	}
}
