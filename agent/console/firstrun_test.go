package console_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/console"
	"bedside/agent/scan"
	"bedside/agent/serialport"
	"bedside/agent/setup"
)

// newcomer is the page of a first run, and where it writes.
type newcomer struct {
	t       *testing.T
	url     string
	file    string
	written int
}

func newNewcomer(t *testing.T) *newcomer {
	t.Helper()
	n := &newcomer{t: t, file: filepath.Join(t.TempDir(), "bedside.yaml")}
	nowhere := t.TempDir()
	srv := httptest.NewServer(console.NewFirstRun(console.FirstRunOptions{
		File: n.file, Usual: setup.Answers{Devices: []setup.Device{}}, Version: "test", Log: slog.New(slog.DiscardHandler),
		Scanner: scan.New(scan.Options{Host: serialport.Host{Dev: nowhere, Sys: nowhere, Proc: nowhere, Run: nowhere}}),
		Written: func() { n.written++ },
	}).Handler())
	t.Cleanup(srv.Close)
	n.url = srv.URL
	return n
}

func (n *newcomer) post(path, body string, header ...string) (int, map[string]any) {
	n.t.Helper()
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, n.url+path, strings.NewReader(body))
	require.NoError(n.t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(n.t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(n.t, err)
	require.NoError(n.t, answer.Body.Close())
	out := map[string]any{}
	if json.Unmarshal(text, &out) != nil {
		out["text"] = string(text)
	}
	return answer.StatusCode, out
}

func (n *newcomer) get(url string) (int, string) {
	n.t.Helper()
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(n.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(n.t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(n.t, err)
	require.NoError(n.t, answer.Body.Close())
	return answer.StatusCode, string(text)
}

// roomOfTheRun is a room that fits this computer: it keeps its data in that folder, and takes free ports.
func roomOfTheRun(folder string) string {
	return `{"site":"clinic","room":"room-1","data":` + strconv.Quote(folder) + `,"page":"127.0.0.1:0","nats":"127.0.0.1:0",` +
		`"devices":[{"name":"oximeter","driver":"nonin","port":"/dev/ttyUSB0"}]}`
}

// A configuration with which the agent cannot begin is never asked for again: the room would be watched by nobody.
func TestFirstRunWritesNothingThatCannotBegin(t *testing.T) {
	n, folder := newNewcomer(t), t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer shut(t, taken)
	for field, c := range map[string]struct{ was, is, code string }{
		"data": {folder, "/dev/null/x", "unwritable"},
		"nats": {`"nats":"127.0.0.1:0"`, `"nats":"` + taken.Addr().String() + `"`, "taken"},
		"page": {`"page":"127.0.0.1:0"`, `"page":"` + taken.Addr().String() + `"`, "taken"},
	} {
		body := strings.Replace(roomOfTheRun(folder), c.was, c.is, 1)
		for _, path := range []string{"/api/v1/setup/show", "/api/v1/setup/write"} {
			status, got := n.post(path, body)
			require.Equal(t, http.StatusOK, status)
			assert.Equal(t, "problems", got["code"])
			problems, ok := got["problems"].([]any)
			require.True(t, ok && len(problems) == 1, "%v", got)
			problem, ok := problems[0].(map[string]any)
			require.True(t, ok)
			assert.Equal(t, field, problem["field"])
			assert.Equal(t, c.code, problem["code"])
		}
	}
	assert.NoFileExists(t, n.file)
	assert.Zero(t, n.written)
}

func TestFirstRunWritesWhatItShows(t *testing.T) {
	n := newNewcomer(t)
	status, begun := n.get(n.url + "/api/v1/setup")
	require.Equal(t, http.StatusOK, status)
	assert.Contains(t, begun, `"writable":true`)
	status, _ = n.get(n.url + "/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, status, "nothing is watched")

	room := roomOfTheRun(t.TempDir())
	status, shown := n.post("/api/v1/setup/show", room)
	require.Equal(t, http.StatusOK, status)
	_, err := os.Stat(n.file)
	require.ErrorIs(t, err, os.ErrNotExist, "to look writes nothing")
	status, written := n.post("/api/v1/setup/write", room)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, shown["files"], written["files"])
	assert.Equal(t, 1, n.written)
	c, err := config.Load(n.file)
	require.NoError(t, err)
	assert.Equal(t, "room-1", c.Room)

	// Somebody presses again, or another one has the page open.
	status, refused := n.post("/api/v1/setup/write", strings.Replace(room, "room-1", "room-2", 1))
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "there", refused["code"])
	assert.Equal(t, 1, n.written)
	c, err = config.Load(n.file)
	require.NoError(t, err)
	assert.Equal(t, "room-1", c.Room)
}

func TestFirstRunRefusesWhatCannotBe(t *testing.T) {
	n := newNewcomer(t)
	for name, c := range map[string]struct {
		path, body string
		header     []string
		status     int
		code       string
	}{
		"no room":             {"/api/v1/setup/write", `{"site":"clinic"}`, nil, http.StatusOK, "problems"},
		"a wrong kind":        {"/api/v1/setup/write", `{"site":7}`, nil, http.StatusBadRequest, "bad_request"},
		"no JSON":             {"/api/v1/setup/write", `site: clinic`, nil, http.StatusBadRequest, "bad_request"},
		"another page":        {"/api/v1/setup/write", roomOfTheRun(t.TempDir()), []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden, ""},
		"another name":        {"/api/v1/setup/write", roomOfTheRun(t.TempDir()), []string{"Host", "evil.example"}, http.StatusMisdirectedRequest, ""},
		"a file for a port":   {"/api/v1/setup/scan", `{"ports":["` + n.file + `"]}`, nil, http.StatusBadRequest, "bad_request"},
		"a folder for a port": {"/api/v1/setup/scan", `{"ports":["/etc"]}`, nil, http.StatusBadRequest, "bad_request"},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := n.post(c.path, c.body, c.header...)
			assert.Equal(t, c.status, status, "%v", answer)
			if c.code != "" {
				assert.Equal(t, c.code, answer["code"])
			}
			_, err := os.Stat(n.file)
			require.ErrorIs(t, err, os.ErrNotExist)
		})
	}
	assert.Zero(t, n.written)

	status, _ := n.post("/api/v1/setup/scan", `{}`)
	assert.Equal(t, http.StatusOK, status)
	status, answer := n.post("/api/v1/setup/scan", `{}`)
	assert.Equal(t, http.StatusConflict, status, "one at a time")
	assert.Equal(t, "running", answer["code"])
}

func TestFirstRunHasNothingOfARoom(t *testing.T) {
	n := newNewcomer(t)
	for path, want := range map[string]int{"/": http.StatusOK, "/setup.html": http.StatusOK, "/index.html": http.StatusNotFound, "/api/v1/state": http.StatusNotFound} {
		status, _ := n.get(n.url + path)
		assert.Equal(t, want, status, path)
	}
}
