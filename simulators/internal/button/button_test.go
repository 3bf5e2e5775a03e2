package button_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/cuff"
	"bedside/simulators/internal/button"
)

var (
	start   = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 124, Diastolic: 78, Mean: 93}
)

// through lets a button live until that moment, woken as it asks, and returns when cycles ended and what they found.
func through(b *button.Button, from, to time.Time, truth simulators.Vitals) (ends []time.Time, found []cuff.Result) {
	for now := from; !now.After(to); {
		r, over := b.Step(now, &truth)
		if over {
			ends, found = append(ends, now), append(found, r)
		}
		next := b.Wake()
		if next.IsZero() {
			return ends, found
		}
		now = next
	}
	return ends, found
}

func TestNobodyPressesNothingMoves(t *testing.T) {
	b := button.New(1, 0)
	_, over := b.Step(start, &healthy)
	assert.False(t, over)
	assert.Zero(t, b.Wake(), "nobody has to look again")
	_, over = b.Step(start.Add(time.Hour), &healthy)
	assert.False(t, over)
	assert.Zero(t, b.Cycles())
}

func TestAPressIsOneCycleWithTheTruthOfTheArm(t *testing.T) {
	b := button.New(1, 0)
	pressed := healthy
	pressed.CuffPress = true
	_, over := b.Step(start, &pressed)
	assert.False(t, over)
	assert.True(t, b.Measuring())
	b.Step(start, &pressed) // held down for a moment
	ends, found := through(b, start, start.Add(5*time.Minute), healthy)
	require.Len(t, found, 1)
	assert.Equal(t, 1, b.Cycles())
	assert.Zero(t, found[0].Class)
	assert.InDelta(t, 124, found[0].Systolic, 8)
	assert.InDelta(t, 78, found[0].Diastolic, 8)
	took := ends[0].Sub(start)
	assert.Equal(t, found[0].Took.Round(time.Second), took.Round(time.Second))
	assert.False(t, b.Inflated(), "the air is out in the end")

	failing := pressed
	failing.CuffFault = devices.CuffLeak
	now := ends[0].Add(time.Minute)
	b.Step(now, &failing)
	_, found = through(b, now, now.Add(5*time.Minute), healthy)
	require.Len(t, found, 1)
	assert.Equal(t, devices.CuffLeak, found[0].Class, "as it was when it was pressed")
	assert.Zero(t, found[0].Systolic)
}

func TestItPressesItselfAtItsInterval(t *testing.T) {
	const every = 5 * time.Minute
	b := button.New(1, every)
	ends, found := through(b, start, start.Add(30*time.Minute), healthy)
	require.Len(t, found, 6)
	for i, end := range ends {
		begun := end.Add(-found[i].Took)
		assert.WithinDuration(t, start.Add(time.Duration(i)*every), begun, time.Second, "cycle %d", i)
	}

	b = button.New(1, every)
	ends, _ = through(b, start, start.Add(4*time.Minute), healthy)
	require.Len(t, ends, 1)
	assert.Equal(t, start.Add(every), b.Wake(), "between two it wants to be looked at for the next one only")
}

// A host whose process was stopped must not be told of what it has missed, nor may time run backwards.
func TestALateStepMakesUpForLittleAndAnEarlyOneForNothing(t *testing.T) {
	b := button.New(1, 0)
	pressed := healthy
	pressed.CuffPress = true
	b.Step(start, &pressed)
	before := b.Pressure()
	_, over := b.Step(start.Add(-time.Hour), &healthy)
	assert.False(t, over)
	assert.InDelta(t, before, b.Pressure(), 0)
	r, over := b.Step(start.Add(24*time.Hour), &healthy)
	assert.True(t, over, "a cycle is shorter than what is made up for")
	assert.Less(t, r.Took, 3*time.Minute)

	b = button.New(1, 5*time.Minute)
	b.Step(start, &healthy)
	b.Step(start.Add(24*time.Hour), &healthy)
	b.Step(start.Add(24*time.Hour+time.Second), &healthy)
	assert.LessOrEqual(t, b.Cycles(), 2, "not one for each interval of the day that nobody saw")
}
