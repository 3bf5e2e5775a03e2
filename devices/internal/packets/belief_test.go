package packets_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/internal/packets"
)

const pace = 20

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// feed gives n packets of k at once and returns after which of them a reading is due.
func feed(b *packets.Belief, now time.Time, k packets.Key, n int) (told []int) {
	for i := range n {
		if tell, _ := b.Take(now, k, false); tell {
			told = append(told, i+1)
		}
	}
	return told
}

func TestSixOfEightAreBelieved(t *testing.T) {
	b := packets.NewBelief(pace)
	assert.Equal(t, []int{6, 26, 46}, feed(&b, start, packets.Numbers(80, 97), 50))
	assert.Empty(t, feed(&b, start, packets.Numbers(0xFF, 0x7F), 5))
	assert.Equal(t, []int{1}, feed(&b, start, packets.Numbers(0xFF, 0x7F), 2), "another kind is told at once")
}

func TestAJumpLastsOnePace(t *testing.T) {
	b := packets.NewBelief(pace)
	feed(&b, start, packets.Numbers(80, 97), 10)
	assert.Equal(t, []int{6 + pace - 1}, feed(&b, start, packets.Numbers(140, 97), 30))
	b.Unsay()
	assert.Equal(t, []int{6}, feed(&b, start, packets.Numbers(40, 80), 8), "nothing to compare with")
	later := start.Add(packets.Doubt + 1)
	assert.Equal(t, []int{pace - 2}, feed(&b, later, packets.Numbers(90, 99), pace-1), "nor after the doubt")
}

func TestAWeakSignalIsThatOfMost(t *testing.T) {
	b := packets.NewBelief(pace)
	for i := range 8 {
		b.Take(start, packets.Numbers(80, 97), i < 5)
		assert.Equal(t, i >= 4, b.Weak())
	}
	b.Forget()
	assert.False(t, b.Weak())
	assert.Zero(t, b.Seen())
}

func TestReasons(t *testing.T) {
	for v, want := range map[int]devices.Reason{
		0: devices.Searching, 255: devices.Searching, 17: devices.OutOfRange, 18: 0, 254: 0,
	} {
		assert.Equal(t, want, packets.RateReason(v), v)
	}
	for v, want := range map[int]devices.Reason{
		0: devices.Searching, 127: devices.Searching, 101: devices.OutOfRange, 100: 0, 1: 0,
	} {
		assert.Equal(t, want, packets.SatReason(v), v)
	}
}

// Nothing is told that six of the last eight packets do not say, whatever comes, and nothing is refused for ever.
func TestNothingIsToldThatFewSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := packets.NewBelief(pace)
		keys := rapid.SliceOfN(rapid.SampledFrom([]packets.Key{
			packets.Numbers(80, 97), packets.Numbers(82, 97), packets.Numbers(160, 60), packets.Numbers(0, 0), 1 << 16,
		}), 0, 200).Draw(t, "keys")
		now := start
		for i, k := range keys {
			now = now.Add(time.Second / 60)
			tell, _ := b.Take(now, k, false)
			same := 0
			for _, other := range keys[max(0, i-7) : i+1] {
				if other == k {
					same++
				}
			}
			require.True(t, !tell || same >= 6)
		}
		require.NotEmpty(t, feed(&b, now, packets.Numbers(70, 95), packets.Agree+2*pace))
	})
}
