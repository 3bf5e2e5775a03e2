package console_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/alerts/profiles"
)

// imported is the file of a record with the session that the reports are tested with: it is made once, because that takes
// seconds under the race detector.
var imported = sync.OnceValues(func() (file []byte, err error) {
	f, err := os.Open("../report/testdata/K-0412.session.gz")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bedside-archive-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "record.db")
	if _, _, err := record.Import(context.Background(), path, z, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// archive is a record with that session.
func archive(t *testing.T) *record.Reader {
	t.Helper()
	file, err := imported()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "record.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	r, err := record.OpenReader(context.WithoutCancel(t.Context()), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	return r
}

func TestRecordedSessionsAreListedAndReported(t *testing.T) {
	url := serve(t, console.New(console.Options{
		Feed: &room{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler),
		Recorded: archive(t), Profiles: profiles.Find,
	}))
	status, body := do(t, request(t, "GET", url+"/api/v1/sessions", ""))
	assert.Equal(t, 200, status)
	var list []record.Session
	require.NoError(t, json.Unmarshal([]byte(body), &list))
	require.Len(t, list, 1)
	assert.Equal(t, "K-0412", list[0].Code)

	get := func(path string) (*http.Response, string) { return fetch(t, url+path) }
	page, text := get("/api/v1/sessions/K-0412/report.html?language=de&unit=kPa")
	assert.Equal(t, 200, page.StatusCode)
	assert.Contains(t, text, `<html lang="de">`)
	assert.Contains(t, text, "Gipfelwerte nach der ersten Gabe")
	assert.Regexp(t, `^default-src 'none'; style-src 'sha256-[^']+'; sandbox allow-same-origin allow-modals; frame-ancestors 'self';`, page.Header.Get("Content-Security-Policy"))
	assert.Equal(t, "no-store", page.Header.Get("Cache-Control"), "health data stays in no cache")
	printed, text := get("/api/v1/sessions/K-0412/report.pdf")
	assert.Equal(t, "application/pdf", printed.Header.Get("Content-Type"))
	assert.Equal(t, "attachment; filename=K-0412-report.pdf", printed.Header.Get("Content-Disposition"))
	assert.Contains(t, text, "%PDF-")

	for path, want := range map[string]int{
		"/api/v1/sessions/K-0413/report.html": 404, "/api/v1/sessions/K-0412/report.doc": 404, "/api/v1/sessions/K-0412/": 404,
		"/api/v1/sessions/K-0412/report.html?language=fr": 400, "/api/v1/sessions/K-0412/report.html?unit=bar": 400,
	} {
		resp, _ := get(path)
		assert.Equal(t, want, resp.StatusCode, path)
	}
	status, _ = do(t, request(t, "POST", url+"/api/v1/sessions/K-0412/report.html", ""))
	assert.Equal(t, 405, status, "a report is only read")
}
