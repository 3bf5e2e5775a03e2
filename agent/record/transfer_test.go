package record_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/record"
)

var exportedAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sample fills a record in which session K-1 has events 2 to 4 and 6, and K-2 another.
func sample(t *testing.T, s running) {
	t.Helper()
	odd := inSession("K-1", 4)
	odd.At = odd.At.Add(123456789)
	odd.Payload = append(odd.Payload[:len(odd.Payload)-1], ",\"odd\":\"\u2028\x7f\\u00e9\"}"...)
	between := reading(5)
	between.Payload = []byte(`{}`)
	s.Append(batch(reading(1), begin("K-1", 2), inSession("K-1", 3), odd, between, end("K-1", 6), begin("K-2", 7)))
	require.NoError(t, s.Sync(t.Context()))
}

func exported(t *testing.T, r *record.Reader, code string) ([]byte, record.Archive) {
	t.Helper()
	var file bytes.Buffer
	a, err := r.Export(t.Context(), code, &file, "bedside test", exportedAt)
	require.NoError(t, err)
	return file.Bytes(), a
}

func eventsOf(t *testing.T, r *record.Reader, code string) (list []record.Event) {
	t.Helper()
	require.NoError(t, r.Session(t.Context(), code, func(e record.Event) error {
		e.Pending, e.StreamSeq = false, 0 // the broker's statement, not the event's
		list = append(list, e)
		return nil
	}))
	return list
}

// The file is a contract: what one version writes, all later ones read.
func TestASessionFileLooksLikeThat(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	sample(t, s)
	file, a := exported(t, s.Reader(), "K-1")
	golden := filepath.Join("testdata", "session-1.jsonl")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, file, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(file))
	assert.Equal(t, 4, a.Events)

	var got []record.Event
	read, err := record.ReadArchive(bytes.NewReader(want), func(e record.Event) error {
		got = append(got, e)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, a, read)
	assert.Equal(t, eventsOf(t, s.Reader(), "K-1"), got, "the same events, byte for byte")
}

func TestAnImportedSessionIsTheSame(t *testing.T) {
	room := start(t, path(t), record.Options{})
	defer room.stop()
	sample(t, room)
	file, _ := exported(t, room.Reader(), "K-1")

	archive := filepath.Join(t.TempDir(), "archive", "sessions.db")
	a, again, err := record.Import(t.Context(), archive, bytes.NewReader(file), exportedAt)
	require.NoError(t, err)
	assert.False(t, again)
	assert.Equal(t, []string{"K-1", "clinic", "room-1"}, []string{a.Session, a.Site, a.Room})

	r, err := record.OpenReader(t.Context(), archive)
	require.NoError(t, err)
	assert.Equal(t, eventsOf(t, room.Reader(), "K-1"), eventsOf(t, r, "K-1"))
	list, err := r.Sessions(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, exportedAt, list[0].Imported)
	assert.Equal(t, 4, list[0].Events)
	second, _ := exported(t, r, "K-1")
	assert.Equal(t, lines(file)[1:5], lines(second)[1:5], "it can be handed on, with the same hashes")
	chain, err := r.Verify(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, 4, chain.Imported)
	require.NoError(t, r.Close())

	_, again, err = record.Import(t.Context(), archive, bytes.NewReader(file), exportedAt)
	require.NoError(t, err)
	assert.True(t, again)

	s := start(t, archive, record.Options{})
	defer s.stop()
	assert.Zero(t, s.Depth(), "nothing of it is sent")
	assert.Empty(t, recorded(t, s), "and it is no event of this room")
	for _, statement := range []string{
		"UPDATE imported SET payload = CAST(replace(CAST(payload AS TEXT), 'ü', 'u') AS BLOB) WHERE n = 3",
		"DELETE FROM imported WHERE n = 6",
	} {
		require.NoError(t, s.Tamper(t.Context(), statement))
		_, err = s.Verify(t.Context())
		require.ErrorIs(t, err, record.ErrChain)
		assert.Contains(t, err.Error(), "imported session K-1")
	}
}

