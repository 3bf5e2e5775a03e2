package access

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestFiveTriesThenAGrowingWait(t *testing.T) {
	r, tries := personRule(), tally{}
	now := start
	fail := func() {
		wait, ok := tries.begin(now, &r)
		require.True(t, ok, "has to wait %s", wait)
		tries.end(now, &r, failed)
	}
	for range 5 {
		fail()
		now = now.Add(time.Second)
	}
	for _, want := range []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour} {
		wait, ok := tries.begin(now, &r)
		require.False(t, ok)
		assert.InDelta(t, want, wait, float64(2*time.Second))
		now = now.Add(wait)
		fail()
	}
}

func TestASuccessForgivesThePersonAndNotTheDevice(t *testing.T) {
	for name, c := range map[string]struct {
		rule rule
		free bool
	}{"person": {personRule(), true}, "device": {deviceRule(), false}} {
		t.Run(name, func(t *testing.T) {
			tries := tally{}
			for range 4 {
				_, ok := tries.begin(start, &c.rule)
				require.True(t, ok)
				tries.end(start, &c.rule, failed)
			}
			_, ok := tries.begin(start, &c.rule)
			require.True(t, ok)
			tries.end(start, &c.rule, succeeded)
			_, ok = tries.begin(start, &c.rule)
			require.True(t, ok)
			tries.end(start, &c.rule, failed)
			_, ok = tries.begin(start, &c.rule)
			assert.Equal(t, c.free, ok, "own PIN between guesses at others")
		})
	}
}

func TestGuessesSideBySideWinNothing(t *testing.T) {
	r, tries := personRule(), tally{}
	allowed := 0
	for range 1000 {
		if _, ok := tries.begin(start, &r); ok {
			allowed++
		}
	}
	assert.Equal(t, 5, allowed)
}

// Whatever a guesser does, five tries in five minutes, few in a day, and never a wait longer than the rule says.
func TestNoPaceOfGuessingGetsMoreTries(t *testing.T) {
	for name, c := range map[string]struct {
		rule       rule
		five, perD int
	}{"person": {personRule(), 5, 32}, "device": {deviceRule(), 5, 1200}} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			tries, now := tally{}, start
			var tried []time.Time
			step := rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, time.Minute, 76 * time.Second, 5 * time.Minute, time.Hour, 13 * time.Hour})
			for range rapid.IntRange(1, 300).Draw(t, "tries") {
				wait, ok := tries.begin(now, &c.rule)
				if ok {
					tries.end(now, &c.rule, failed)
					tried = append(tried, now)
				} else if wait > c.rule.most || wait <= 0 {
					t.Fatalf("has to wait %s", wait)
				}
				if rapid.Bool().Draw(t, "patient") {
					now = now.Add(wait)
				}
				now = now.Add(step.Draw(t, "pause"))
			}
			for i, at := range tried {
				for window, most := range map[time.Duration]int{5 * time.Minute: c.five, 24 * time.Hour: c.perD} {
					n := 0
					for _, other := range tried[i:] {
						if other.Sub(at) < window {
							n++
						}
					}
					if n > most {
						t.Fatalf("%d tries within %s", n, window)
					}
				}
			}
		}))
	}
}

func TestBookStaysSmall(t *testing.T) {
	b := newBook(callerRule(), 100)
	for i := range 10_000 {
		tries := b.of(start, fmt.Sprint(i))
		if _, ok := tries.begin(start, &b.rule); ok {
			tries.end(start, &b.rule, failed)
		}
	}
	assert.LessOrEqual(t, len(b.all), 101)
	_, ok := b.of(start, "newcomer").begin(start, &b.rule)
	assert.False(t, ok, "newcomers share what the crowd has left")
	_, ok = b.of(start.Add(2*time.Hour), "newcomer").begin(start.Add(2*time.Hour), &b.rule)
	assert.True(t, ok, "and are themselves again when it has gone")
}

func BenchmarkPIN(b *testing.B) {
	h := newHasher(usual())
	kept, err := h.keep(b.Context(), "482913")
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := h.match(b.Context(), "482913", kept); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func TestDerivationsAreFewAtOnce(t *testing.T) {
	h := newHasher(cost{1, 8})
	h.slots <- struct{}{}
	h.slots <- struct{}{}
	impatient, stop := context.WithCancel(t.Context())
	stop()
	_, err := h.match(impatient, "482913", "")
	require.ErrorIs(t, err, context.Canceled, "a third one waits for its turn")
	<-h.slots
	_, err = h.match(t.Context(), "482913", "")
	assert.NoError(t, err)
}
