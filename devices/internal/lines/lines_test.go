package lines_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"bedside/devices/internal/lines"
)

// read feeds parts and returns the text of the lines, "!" and the size for each broken piece, and what is accounted for.
func read(r *lines.Reader, parts ...string) (got []string, size int) {
	for _, p := range parts {
		rx := []byte(p)
		for {
			l, rest, ok := r.Next(rx)
			if !ok {
				break
			}
			size += l.Size
			rx = rest
			if l.Broken {
				got = append(got, "!"+strings.Repeat("x", l.Size))
			} else {
				got = append(got, string(l.Text))
			}
		}
	}
	return got, size
}

func TestEveryLineEndIsOne(t *testing.T) {
	for _, end := range []string{"\r", "\n", "\r\n", "\n\r", "\n\n"} {
		var r lines.Reader
		got, size := read(&r, "ab"+end+"c"+end)
		text := strings.Join(got, "")
		assert.Equal(t, "abc", text, "%q", end)
		assert.Equal(t, "ab", got[0], "%q", end)
		assert.Equal(t, 3+2*len(end), size, "%q", end)
		assert.Zero(t, r.Void())
	}
}

func TestTooLongALineIsGivenUpToItsEnd(t *testing.T) {
	var r lines.Reader
	got, _ := read(&r, strings.Repeat("a", lines.Max)+"\n")
	assert.Equal(t, []string{strings.Repeat("a", lines.Max)}, got, "the longest there is")
	got, size := read(&r, strings.Repeat("a", lines.Max+1)+"\nshort\n")
	assert.Len(t, got, 3)
	assert.Equal(t, "short", got[2])
	assert.True(t, strings.HasPrefix(got[0], "!") && strings.HasPrefix(got[1], "!"))
	assert.Equal(t, lines.Max+2+6, size)
}

func TestVoidForgetsWhatHasBegun(t *testing.T) {
	var r lines.Reader
	read(&r, "half")
	assert.Equal(t, 4, r.Void())
	got, _ := read(&r, "whole\n")
	assert.Equal(t, []string{"whole"}, got)
}

func TestAnySplitGivesTheSameLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "\r", "\n", strings.Repeat("long", 70)}), 0, 40).Draw(t, "text"), "")
		var whole, cut lines.Reader
		want, wantSize := read(&whole, text)
		var parts []string
		for len(text) > 0 {
			n := min(len(text), rapid.IntRange(1, 50).Draw(t, "cut"))
			parts, text = append(parts, text[:n]), text[n:]
		}
		got, size := read(&cut, parts...)
		assert.Equal(t, want, got)
		assert.Equal(t, wantSize, size)
		assert.Equal(t, whole.Void(), cut.Void())
	})
}

const length = 90

func TestTwoLinesThatAgreeAreBelieved(t *testing.T) {
	var j lines.Judge
	assert.Equal(t, lines.Unproven, j.Hear(72, 97, length))
	assert.Equal(t, lines.Believed, j.Hear(73, 97, length))
	j.Reset()
	assert.Equal(t, lines.Unproven, j.Hear(73, 97, length), "after a reset there is nothing to compare with")
	assert.Equal(t, lines.Doubted, j.Hear(120, 97, length))
	assert.Equal(t, lines.Believed, j.Hear(121, 97, length))
}

func TestAStepIsBelievedAtOnce(t *testing.T) {
	for _, step := range [][2]int{{75, 97}, {69, 97}, {72, 96}, {72, 98}, {75, 98}} {
		j := settled()
		assert.Equal(t, lines.Believed, j.Hear(step[0], step[1], length), "%v", step)
	}
}

// What is less than a leap away needs one line more, and a leap two.
func TestAJumpWaitsForLinesThatAgree(t *testing.T) {
	for jump, wait := range map[[2]int]int{
		{76, 97}: 1, {68, 97}: 1, {72, 95}: 1, {72, 99}: 1, {82, 93}: 1,
		{83, 97}: 2, {61, 97}: 2, {72, 92}: 2, {160, 80}: 2, {72, 17}: 2,
	} {
		j := settled()
		for range wait {
			assert.Equal(t, lines.Doubted, j.Hear(jump[0], jump[1], length), "%v", jump)
			damage := j
			assert.Equal(t, lines.Believed, damage.Hear(72, 97, length), "%v was damage", jump)
		}
		assert.Equal(t, lines.Believed, j.Hear(jump[0], jump[1], length), "%v stays", jump)
	}
}