func lines(b []byte) []string { return strings.SplitAfter(strings.TrimSuffix(string(b), "\n"), "\n") }

func TestImportTakesAllOrNothing(t *testing.T) {
	file := path(t)
	room := start(t, file, record.Options{})
	sample(t, room)
	first, _ := exported(t, room.Reader(), "K-1")
	_, _, err := record.Import(t.Context(), file, bytes.NewReader(first), exportedAt)
	require.ErrorIs(t, err, record.ErrInUse, "one writer")
	room.stop()
	_, again, err := record.Import(t.Context(), file, bytes.NewReader(first), exportedAt)
	require.NoError(t, err)
	assert.True(t, again, "the room's own")

	other := start(t, path(t), record.Options{})
	other.Append(batch(begin("K-1", 40), end("K-1", 41)))
	require.NoError(t, other.Sync(t.Context()))
	foreign, _ := exported(t, other.Reader(), "K-1")
	other.stop()
	_, _, err = record.Import(t.Context(), file, bytes.NewReader(foreign), exportedAt)
	require.ErrorIs(t, err, record.ErrThere)
	assert.Contains(t, err.Error(), "K-1 has 4 there and 2 in the file; import it into another record")

	archive := path(t)
	parts := lines(first)
	_, _, err = record.Import(t.Context(), archive, strings.NewReader(strings.Join(parts[:len(parts)-1], "")), exportedAt)
	require.ErrorIs(t, err, record.ErrArchive)
	readOnly(t, archive, func(r *record.Reader) {
		list, err := r.Sessions(t.Context())
		require.NoError(t, err)
		assert.Empty(t, list)
	})
	broken := errors.New("the stick was pulled")
	_, _, err = record.Import(t.Context(), archive, io.MultiReader(bytes.NewReader(first[:300]), failing{broken}), exportedAt)
	require.ErrorIs(t, err, broken)
	_, _, err = record.Import(t.Context(), archive, bytes.NewReader(first), exportedAt)
	require.NoError(t, err)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func readAll(b []byte) error {
	_, err := record.ReadArchive(bytes.NewReader(b), func(record.Event) error { return nil })
	return err
}

// Any byte that is another, missing or doubled, any line that is missing, doubled or elsewhere, is found, but for what the
// first line says beside the version and the session, and there too the sum of the file tells.
func TestAnyChangeOfASessionFileIsFound(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "session-1.jsonl"))
	require.NoError(t, err)
	require.NoError(t, readAll(whole))
	for i := range whole {
		for _, changed := range [][]byte{
			append(append(bytes.Clone(whole[:i]), whole[i]^1), whole[i+1:]...),
			append(bytes.Clone(whole[:i]), whole[i+1:]...),
			append(append(bytes.Clone(whole[:i]), whole[i]), whole[i:]...),
			whole[:i],
		} {
			if i >= len(whole)-len(lines(whole)[5]) && sameEnd(whole, changed) {
				continue
			}
			require.Error(t, readAll(changed), "byte %d: %q", i, changed[max(0, i-20):min(len(changed), i+20)])
		}
	}
	parts := lines(whole)
	for i := range parts {
		without := strings.Join(parts[:i], "") + strings.Join(parts[i+1:], "")
		require.Error(t, readAll([]byte(without)), "without line %d", i+1)
		doubled := strings.Join(parts[:i+1], "") + strings.Join(parts[i:], "")
		require.Error(t, readAll([]byte(doubled)), "line %d doubled", i+1)
	}
}

// sameEnd reports whether a changed end says the same: JSON has several ways.
func sameEnd(whole, changed []byte) bool {
	return readAll(whole) == nil && bytes.Contains(changed, []byte(`"events":4`)) && bytes.HasSuffix(changed, []byte("\n")) &&
		strings.Contains(string(changed), lines(whole)[5][strings.Index(lines(whole)[5], `"sha256"`)+10:][:64])
}

