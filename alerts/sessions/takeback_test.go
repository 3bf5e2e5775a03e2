package sessions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
)

// marking is a session in which notes are made.
type marking struct {
	t *testing.T
	m *sessions.Machine
}

func newMarking(t *testing.T, undo time.Duration) *marking {
	t.Helper()
	x := &marking{t: t, m: sessions.New(sessions.Options{Find: profiles.Find, Undo: undo})}
	_, err := x.m.Step(noon, sessions.Start{Code: "K-1", Route: "im", By: "AK"})
	require.NoError(t, err)
	return x
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func (x *marking) at(after time.Duration, in sessions.Input) ([]sessions.Event, error) {
	out, err := x.m.Step(noon.Add(after), in)
	return out.Events, err
}

func TestANoteIsTakenBackWithinSeconds(t *testing.T) {
	x := newMarking(t, 0)
	events, err := x.at(time.Second, sessions.Note{Mark: "sensor_moved", ID: "n-1", By: "AK"})
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, "Sensor moved", events[0].Text)
	assert.Equal(t, "n-1", events[0].Note)
	events, err = x.at(time.Second+sessions.DefaultUndo, sessions.TakeBack{Note: "n-1", By: "AK"})
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, sessions.NoteTakenBack, events[0].Kind)
	assert.Equal(t, "Sensor moved", events[0].Text, "the list says what was taken back")
	_, err = x.at(time.Minute, sessions.TakeBack{Note: "n-1", By: "AK"})
	require.Error(t, err, "once")
}

func TestWhatStaysIsNotTakenBack(t *testing.T) {
	x := newMarking(t, time.Minute)
	for _, n := range []sessions.Note{{Text: "calm", By: "AK"}, {Text: "calm", ID: "n-1", By: "AK"}, {Mark: "nausea", Text: " strong ", ID: "n-2", By: "AK"}} {
		_, err := x.at(0, n)
		require.NoError(t, err)
	}
	for _, c := range []struct {
		name  string
		after time.Duration
		in    sessions.TakeBack
	}{
		{"no id", 0, sessions.TakeBack{By: "AK"}},
		{"never made", 0, sessions.TakeBack{Note: "n-3", By: "AK"}},
		{"nobody", 0, sessions.TakeBack{Note: "n-1"}},
		{"too late", time.Minute + 1, sessions.TakeBack{Note: "n-1", By: "AK"}},
	} {
		events, err := x.at(c.after, c.in)
		require.Error(t, err, c.name)
		assert.Empty(t, events, c.name)
	}
}

func TestAMarkIsOneOfThoseThatAreKnown(t *testing.T) {
	x := newMarking(t, 0)
	_, err := x.at(0, sessions.Note{Mark: "asleep", By: "AK"})
	require.ErrorContains(t, err, "position")
	for _, mark := range sessions.Marks() {
		events, err := x.at(0, sessions.Note{Mark: mark, By: "AK"})
		require.NoError(t, err)
		assert.NotEmpty(t, events[0].Text)
		assert.Empty(t, events[0].Note, "without an id it cannot be taken back")
	}
	events, err := x.at(0, sessions.Note{Mark: "other", Text: " laughs ", By: "AK"})
	require.NoError(t, err)
	assert.Equal(t, "laughs", events[0].Text)
}

// A restart between the press and the second thought changes nothing.
func TestANoteIsTakenBackAfterARestart(t *testing.T) {
	x := newMarking(t, 0)
	_, err := x.at(0, sessions.Note{Mark: "position", ID: "n-1", By: "AK"})
	require.NoError(t, err)
	saved, err := x.m.Snapshot()
	require.NoError(t, err)
	again := sessions.New(sessions.Options{Find: profiles.Find})
	require.NoError(t, again.Restore(saved))
	_, err = again.Step(noon.Add(5*time.Second), sessions.TakeBack{Note: "n-1", By: "AK"})
	require.NoError(t, err)
}

// A form lets somebody type so many characters; what fits into it is taken, in any script, and one more is refused.
func TestWhatPeopleWriteIsCountedInCharacters(t *testing.T) {
	x := newMarking(t, 0)
	for _, letter := range []string{"n", "ü", "ש", "😀"} {
		text := strings.Repeat(letter, 500)
		_, err := x.at(time.Second, sessions.Note{Text: text, By: "AK"})
		require.NoError(t, err, letter)
		_, err = x.at(time.Second, sessions.Note{Text: text + letter, By: "AK"})
		require.ErrorContains(t, err, "500 characters", letter)
		_, err = x.at(time.Second, sessions.Symptom{Name: strings.Repeat(letter, 64), By: strings.Repeat(letter, 64)})
		require.NotContains(t, fmt.Sprint(err), "64 characters", letter)
		_, err = x.at(time.Second, sessions.Symptom{Name: strings.Repeat(letter, 65), By: "AK"})
		require.ErrorContains(t, err, "64 characters", letter)
	}
}
