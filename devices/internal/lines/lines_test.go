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

func TestAJumpWaitsForTheNextLine(t *testing.T) {
	for _, jump := range [][2]int{{76, 97}, {68, 97}, {72, 95}, {72, 99}, {160, 80}} {
		var j lines.Judge
		j.Hear(72, 97, length)
		j.Hear(72, 97, length)
		assert.Equal(t, lines.Doubted, j.Hear(jump[0], jump[1], length), "%v", jump)
		again := j
		assert.Equal(t, lines.Believed, again.Hear(jump[0], jump[1], length), "%v stays", jump)
		assert.Equal(t, lines.Believed, j.Hear(72, 97, length), "%v was damage", jump)
	}
}

func TestNothingIsRefusedForLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var j lines.Judge
		refused := 0
		for i, rate := range rapid.SliceOfN(rapid.IntRange(18, 321), 1, 60).Draw(t, "rates") {
			if j.Hear(rate, rapid.IntRange(1, 100).Draw(t, "sat"), rapid.IntRange(80, 90).Draw(t, "length")) == lines.Believed {
				refused = 0
				continue
			}
			refused++
			assert.LessOrEqual(t, refused, 2+min(1, max(0, 3-i)), "line %d", i)
		}
	})
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

func TestATrackNeedsTwoAndForgivesAfterTwo(t *testing.T) {
	var k lines.Track
	var got []bool
	for _, v := range []int{200, 210, 900, 205, 900, 100, 500, 505} {
		got = append(got, k.Accept(v, 50))
	}
	assert.Equal(t, []bool{false, true, false, true, false, false, true, true}, got)
}
