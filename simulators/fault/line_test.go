package fault_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/fault"
)

var (
	_     simulators.Line = (*fault.Line)(nil)
	epoch                 = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
)

// pass sends five-byte frames 01 02 03 04 n through the line, one every 10 ms, and returns what comes out by its end.
func pass(l *fault.Line, frames int) []byte {
	var got []byte
	for n := range frames {
		now := epoch.Add(time.Duration(n) * 10 * time.Millisecond)
		out, _ := l.Step(now, []byte{1, 2, 3, 4, byte(n)})
		got = append(got, out...)
	}
	return got
}

func sent(frames int) []byte { return pass(fault.New(fault.Options{}), frames) }

func whole(kind fault.Kind, rate float64) fault.Options {
	return fault.Options{Seed: 1, Frame: 5, Windows: []fault.Window{{Kind: kind, For: time.Hour, Rate: rate}}}
}

func TestAPerfectLineChangesNothing(t *testing.T) {
	l := fault.New(fault.Options{})
	out, wake := l.Step(epoch, []byte{1, 2, 3})
	assert.Equal(t, []byte{1, 2, 3}, out)
	assert.Zero(t, wake)
	assert.False(t, l.Unplugged(epoch))
}

func TestEachKindDoesWhatItSays(t *testing.T) {
	const frames, n = 2000, 10000
	l := fault.New(whole(fault.Corrupt, 0.05))
	got := pass(l, frames)
	require.Len(t, got, n)
	differing := 0
	for i, b := range sent(frames) {
		if b != got[i] {
			differing++
		}
	}
	assert.Equal(t, l.Hits().Corrupted, differing, "every hit changes its byte")
	assert.InDelta(t, 0.05*n, differing, 100)

	l = fault.New(whole(fault.Drop, 0.05))
	assert.Equal(t, n-l.Hits().Dropped, n)
	got = pass(l, frames)
	assert.Len(t, got, n-l.Hits().Dropped)
	assert.InDelta(t, 0.05*n, l.Hits().Dropped, 100)

	l = fault.New(whole(fault.Add, 0))
	assert.Len(t, pass(l, frames), n+l.Hits().Added)
	assert.InDelta(t, 0.02*n, l.Hits().Added, 60, "one in fifty unless it is said otherwise")

	l = fault.New(whole(fault.Double, 0.05))
	assert.Len(t, pass(l, frames), n+l.Hits().Doubled)
	assert.InDelta(t, 0.05*n, l.Hits().Doubled, 100)

	l = fault.New(whole(fault.DropFrame, 0.1))
	got = pass(l, frames)
	assert.Len(t, got, n-5*l.Hits().Frames)
	assert.InDelta(t, 0.1*frames, l.Hits().Frames, 60)
	for ; len(got) > 0; got = got[5:] {
		require.Equal(t, []byte{1, 2, 3, 4}, got[:4], "what is left is whole")
	}
}

func TestSplitDeliversEverythingInOrderAndLate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := fault.New(fault.Options{
			Seed: rapid.Uint64().Draw(t, "seed"), Start: epoch,
			Windows: []fault.Window{{Kind: fault.Split, For: 5 * time.Second}},
		})
		var in, got []byte
		pieces := 0
		for now := epoch; now.Before(epoch.Add(6 * time.Second)); {
			var burst []byte
			if now.Before(epoch.Add(5 * time.Second)) {
				burst = rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "burst")
			}
			in = append(in, burst...)
			out, wake := l.Step(now, burst)
			got = append(got, out...)
			if len(out) > 0 && len(out) < len(burst) {
				pieces++
			}
			if wake.IsZero() {
				break
			}
			require.True(t, wake.After(now), "the wake is in the future")
			require.LessOrEqual(t, wake.Sub(now), 5*time.Second)
			now = wake
		}
		require.True(t, bytes.Equal(in, got))
	})
}

func TestStallHoldsBytesAndDeliversThemAtItsEnd(t *testing.T) {
	l := fault.New(fault.Options{
		Start: epoch, Windows: []fault.Window{{Kind: fault.Stall, From: time.Second, For: 2 * time.Second}},
	})
	_, wake := l.Step(epoch, nil)
	assert.Equal(t, epoch.Add(time.Second), wake, "the edge of a window is a change")
	out, wake := l.Step(epoch.Add(time.Second), []byte{1, 2})
	assert.Empty(t, out)
	assert.Equal(t, epoch.Add(3*time.Second), wake)
	out, _ = l.Step(epoch.Add(2*time.Second), bytes.Repeat([]byte{3}, 5000))
	assert.Empty(t, out)
	out, wake = l.Step(epoch.Add(3*time.Second), nil)
	assert.Len(t, out, 4096, "no more than the buffer holds")
	assert.Equal(t, []byte{1, 2, 3}, out[:3], "the oldest first")
	assert.Zero(t, wake)
	assert.Equal(t, 5002-4096, l.Hits().Dropped)
}

func TestUnplugLosesEverything(t *testing.T) {
	l := fault.New(fault.Options{
		Start: epoch,
		Windows: []fault.Window{
			{Kind: fault.Stall, From: time.Second, For: time.Second},
			{Kind: fault.Unplug, From: 2 * time.Second, For: time.Second},
		},
	})
	l.Step(epoch.Add(1500*time.Millisecond), []byte{1, 2, 3})
	assert.False(t, l.Unplugged(epoch.Add(1999*time.Millisecond)))
	assert.True(t, l.Unplugged(epoch.Add(2*time.Second)))
	out, wake := l.Step(epoch.Add(2*time.Second), []byte{4})
	assert.Empty(t, out)
	assert.Equal(t, epoch.Add(3*time.Second), wake)
	out, _ = l.Step(epoch.Add(3*time.Second), []byte{5})
	assert.Equal(t, []byte{5}, out)
	assert.False(t, l.Unplugged(epoch.Add(3*time.Second)))
	assert.Equal(t, 4, l.Hits().Dropped)
}

func TestEqualSeedsDoEqualDamage(t *testing.T) {
	all := func(seed uint64) []byte {
		o := fault.Options{Seed: seed, Frame: 5}
		for k := fault.Corrupt; k <= fault.Split; k++ {
			o.Windows = append(o.Windows, fault.Window{Kind: k, From: time.Second, For: 5 * time.Second, Rate: 0.1})
		}
		return pass(fault.New(o), 1000)
	}
	assert.Equal(t, all(1), all(1))
	assert.NotEqual(t, all(1), all(2))
	assert.Equal(t, sent(100), all(1)[:500], "nothing happens outside the windows")
}

func TestTimeThatRunsBackwardsCountsAsTheLast(t *testing.T) {
	l := fault.New(fault.Options{
		Start: epoch, Windows: []fault.Window{{Kind: fault.Unplug, From: 0, For: time.Second}},
	})
	l.Step(epoch.Add(2*time.Second), nil)
	out, _ := l.Step(epoch, []byte{9})
	assert.Equal(t, []byte{9}, out)
}
