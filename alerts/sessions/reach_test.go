package sessions_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// item returns an item of the gate as it stands, and whether there is one.
func item(m *sessions.Machine, name string) (sessions.Item, bool) {
	s, _ := m.Status()
	for _, i := range s.Gate.Items {
		if i.Name == name {
			return i, true
		}
	}
	return sessions.Item{}, false
}

// A room with a station needs an answered test alert before the dose: of this session, or of the hour before it.
func TestGateWantsTheWayToTheNurseTried(t *testing.T) {
	for name, tt := range map[string]struct {
		reach sessions.Reach
		shown bool
		met   bool
		text  string
	}{
		"no station":       {reach: sessions.Reach{}},
		"never":            {reach: sessions.Reach{Required: true}, shown: true, text: "no nurse has answered a test alert: send one"},
		"in the session":   {reach: sessions.Reach{Required: true, OK: true, By: "MK", At: begin.Add(time.Minute)}, shown: true, met: true, text: "nurse reached: MK answered the test alert"},
		"an hour before":   {reach: sessions.Reach{Required: true, OK: true, By: "MK", At: begin.Add(-time.Hour)}, shown: true, met: true, text: "nurse reached: MK answered the test alert"},
		"yesterday":        {reach: sessions.Reach{Required: true, OK: true, By: "MK", At: begin.Add(-time.Hour - 1)}, shown: true, text: "the last test alert is too old: send one"},
		"the last one not": {reach: sessions.Reach{Required: true, At: begin}, shown: true, text: "no nurse has answered a test alert: send one"},
	} {
		t.Run(name, func(t *testing.T) {
			m := sessions.New(sessions.Options{Find: profiles.Find})
			_, err := m.Step(begin.Add(-time.Minute), tt.reach) // between sessions, too
			require.NoError(t, err)
			_, err = m.Step(begin, sessions.Start{Code: "K-1", Route: "iv", By: "AK"})
			require.NoError(t, err)
			text, err := m.Snapshot()
			require.NoError(t, err)
			after := sessions.New(sessions.Options{Find: profiles.Find})
			require.NoError(t, after.Restore(text))
			for _, x := range []*sessions.Machine{m, after} {
				i, shown := item(x, "nurse_reached")
				assert.Equal(t, tt.shown, shown)
				assert.Equal(t, tt.met, i.Met)
				assert.Equal(t, tt.text, i.Text)
				assert.False(t, i.Advice, "the dose waits for it, or for an override with a reason")
			}
		})
	}
}

// The answer opens the gate by itself, and the record says when.
func TestAnswerIsNewsOfTheGate(t *testing.T) {
	m := sessions.New(sessions.Options{Find: profiles.Find})
	_, err := m.Step(begin, sessions.Reach{Required: true})
	require.NoError(t, err)
	_, err = m.Step(begin, sessions.Start{Code: "K-1", Route: "iv", By: "AK"})
	require.NoError(t, err)
	_, err = m.Step(begin, sessions.Dose{Drug: "ketamine", Amount: "35 mg", By: "AK"})
	require.ErrorContains(t, err, "no nurse has answered a test alert")
	_, err = m.Step(begin.Add(time.Second), sessions.Reach{Required: true, OK: true, By: "MK", At: begin})
	require.NoError(t, err)
	_, err = m.Step(begin.Add(2*time.Second), sessions.Dose{Drug: "ketamine", Amount: "35 mg", By: "AK"})
	require.Error(t, err, "the rest of the gate stands")
	assert.NotContains(t, err.Error(), "nurse")
}

// A session of which no nurse would hear needs a reason, and nothing begins without one.
func TestUncoveredSessionNeedsAReason(t *testing.T) {
	m := sessions.New(sessions.Options{Find: profiles.Find})
	in := sessions.Start{Code: "K-1", Route: "iv", By: "AK", Age: 40, Missing: "No station has been heard"}
	_, err := m.Step(begin, in)
	var refusal *sessions.Refusal
	require.True(t, errors.As(err, &refusal))
	assert.Equal(t, sessions.CodeUncovered, refusal.Code)
	assert.Contains(t, refusal.Text, "No nurse is reached: No station has been heard. Let a nurse open the station")
	assert.False(t, m.Running())

	in.Uncovered = "a second nurse sits in the room"
	out, err := m.Step(begin, in)
	require.NoError(t, err)
	require.Len(t, out.Events, 2)
	assert.Equal(t, &sessions.Beginning{Route: "iv", Age: 40, By: "AK"}, out.Events[0].Start)
	second := out.Events[1]
	assert.Equal(t, sessions.Event{
		At: begin, Kind: sessions.Uncovered, By: "AK", Phase: sessions.Preparation, Text: in.Missing, Reason: in.Uncovered,
	}, second)

	again := sessions.New(sessions.Options{Find: profiles.Find})
	out, err = again.Step(begin, sessions.Start{Code: "K-1", Route: "iv", By: "AK", Uncovered: "not needed"})
	require.NoError(t, err)
	assert.Len(t, out.Events, 1, "a reason that nobody needs is not noted")
}