// A rule that took the third line for true whatever it said would show a saturation of 17.
func TestNoLineIsBelievedForWantOfABetter(t *testing.T) {
	j := settled()
	for _, damaged := range [][2]int{{72, 47}, {172, 97}, {72, 17}, {92, 97}, {12, 57}} {
		assert.Equal(t, lines.Doubted, j.Hear(damaged[0], damaged[1], length), "%v", damaged)
	}
	assert.Equal(t, lines.Believed, j.Hear(72, 97, length))
}

func TestAMovementIsFollowed(t *testing.T) {
	j := settled()
	var got []lines.Verdict
	for _, rate := range []int{78, 82, 91, 101, 103} {
		got = append(got, j.Hear(rate, 97, length))
	}
	assert.Equal(t, []lines.Verdict{lines.Doubted, lines.Believed, lines.Believed, lines.Believed, lines.Believed}, got,
		"once its second line has confirmed it")
	assert.Equal(t, lines.Doubted, j.Hear(111, 97, length), "it had come to rest")

	fast := settled()
	for i, rate := range []int{80, 90, 102} {
		want := lines.Doubted
		if i == 2 {
			want = lines.Believed
		}
		assert.Equal(t, want, fast.Hear(rate, 97, length), "%d: two that agree are no more than a leap away, or there are three", rate)
	}
	back := settled()
	for _, rate := range []int{90, 110, 90, 110, 90, 110} {
		assert.Equal(t, lines.Doubted, back.Hear(rate, 97, length), "to and fro is no movement")
	}
}

// Nothing is believed but what is near the last believed, or what the line before said as well.
func TestWhatIsBelievedWasSaidBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var j lines.Judge
		var heard [][2]int
		last := -1 // believed
		same := 0  // lines in a row that say the very same
		for range rapid.IntRange(1, 60).Draw(t, "lines") {
			now := [2]int{rapid.SampledFrom([]int{20, 60, 72, 74, 80, 95, 120, 321}).Draw(t, "rate"), rapid.SampledFrom([]int{1, 17, 80, 84, 97, 98}).Draw(t, "sat")}
			same++
			if n := len(heard); n > 0 && heard[n-1] != now {
				same = 1
			}
			heard = append(heard, now)
			n := len(heard) - 1
			verdict := j.Hear(now[0], now[1], length)
			if same >= 3 {
				assert.Equal(t, lines.Believed, verdict, "what stays is believed with its third line")
			}
			if verdict != lines.Believed {
				continue
			}
			assert.True(t, near(now, heard, last) || near(now, heard, n-1), "%v", heard)
			last = n
		}
	})
}

// near reports whether line n of those heard is no more than a leap from now.
func near(now [2]int, heard [][2]int, n int) bool {
	return n >= 0 && max(now[0]-heard[n][0], heard[n][0]-now[0]) <= max(10, now[0]/8) && max(now[1]-heard[n][1], heard[n][1]-now[1]) <= 4
}

func TestANumberThatIsNotThereIsNotCompared(t *testing.T) {
	j := settled()
	assert.Equal(t, lines.Believed, j.Hear(73, 0, length))
	assert.Equal(t, lines.Believed, j.Hear(74, -1, length))
	assert.Equal(t, lines.Unproven, j.Hear(74, 80, length), "it is new when it comes back")
	assert.Equal(t, lines.Believed, j.Hear(74, 80, length))
	assert.Equal(t, lines.Doubted, j.Hear(140, 0, length))
}

// settled is a judge that believes 72/min and 97 %.
func settled() lines.Judge {
	var j lines.Judge
	j.Hear(72, 97, length)
	j.Hear(72, 97, length)
	return j
}

func TestALineThatLostAByteIsDoubted(t *testing.T) {
	var j lines.Judge
	j.Hear(72, 97, length)
	j.Hear(72, 97, length)
	assert.Equal(t, lines.Doubted, j.Hear(72, 97, length-1))
	assert.Equal(t, lines.Believed, j.Hear(72, 97, length))
	assert.Equal(t, lines.Doubted, j.Hear(72, 97, length+4))
	assert.Equal(t, lines.Believed, j.Hear(72, 97, length+4), "a new layout")
}

func TestATrackNeedsTwoThatAgree(t *testing.T) {
	var k lines.Track
	var got []bool
	for _, v := range []int{200, 210, 900, 205, 900, 100, 500, 505} {
		got = append(got, k.Accept(v, 50))
	}
	assert.Equal(t, []bool{false, true, false, true, false, false, false, true}, got)
}
