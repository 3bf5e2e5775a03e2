package qrcode_test

import (
	"fmt"
	"math/bits"
	"regexp"
	"strconv"

	"github.com/stretchr/testify/require"

	"bedside/agent/qrcode"
)

// picture is a code as a camera sees it: what is black, the quiet edge left out. It is read here by the standard alone
// (ISO/IEC 18004), without the library that draws.
type picture struct {
	t    require.TestingT
	n    int // modules of a side
	dark [][]bool
}

var rectangle = regexp.MustCompile(`^M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// look paints the path and takes off the quiet edge, which has to be as wide as the standard asks and white.
func look(t require.TestingT, c *qrcode.Code) *picture {
	full := make([][]bool, c.Size)
	for y := range full {
		full[y] = make([]bool, c.Size)
	}
	for rest := c.Path; rest != ""; {
		m := rectangle.FindStringSubmatch(rest)
		require.NotNil(t, m, "a path of something else: %.40s", rest)
		rest = rest[len(m[0]):]
		var v [4]int
		for i := range v {
			var err error
			v[i], err = strconv.Atoi(m[i+1])
			require.NoError(t, err)
		}
		require.Equal(t, v[2], v[3], "back to where it began")
		for x := v[0]; x < v[0]+v[2]; x++ {
			if full[v[1]][x] {
				require.Fail(t, "drawn twice, which is white in some programs", "%d,%d", x, v[1])
			}
			full[v[1]][x] = true
		}
	}
	const edge = 4
	p := &picture{t: t, n: c.Size - 2*edge}
	for y, row := range full {
		for x, dark := range row {
			inside := x >= edge && y >= edge && x < c.Size-edge && y < c.Size-edge
			if dark && !inside {
				require.Fail(t, "dark in the quiet edge", "%d,%d", x, y)
			}
		}
		if y >= edge && y < c.Size-edge {
			p.dark = append(p.dark, row[edge:c.Size-edge])
		}
	}
	return p
}

func (p *picture) version() int { return (p.n - 17) / 4 }

// finders holds that the three corners are there by which a camera finds the code.
func (p *picture) finders() {
	for _, corner := range [][2]int{{0, 0}, {p.n - 7, 0}, {0, p.n - 7}} {
		for y := range 7 {
			for x := range 7 {
				ring := max(abs(x-3), abs(y-3))
				require.Equal(p.t, ring != 2, p.dark[corner[1]+y][corner[0]+x], "corner %v at %d,%d", corner, x, y)
			}
		}
	}
	for i := 8; i < p.n-8; i++ {
		require.Equal(p.t, i%2 == 0, p.dark[6][i], "timing at %d,6", i)
		require.Equal(p.t, i%2 == 0, p.dark[i][6], "timing at 6,%d", i)
	}
	require.True(p.t, p.dark[p.n-8][8], "the module that is always dark")
}

// format reads level and mask from both their places, which have to agree and to be a word of the code.
func (p *picture) format() (level, mask int) {
	one, other := 0, 0
	for i := range 15 { // bit 14 first
		x, y := i, 8
		switch {
		case i < 6:
		case i == 6:
			x, y = 7, 8
		case i == 7:
			x, y = 8, 8
		case i == 8:
			x, y = 8, 7
		default:
			x, y = 8, 14-i
		}
		one = one<<1 | p.bit(x, y)
		x, y = p.n-15+i, 8
		if i < 7 {
			x, y = 8, p.n-1-i
		}
		other = other<<1 | p.bit(x, y)
	}
	require.Equal(p.t, one, other, "both copies of the format")
	word := one ^ 0x5412
	require.Zero(p.t, remainder(word, 0x537, 10), "format %015b is no word of its code", word)
	return word >> 13, word >> 10 & 7
}

// remainder divides polynomials over two elements.
func remainder(word, by, degree int) int {
	for bits.Len(uint(word)) > degree {
		word ^= by << (bits.Len(uint(word)) - degree - 1)
	}
	return word
}

func (p *picture) bit(x, y int) int {
	if p.dark[y][x] {
		return 1
	}
	return 0
}

// centres returns where alignment patterns stand, table E.1 of the standard for the versions tried here.
func (p *picture) centres() []int {
	return map[int][]int{
		1: nil, 2: {6, 18}, 3: {6, 22}, 4: {6, 26}, 5: {6, 30}, 6: {6, 34}, 7: {6, 22, 38}, 8: {6, 24, 42}, 9: {6, 26, 46}, 10: {6, 28, 50},
	}[p.version()]
}

// data reports whether a module carries data, and is none of the patterns.
func (p *picture) data(x, y int) bool {
	n := p.n
	switch {
	case x == 6 || y == 6, x < 9 && y < 9, x >= n-8 && y < 9, x < 9 && y >= n-8:
		return false
	case p.version() >= 7 && (x < 6 && y >= n-11 || y < 6 && x >= n-11):
		return false
	}
	all := p.centres()
	for _, cy := range all {
		for _, cx := range all {
			corner := cx < 9 && cy < 9 || cx >= n-9 && cy < 9 || cx < 9 && cy >= n-9
			if !corner && abs(x-cx) <= 2 && abs(y-cy) <= 2 {
				return false
			}
		}
	}
	return true
}

// masked reports whether a mask turns a module over, table 10.
func masked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (y/2+x/3)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	default:
		return ((x+y)%2+x*y%3)%2 == 0
	}
}

// codewords reads all of them, two columns at a time from the right, up and down.
func (p *picture) codewords(mask int) []byte {
	var stream []byte
	count, up := 0, true
	for right := p.n - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range p.n {
			y := i
			if up {
				y = p.n - 1 - i
			}
			for x := right; x > right-2; x-- {
				if !p.data(x, y) {
					continue
				}
				if count%8 == 0 {
					stream = append(stream, 0)
				}
				dark := p.dark[y][x] != masked(mask, x, y)
				if dark {
					stream[count/8] |= 0x80 >> (count % 8)
				}
				count++
			}
		}
		up = !up
	}
	return stream[:count/8]
}

// blocks is table 9 for level M: check codewords of each block, blocks with so many data codewords, and those with one more.
var blocks = map[int]struct{ check, short, data, long int }{
	1: {10, 1, 16, 0}, 2: {16, 1, 28, 0}, 3: {26, 1, 44, 0}, 4: {18, 2, 32, 0}, 5: {24, 2, 43, 0},
	6: {16, 4, 27, 0}, 7: {18, 4, 31, 0}, 8: {22, 2, 38, 2}, 9: {22, 3, 36, 2}, 10: {26, 4, 43, 1},
}

// sorted takes the codewords apart and holds that no block has an error.
func (p *picture) sorted(words []byte) []byte {
	b, ok := blocks[p.version()]
	require.True(p.t, ok, "version %d is not tried here", p.version())
	n := b.short + b.long
	parts := make([][]byte, n)
	for i := range b.data + 1 {
		for j := range n {
			if i < b.data || j >= b.short {
				parts[j], words = append(parts[j], words[0]), words[1:]
			}
		}
	}
	var data []byte
	for _, part := range parts {
		data = append(data, part...)
	}
	for range b.check {
		for j := range n {
			parts[j], words = append(parts[j], words[0]), words[1:]
		}
	}
	require.Empty(p.t, words)
	for i, part := range parts {
		for j := range b.check {
			if s := syndrome(part, j); s != 0 {
				require.Fail(p.t, "an error in a block", "block %d, syndrome %d is %d", i, j, s)
			}
		}
	}
	return data
}

// syndrome is the value of a block as a polynomial at the j-th power of two, in the field of the standard.
func syndrome(block []byte, j int) byte {
	at := byte(1)
	for range j {
		at = times(at, 2)
	}
	sum := byte(0)
	for _, b := range block {
		sum = times(sum, at) ^ b
	}
	return sum
}

// times multiplies in the field of 256 elements with x^8+x^4+x^3+x^2+1.
func times(a, b byte) byte {
	var out byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			out ^= a
		}
		high := a & 0x80
		if a <<= 1; high != 0 {
			a ^= 0x1D
		}
	}
	return out
}

// text reads the segments: numeric, alphanumeric and bytes.
func (p *picture) text(data []byte) string {
	at := 0
	take := func(n int) int {
		v := 0
		for range n {
			if at/8 >= len(data) {
				require.Fail(p.t, "the data end too early")
			}
			v = v<<1 | int(data[at/8]>>(7-at%8)&1)
			at++
		}
		return v
	}
	wide := p.version() >= 10
	long := func(small, large int) int {
		if wide {
			return take(large)
		}
		return take(small)
	}
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	out := ""
	for at+4 <= 8*len(data) {
		switch mode := take(4); mode {
		case 0:
			return out
		case 1:
			n := long(10, 12)
			for ; n >= 3; n -= 3 {
				out += fmt.Sprintf("%03d", take(10))
			}
			if n > 0 {
				out += fmt.Sprintf("%0*d", n, take(3*n+1))
			}
		case 2:
			n := long(9, 11)
			for ; n >= 2; n -= 2 {
				v := take(11)
				out += string(letters[v/45]) + string(letters[v%45])
			}
			if n > 0 {
				out += string(letters[take(6)])
			}
		case 4:
			for n := long(8, 16); n > 0; n-- {
				out += string([]byte{byte(take(8))})
			}
		default:
			require.Fail(p.t, "unknown mode", mode)
		}
	}
	return out
}

func abs(v int) int { return max(v, -v) }

// read takes a code as a phone does.
func read(t require.TestingT, c *qrcode.Code) string {
	p := look(t, c)
	require.Equal(t, p.n, 17+4*p.version(), "a size of the standard")
	p.finders()
	level, mask := p.format()
	require.Equal(t, 0b00, level, "level M")
	return p.text(p.sorted(p.codewords(mask)))
}
