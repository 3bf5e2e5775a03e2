package scenario_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/simulators/scenario"
)

// In a session staff do what only a session can, the doses of the person are recorded, and the profile is the one asked for.
func TestWhatStaffDoInASession(t *testing.T) {
	s, err := scenario.Parse("all.yaml", []byte(everything))
	require.NoError(t, err)
	id, ok := s.Session()
	assert.Equal(t, "conservative", id)
	assert.True(t, ok)
	u := s.Under("spravato")
	assert.Equal(t, "spravato", u.Profile)
	var doses []scenario.Action
	words := map[scenario.Verb]bool{}
	for _, a := range u.Actions {
		words[a.Do] = true
		if a.Do == scenario.SessionDose {
			doses = append(doses, a)
		}
	}
	start := u.Actions[slices.IndexFunc(u.Actions, func(a scenario.Action) bool { return a.Do == scenario.SessionStart })]
	assert.Equal(t, "spravato", start.Profile)
	assert.Equal(t, "oral", start.Route)
	assert.Equal(t, 70, start.Age)
	assert.Len(t, start.Screening, len(sessions.Questions()))
	assert.Equal(t, sessions.Yes, start.Screening[sessions.Mania])
	assert.Equal(t, sessions.Yes, start.Screening[sessions.EscortPresent])
	assert.Equal(t, sessions.No, start.Screening[sessions.Psychosis])
	assert.Equal(t, []scenario.Action{
		{Do: scenario.SessionDose, At: 12 * time.Second, Drug: "ketamine", Amount: "10 mg", Number: 2, By: "RN"},
		{Do: scenario.SessionDose, At: 2 * time.Minute, Drug: "ketamine", Amount: "as prescribed", By: "RN"},
		{Do: scenario.SessionDose, At: 12 * time.Minute, Drug: "S-ketamine", Amount: "50 mg", By: "DR"},
	}, doses, "the spray is unrecorded")
	assert.True(t, words[scenario.Note])
	assert.Equal(t, s.Under("").Actions, s.Actions)
	for _, a := range s.Actions {
		assert.NotContains(t, a.Do.String(), "session", "without one")
	}
}

// What is expected under a profile begins with what is expected without a session; each entry takes the place of all that was
// expected of the conditions that it names.
func TestExpectationsAreInherited(t *testing.T) {
	s, err := scenario.Parse("x.yaml", []byte(`
name: x
title: x
teaches: x
length: 10m
expect:
  - {condition: spo2_low}
  - {condition: spo2_low, event: escalated}
  - {condition: hr_low}
  - {condition: bp_low}
forbid: everything else
profiles:
  any:
    expect:
      - {condition: hr_low, to: 5m}
  iv-ketamine:
    without: [bp_low]
    expect:
      - {condition: spo2_low, priority: medium}
  im-ketamine:
    like: iv-ketamine
    forbid: [bp_xlow]
`))
	require.NoError(t, err)
	names := func(id string) []string {
		u := s.Under(id)
		var list []string
		for _, x := range u.Expect {
			list = append(list, x.Condition+" "+x.Event()+" "+x.To.String())
		}
		return list
	}
	unapproved := "profile_unapproved raised 2s" // nobody has approved a shipped profile
	assert.Equal(t, []string{"spo2_low raised 10m0s", "spo2_low escalated 10m0s", "hr_low raised 10m0s", "bp_low raised 10m0s"}, names(""))
	assert.Equal(t, []string{
		"spo2_low raised 10m0s", "spo2_low escalated 10m0s", "bp_low raised 10m0s", "hr_low raised 5m0s", unapproved,
	}, names("spravato"))
	for _, id := range []string{"iv-ketamine", "im-ketamine"} {
		assert.Equal(t, []string{"hr_low raised 5m0s", "spo2_low raised 10m0s", unapproved}, names(id))
	}
	assert.True(t, s.Under("iv-ketamine").ForbidOthers)
	assert.False(t, s.Under("im-ketamine").ForbidOthers)
	assert.Equal(t, []string{"bp_xlow"}, s.Under("im-ketamine").Forbid)
	assert.Equal(t, append([]string{""}, profiles.Names()...), s.Plays())
	assert.Equal(t, alerts.Raised, s.Expect[0].Change)
	_, ok := s.Session()
	assert.False(t, ok)
	start := s.Under("conservative").Actions[0]
	assert.Equal(t, scenario.SessionStart, start.Do, "nobody begins a session, so it begins with the story")
	assert.Equal(t, "any", start.Route)
}

// A story that says nothing of profiles is told without a session alone, and one that speaks of one, under that.
func TestPlaysAreThoseThatAStorySpeaksOf(t *testing.T) {
	head := "name: x\ntitle: x\nteaches: x\nlength: 10m\n"
	for text, want := range map[string][]string{
		"":                                {""},
		"profiles: {spravato: {}}":        {"", "spravato"},
		"profiles: {conservative: {}}":    {"", "conservative"},
		"profiles: {any: {forbid: []}}\n": append([]string{""}, profiles.Names()...),
	} {
		s, err := scenario.Parse("x.yaml", []byte(head+text))
		require.NoError(t, err)
		assert.Equal(t, want, s.Plays(), text)
	}
}