func TestWhatIsWrongWithASessionFile(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "session-1.jsonl"))
	require.NoError(t, err)
	text, parts := string(whole), lines(whole)
	cases := []struct {
		name, file string
		want       error
		text       string
	}{
		{"empty", "", record.ErrArchive, "line 0: not a whole and unchanged session file: it is empty"},
		{"something-else", "hello\n", record.ErrArchive, "line 1: not a whole and unchanged session file: it does not begin like one"},
		{"newer", strings.Replace(text, `"bedside_session":1`, `"bedside_session":2`, 1), record.ErrNewer, "format 2, this program knows 1"},
		{"cut", strings.Join(parts[:4], ""), record.ErrArchive, "it has no end, so a part is missing"},
		{"cut-in-a-line", text[:len(text)-5], record.ErrArchive, "line 6: not a whole and unchanged session file: the line is cut off"},
		{
			"changed", strings.Replace(text, `"K-1\"`, `"K-9\"`, 1), record.ErrArchive,
			"line 2: not a whole and unchanged session file: event 2 (room-1-7f3a-2, 2026-11-22 09:00:02 UTC) does not fit its hash: it was changed",
		},
		{"one-missing", parts[0] + parts[1] + parts[3] + parts[4] + parts[5], record.ErrArchive, "the hash of the event before"},
		{"more", text + "\n", record.ErrArchive, "there is something after its end"},
		{"too-long", parts[0] + strings.Repeat("x", 17<<20), record.ErrArchive, "line 2: not a whole and unchanged session file: a line is longer"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := readAll([]byte(c.file))
			require.ErrorIs(t, err, c.want)
			if c.name != "one-missing" { // there the hash tells
				assert.Contains(t, err.Error(), c.text)
			}
		})
	}
}

// FuzzSessionFile: no file breaks the reader, and what it takes for whole is, for a second look.
func FuzzSessionFile(f *testing.F) {
	whole, err := os.ReadFile(filepath.Join("testdata", "session-1.jsonl"))
	require.NoError(f, err)
	f.Add(whole)
	for i := range lines(whole) {
		f.Add([]byte(strings.Join(lines(whole)[:i], "")))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		count := 0
		a, err := record.ReadArchive(bytes.NewReader(file), func(e record.Event) error {
			count++
			if e.Session == "" {
				return fmt.Errorf("an event of no session")
			}
			return nil
		})
		assert.Equal(t, a.Events, count)
		if err == nil {
			assert.NotEmpty(t, a.Session)
			assert.NoError(t, readAll(file))
		}
	})
}

func TestExportRefusesWhatIsNotAsItWasWritten(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	sample(t, s)
	require.NoError(t, s.Tamper(t.Context(), "UPDATE events SET at = at + 1 WHERE n = 3"))
	_, err := s.Reader().Export(t.Context(), "K-1", io.Discard, "", exportedAt)
	require.ErrorIs(t, err, record.ErrChain)
	assert.Contains(t, err.Error(), "event 3")
	_, err = s.Reader().Export(t.Context(), "K-3", io.Discard, "", exportedAt)
	require.ErrorIs(t, err, record.ErrNoSession)
	_, err = s.Reader().Export(t.Context(), "K-2", failingWriter{}, "", exportedAt)
	require.ErrorIs(t, err, io.ErrShortWrite)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// A session whose first event comes right after what retention has deleted is exported with the anchor's hash.
func TestExportAfterDeletion(t *testing.T) {
	s := start(t, path(t), record.Options{})
	defer s.stop()
	now := time.Now()
	old := aged(reading(1), now, 40*day)
	s.Append(batch(old, aged(begin("K-1", 2), now, 0), aged(end("K-1", 3), now, 0)))
	s.Acknowledge(old.Class, old.ID, 1)
	require.NoError(t, s.Sync(t.Context()))
	require.NoError(t, s.Prune(t.Context()))
	require.Equal(t, []uint64{2, 3}, recorded(t, s))
	file, _ := exported(t, s.Reader(), "K-1")
	require.NoError(t, readAll(file))
	_, _, err := record.Import(context.Background(), path(t), bytes.NewReader(file), now)
	require.NoError(t, err)
}
