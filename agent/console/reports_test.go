package console_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/alerts/profiles"
)

// archive is a record with the session that the reports are tested with.
func archive(t *testing.T) *record.Reader {
	t.Helper()
	f, err := os.Open("../report/testdata/K-0412.session.gz")
	require.NoError(t, err)
	defer shut(t, f)
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "record.db")
	_, _, err = record.Import(t.Context(), path, z, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
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

	get := func(path string) (*http.Response, string) {
		resp, err := http.DefaultClient.Do(request(t, "GET", url+path, ""))
		require.NoError(t, err)
		defer shut(t, resp.Body)
		_, text := do(t, request(t, "GET", url+path, ""))
		return resp, text
	}
	page, text := get("/api/v1/sessions/K-0412/report.html?language=de&unit=kPa")
	assert.Equal(t, 200, page.StatusCode)
	assert.Contains(t, text, `<html lang="de">`)
	assert.Contains(t, text, "Gipfelwerte nach der ersten Gabe")
	assert.Regexp(t, `^default-src 'none'; style-src 'sha256-[^']+'; sandbox;`, page.Header.Get("Content-Security-Policy"))
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
