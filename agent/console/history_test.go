package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/agent/whatif"
	"bedside/alerts/profiles"
)

// shelf counts how often a session is read, and can hold a reader up.
type shelf struct {
	console.Recorded
	read atomic.Int64
	hold chan struct{} // nil: nobody is held up
	came chan struct{}
}

func (s *shelf) Session(ctx context.Context, code string, f func(record.Event) error) error {
	s.read.Add(1)
	if s.hold != nil {
		s.came <- struct{}{}
		<-s.hold
	}
	return s.Recorded.Session(ctx, code, f)
}

func library(t *testing.T, s *shelf) string {
	t.Helper()
	s.Recorded = archive(t)
	return serve(t, console.New(console.Options{
		Feed: &room{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler),
		Recorded: s, Profiles: profiles.Find,
	}))
}

// fetch returns an answer with its header and its text.
func fetch(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(request(t, "GET", url, ""))
	require.NoError(t, err)
	defer shut(t, resp.Body)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(text)
}

// A line of the list has the numbers of the report, and a session that is over is read once for it.
func TestASessionInOneLine(t *testing.T) {
	s := &shelf{}
	url := library(t, s)
	_, _ = fetch(t, url+"/api/v1/sessions")
	resp, text := fetch(t, url+"/api/v1/sessions/K-0412/summary.json")
	require.Equal(t, 200, resp.StatusCode)
	assert.Equal(t, "no-store", resp.Header.Get("Cache-Control"), "health data stays in no cache")
	var line report.Summary
	require.NoError(t, json.Unmarshal([]byte(text), &line))
	assert.Equal(t, "K-0412", line.Session)
	assert.Equal(t, "intranasal", line.Route)
	assert.Equal(t, "spravato@1", line.Profile)
	assert.True(t, line.Ended && line.Complete)
	assert.Len(t, line.Doses, 3)
	assert.Equal(t, "28 mg", line.Doses[0].Amount)
	assert.Equal(t, map[string]int{"high": 3, "medium": 1, "low": 3}, line.Alerts)
	var peaks []int
	for _, p := range line.Peaks {
		peaks = append(peaks, p.Value)
	}
	assert.Equal(t, []int{196, 169, 71}, peaks, "systolic, pulse rate, SpO2")

	_, _ = fetch(t, url+"/api/v1/sessions")
	_, again := fetch(t, url+"/api/v1/sessions/K-0412/summary.json")
	assert.Equal(t, text, again)
	assert.EqualValues(t, 1, s.read.Load(), "it does not change any more")
	resp, _ = fetch(t, url+"/api/v1/sessions/K-0413/summary.json")
	assert.Equal(t, 404, resp.StatusCode)
}

func TestWhatAnotherProfileWouldHaveMade(t *testing.T) {
	url := library(t, &shelf{}) + "/api/v1/sessions/K-0412/whatif"
	resp, text := fetch(t, url+"?profile=conservative")
	require.Equal(t, 200, resp.StatusCode, text)
	var c whatif.Comparison
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	assert.Equal(t, "spravato@1", c.Recorded.Profile)
	assert.Equal(t, "conservative@1", c.Other.Profile)
	assert.NotEmpty(t, c.Alerts)
	assert.Equal(t, "no-store", resp.Header.Get("Cache-Control"))

	_, german := fetch(t, url+"?profile=conservative&language=de")
	assert.Contains(t, german, `"title":"Niedrige SpO2"`, "titles are in the reader's language")

	for query, want := range map[string]string{
		"": "profile is missing; there are spravato,", "?profile=../../etc/passwd": "there is no such profile; there are spravato,",
		"?profile=conservative@7": "here is conservative@1, not version", "?profile=built-in": "there is no such profile",
	} {
		resp, text := fetch(t, url+query)
		assert.Equal(t, 400, resp.StatusCode, query)
		assert.Contains(t, text, want, query)
	}
	resp, _ = fetch(t, strings.Replace(url, "0412", "0413", 1)+"?profile=conservative")
	assert.Equal(t, 404, resp.StatusCode)
}

func TestProfilesThatCanJudgeAgain(t *testing.T) {
	_, text := fetch(t, library(t, &shelf{})+"/api/v1/profiles")
	var list []console.Choice
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
		assert.NotEmpty(t, c.Title)
		assert.True(t, strings.HasPrefix(c.Word, c.ID+"@"), c.Word)
	}
	assert.Equal(t, profiles.Names(), ids)
}

// Reading old sessions cannot take the computer away from the one that goes on: one is read at a time, few wait, and the rest
// is told to ask again.
func TestOneSessionIsReadAtATime(t *testing.T) {
	s := &shelf{hold: make(chan struct{}), came: make(chan struct{}, 20)}
	url := library(t, s) + "/api/v1/sessions/K-0413/" // there is none, which is known when it is its turn
	const asked = 12
	status := make(chan int, asked)
	for range asked {
		go func() {
			resp, err := http.DefaultClient.Get(url + "whatif?profile=conservative")
			if err != nil {
				status <- 0
				return
			}
			_, err = io.Copy(io.Discard, resp.Body)
			if err = errors.Join(err, resp.Body.Close()); err != nil {
				status <- 0
				return
			}
			status <- resp.StatusCode
		}()
	}
	<-s.came // one reads
	counts := map[int]int{}
	for range asked - 1 - 8 { // of size eight is the queue
		counts[<-status]++
	}
	assert.Equal(t, map[int]int{503: asked - 1 - 8}, counts)
	assert.EqualValues(t, 1, s.read.Load())
	go func() {
		for range 8 {
			s.hold <- struct{}{}
			<-s.came
		}
		s.hold <- struct{}{}
	}()
	for range 9 {
		assert.Equal(t, 404, <-status)
	}
}

// The page of the sessions may show reports in a frame, and no other page may frame anything; a report is framed by its own
// place alone.
func TestOnlyTheSessionsPageFrames(t *testing.T) {
	url := library(t, &shelf{})
	for path, frames := range map[string]bool{"/": false, "/index.html": false, "/sessions.html": true} {
		resp, text := fetch(t, url+path)
		require.Equal(t, 200, resp.StatusCode, path)
		csp := resp.Header.Get("Content-Security-Policy")
		assert.Equal(t, frames, strings.Contains(csp, "frame-src 'self'"), path)
		assert.Contains(t, csp, "default-src 'none'")
		assert.Contains(t, csp, "frame-ancestors 'none'", "nobody frames the page")
		assert.Contains(t, text, "<html")
	}
	for _, path := range []string{"/station.html", "/history/", "/nothing.html"} {
		resp, _ := fetch(t, url+path)
		assert.Equal(t, 404, resp.StatusCode, path)
	}
}
