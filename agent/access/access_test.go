package access_test

import (
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
)

var root = access.Actor{By: "root", From: "command line"}

func open(t *testing.T, path string, o access.Options) *access.Access {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := access.Open(t.Context(), path, access.Cheap(o))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, a.Close()) })
	return a
}

func code(err error) string {
	if refusal, ok := errors.AsType[*access.Refusal](err); ok {
		return refusal.Code
	}
	return ""
}

func TestFileIsForItsUserAloneAndHoldsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "access.db")
	a := open(t, path, access.Options{})
	require.NoError(t, a.AddPerson(t.Context(), root, "AK", "admin", "482913"))
	enrolment, _, err := a.OfferEnrolment(t.Context(), root, "station-1", false)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(text), "$argon2id$v=19$")
	assert.NotContains(t, string(text), "482913")
	assert.NotContains(t, string(text), enrolment)

	loose := filepath.Join(t.TempDir(), "access.db")
	require.NoError(t, os.WriteFile(loose, nil, 0o644))
	open(t, loose, access.Options{})
	info, err = os.Stat(loose)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "what others could read is closed to them")
}

func TestForeignAndNewerFilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   error
	}{
		"foreign": {"CREATE TABLE x (y)", access.ErrForeign},
		"newer":   {"PRAGMA application_id = 1111835713; PRAGMA user_version = 99", access.ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "access.db")
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			_, err = db.Exec(c.script)
			require.NoError(t, err)
			require.NoError(t, db.Close())
			_, err = access.Open(t.Context(), path, access.Options{})
			assert.ErrorIs(t, err, c.want)
		})
	}
}

func TestPeople(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.db")
	a := open(t, path, access.Options{})
	ctx := t.Context()
	require.NoError(t, a.AddPerson(ctx, root, "AK", "admin", "482913"))
	assert.Equal(t, "taken", code(a.AddPerson(ctx, root, "ak", "nurse", "482914")), "names that differ in case alone are one")
	assert.Equal(t, "bad_request", code(a.AddPerson(ctx, root, "BB", "owner", "482914")))
	assert.Equal(t, "bad_request", code(a.AddPerson(ctx, root, "BB", "outside", "482914")))
	assert.Equal(t, "bad_pin", code(a.AddPerson(ctx, root, "BB", "nurse", "123456")))
	assert.Equal(t, "bad_name", code(a.AddPerson(ctx, root, "Bea Brown", "nurse", "482914")))
	assert.Equal(t, "last_admin", code(a.RemovePerson(ctx, root, "AK")))
	assert.Equal(t, "last_admin", code(a.SetRole(ctx, root, "AK", "lead")))
	require.NoError(t, a.AddPerson(ctx, root, "BB", "nurse", "593024"))
	require.NoError(t, a.SetRole(ctx, root, "bb", "admin"))
	require.NoError(t, a.RemovePerson(ctx, root, "AK"))
	assert.Equal(t, "not_found", code(a.SetPIN(ctx, root, "AK", "482913")))

	again := open(t, path, access.Options{})
	people := again.People()
	require.Len(t, people, 1)
	assert.Equal(t, "BB", people[0].Name)
	assert.Equal(t, "admin", people[0].Role)
}

// What the command line does while no agent runs, and while one runs, stands in the record of the one that runs, once and in
// order, with who, from where, old and new.
func TestEveryChangeIsToldOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.db")
	cli := open(t, path, access.Options{})
	ctx := t.Context()
	require.NoError(t, cli.AddPerson(ctx, root, "AK", "admin", "482913"))
	require.NoError(t, cli.AddPerson(ctx, root, "BB", "nurse", "593024"))

	events := make(chan access.Event, 100)
	agent := open(t, path, access.Options{Audit: func(e access.Event) { events <- e }})
	done := make(chan error)
	go func() { done <- agent.Run(ctx) }()
	next := func() string {
		select {
		case e := <-events:
			assert.Equal(t, "root", e.By)
			assert.False(t, e.At.IsZero())
			return e.Text()
		case <-time.After(20 * time.Second):
			t.Fatal("not told")
			return ""
		}
	}
	assert.Equal(t, "AK may sign in as admin, from command line", next())
	assert.Equal(t, "BB may sign in as nurse, from command line", next())
	require.NoError(t, cli.SetRole(ctx, root, "BB", "lead"))
	assert.Equal(t, "BB was nurse and is lead now, from command line", next())
	require.NoError(t, agent.SetPIN(ctx, root, "BB", "593025"))
	assert.Equal(t, "BB has another PIN, from command line", next())
	require.NoError(t, cli.RemovePerson(ctx, root, "BB"))
	assert.Equal(t, "BB, who was lead, may sign in no longer, from command line", next())
	assert.Empty(t, events)

	kept, err := cli.Events(ctx, 10)
	require.NoError(t, err)
	assert.Len(t, kept, 5)
	assert.Equal(t, access.PersonRemoved, kept[4].What)
}
