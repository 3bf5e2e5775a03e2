package told_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console/assets/words"
	"bedside/agent/told"
)

func german(t testing.TB) *told.Teller {
	t.Helper()
	teller, err := told.NewGerman()
	require.NoError(t, err)
	return teller
}

// The pages have a teller of their own, in JavaScript; both are told the same sentences.
func TestSentencesAreSaidAnewAsOnThePages(t *testing.T) {
	text, err := os.ReadFile("../console/testdata/told.json")
	require.NoError(t, err)
	var cases [][2]string
	require.NoError(t, json.Unmarshal(text, &cases))
	require.Greater(t, len(cases), 20)
	teller := german(t)
	for _, c := range cases {
		assert.Equal(t, c[1], teller.Say(c[0]))
	}
}

func TestWhatNobodyKnowsStaysAsItWasSaid(t *testing.T) {
	teller := german(t)
	for _, text := range []string{"", "Hypertonie der Klinik", "AK and MB", "K-1 or else", "7 of 9", ". ", ": ", "; ", strings.Repeat("a: ", 50)} {
		german, known := teller.Retold(text)
		assert.Equal(t, text, german)
		assert.False(t, known, text)
		assert.False(t, teller.Knows(text), text)
	}
}

// Every sentence of the catalogue is recognised by itself, and says the same figures in German.
func TestNoFigureIsLostOrMade(t *testing.T) {
	english, err := words.Catalogue("en")
	require.NoError(t, err)
	names, digits := regexp.MustCompile(`\{\w+\}`), regexp.MustCompile(`\d+`)
	teller := german(t)
	for key, message := range english["told"] {
		if names.MatchString(message) && len(names.ReplaceAllString(message, "")) < 6 {
			continue // looked for only within another one
		}
		n := 100
		text := names.ReplaceAllStringFunc(message, func(string) string { n++; return fmt.Sprint(n) })
		assert.True(t, teller.Knows(text), "%s: %s", key, text)
		want, got := digits.FindAllString(text, -1), digits.FindAllString(teller.Say(text), -1)
		slices.Sort(want)
		slices.Sort(got)
		assert.Equal(t, want, got, key)
	}
}

// Whatever text comes, as from a damaged record, it is said in time and ends as a text.
func FuzzSay(f *testing.F) {
	for _, text := range []string{"Pulse rate 131, limit 130", "a; b, c. d: e", "Session {code} with profile x, which no clinician has approved", strings.Repeat("no session; ", 40)} {
		f.Add(text)
	}
	teller := german(f)
	f.Fuzz(func(t *testing.T, text string) {
		once, known := teller.Retold(text)
		again, still := teller.Retold(text)
		assert.Equal(t, once, again)
		assert.Equal(t, known, still)
		if !known {
			assert.Equal(t, text, once)
		}
	})
}
