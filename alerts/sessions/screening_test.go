package sessions_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts/sessions"
)

// What a screen was given before is still being read while somebody answers.
func TestAnAnswerLeavesWhatWasToldAsItWas(t *testing.T) {
	x := newMarking(t, 0)
	for _, answer := range []sessions.Answer{sessions.Yes, sessions.No} {
		before, _ := x.m.Status()
		_, err := x.at(0, sessions.Screen{Screening: map[string]sessions.Answer{sessions.Mania: answer}, By: "AK", Reason: "asked again"})
		require.NoError(t, err)
		after, _ := x.m.Status()
		assert.NotEqual(t, answer, before.Screening[sessions.Mania])
		assert.Equal(t, answer, after.Screening[sessions.Mania])
	}
}

// Either all that an order says counts, or nothing.
func TestOneWrongAnswerRefusesAll(t *testing.T) {
	x := newMarking(t, 0)
	_, err := x.at(0, sessions.Screen{Screening: map[string]sessions.Answer{sessions.Mania: sessions.Yes}, By: "AK"})
	require.NoError(t, err)
	for name, in := range map[string]sessions.Screen{
		"a correction without a reason": {Screening: map[string]sessions.Answer{sessions.Mania: sessions.No, sessions.Psychosis: sessions.No}, By: "AK"},
		"no question of ours":           {Screening: map[string]sessions.Answer{"hunger": sessions.No, sessions.Psychosis: sessions.No}, By: "AK"},
		"no answer":                     {Screening: map[string]sessions.Answer{sessions.MAOIOrStimulants: "", sessions.Psychosis: sessions.No}, By: "AK"},
		"nobody":                        {Screening: map[string]sessions.Answer{sessions.Psychosis: sessions.No}},
		"nothing":                       {By: "AK"},
		"a reason too long":             {Screening: map[string]sessions.Answer{sessions.Mania: sessions.No}, By: "AK", Reason: strings.Repeat("n", 501)},
	} {
		events, err := x.at(0, in)
		require.Error(t, err, name)
		assert.Empty(t, events, name)
		s, _ := x.m.Status()
		assert.Equal(t, map[string]sessions.Answer{sessions.Mania: sessions.Yes}, s.Screening, name)
	}
}
