package qrcode_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/qrcode"
)

func TestAPhoneReadsWhatWasDrawn(t *testing.T) {
	for _, text := range []string{
		"", "1", "0007", "HELLO WORLD", "a",
		"https://192.0.2.7:8443/ca.crt",
		"https://[2001:db8::7]:8443/ca.crt",
		"https://station.clinic:8443/#enrol=7KQ2-M9XD",
		"https://müller-praxis.example:8443/ca.crt",
		strings.Repeat("https://station.clinic/", 9), // version 10, with two kinds of blocks
	} {
		c, err := qrcode.Draw(text)
		require.NoError(t, err, text)
		assert.Equal(t, text, read(t, c))
	}
}

// Whatever an address is made of: version 1 to 10, each kind of segment.
func TestAnyTextIsReadAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[0-9]{1,400}`), rapid.StringMatching(`[0-9A-Z $%*+./:-]{1,300}`), rapid.StringMatching(`[ -~]{1,210}`),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 210), func(b []byte) string { return string(b) }),
		).Draw(t, "text")
		c, err := qrcode.Draw(text)
		require.NoError(t, err)
		require.Equal(t, text, read(t, c))
	})
}

// Version 40 at level M has 2331 bytes, table 7 of the standard.
func TestWhatIsTooLongIsRefused(t *testing.T) {
	c, err := qrcode.Draw(strings.Repeat("a", 2331))
	require.NoError(t, err)
	assert.Equal(t, 177+8, c.Size)
	_, err = qrcode.Draw(strings.Repeat("a", 2332))
	require.ErrorContains(t, err, "qrcode: ")
}

// A test of the reader itself: it has to notice one module that is wrong.
func TestTheReaderOfThisTestIsNoYesSayer(t *testing.T) {
	c, err := qrcode.Draw("https://192.0.2.7:8443/ca.crt")
	require.NoError(t, err)
	p := look(t, c)
	_, mask := p.format()
	good := p.codewords(mask)
	unread := 0 // version 3 has seven modules that fill no codeword, table 1
	for y := range p.n {
		for x := range p.n {
			if !p.data(x, y) {
				continue
			}
			p.dark[y][x] = !p.dark[y][x]
			if bytes.Equal(good, p.codewords(mask)) {
				unread++
			}
			p.dark[y][x] = !p.dark[y][x]
		}
	}
	assert.Equal(t, 7, unread)
	block := append([]byte(nil), good[:44+26]...) // version 3: one block
	for i := range block {
		block[i] ^= 4
		assert.NotZero(t, syndrome(block, 1), "codeword %d", i)
		block[i] ^= 4
	}
}
