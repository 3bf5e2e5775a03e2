package console_test

import (
	"context"
	"encoding/pem"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/record"
	"bedside/agent/scan"
	"bedside/agent/serialport"
	"bedside/agent/setup"
	"bedside/agent/system"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// way is one way in, asked for as it should be.
type way struct {
	path   string // with everything filled in
	body   string // of an order
	status int    // of the answer
	stream bool   // it has no end
}

const (
	askedRoom    = "room"
	askedStation = "station"
	askedSetup   = "setup"
)

// ways are all that there are, by side and by the words of the code. A new one fails TestNoWayInIsForgotten until it stands here.
func ways(t *testing.T) map[string]map[string]way {
	t.Helper()
	both := map[string]way{
		"GET /": {path: "/", status: 200}, "GET /healthz": {path: "/healthz", status: 200}, "GET /readyz": {path: "/readyz", status: 200},
		"GET /metrics": {path: "/metrics", status: 200}, "GET /api/v1/me": {path: "/api/v1/me", status: 200},
		"GET /api/v1/events":  {path: "/api/v1/events", status: 200, stream: true},
		"POST /api/v1/screen": {path: "/api/v1/screen", body: `{"id":"s1","visible":true,"sound":true,"more":1}`, status: 200},
		"GET /api/v1/system":  {path: "/api/v1/system", status: 200}, "GET /ca.crt": {path: "/ca.crt", status: 200},
		"GET /api/v1/system/scan":      {path: "/api/v1/system/scan", status: 200},
		"POST /api/v1/system/scan":     {path: "/api/v1/system/scan", body: `{"ask":false,"more":1}`, status: 200},
		"POST /api/v1/system/verify":   {path: "/api/v1/system/verify", body: `{"more":1}`, status: 200},
		"POST /api/v1/system/test":     {path: "/api/v1/system/test", body: `{"channel":"phones","more":1}`, status: 200},
		"POST /api/v1/commands/{verb}": {path: "/api/v1/commands/note", body: `{"by":"AK","text":"x","more":1}`, status: 200},
	}
	room := map[string]way{
		"GET /api/v1/state": {path: "/api/v1/state", status: 200}, "GET /api/v1/trend": {path: "/api/v1/trend?since=3", status: 200},
		"GET /api/v1/sessions": {path: "/api/v1/sessions", status: 200}, "GET /api/v1/profiles": {path: "/api/v1/profiles", status: 200},
		// What a session holds takes seconds to read and has tests of its own.
		"GET /api/v1/sessions/{code}/summary.json": {path: "/api/v1/sessions/K-9999/summary.json", status: 404},
		"GET /api/v1/sessions/{code}/whatif":       {path: "/api/v1/sessions/K-9999/whatif?profile=iv-ketamine", status: 404},
		"GET /api/v1/sessions/{code}/{file}":       {path: "/api/v1/sessions/K-9999/report.html", status: 404},
	}
	station := map[string]way{
		"GET /api/v1/board":                         {path: "/api/v1/board", status: 200},
		"GET /api/v1/rooms/{room}/state":            {path: "/api/v1/rooms/room-1/state", status: 200},
		"POST /api/v1/duty":                         {path: "/api/v1/duty", body: `{"action":"release","rooms":["room-1"],"by":"AK","more":1}`, status: 200},
		"POST /api/v1/rooms/{room}/commands/{verb}": {path: "/api/v1/rooms/room-1/commands/note", body: `{"by":"AK","text":"x","more":1}`, status: 200},
	}
	first := map[string]way{
		"GET /": {path: "/", status: 200}, "GET /healthz": {path: "/healthz", status: 200}, "GET /readyz": {path: "/readyz", status: 503},
		"GET /api/v1/me": {path: "/api/v1/me", status: 200}, "GET /api/v1/setup": {path: "/api/v1/setup", status: 200},
		"GET /api/v1/setup/scan":   {path: "/api/v1/setup/scan", status: 200},
		"POST /api/v1/setup/scan":  {path: "/api/v1/setup/scan", body: `{"more":1}`, status: 200},
		"POST /api/v1/setup/show":  {path: "/api/v1/setup/show", body: roomOfTheRun(t.TempDir()), status: 200},
		"POST /api/v1/setup/write": {path: "/api/v1/setup/write", body: roomOfTheRun(t.TempDir()), status: 200},
	}
	maps.Copy(room, both)
	maps.Copy(station, both)
	return map[string]map[string]way{askedRoom: room, askedStation: station, askedSetup: first}
}

func TestNoWayInIsForgotten(t *testing.T) {
	tried := map[string]bool{}
	for _, side := range ways(t) {
		for name := range side {
			tried[name] = true
		}
	}
	form := regexp.MustCompile(`\.Handle(?:Func)?\("(GET|POST|PUT|DELETE|PATCH|HEAD)? ?([^"]*)"(\+caPath)?`)
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var found []string
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		text, err := os.ReadFile(source)
		require.NoError(t, err)
		for _, m := range form.FindAllStringSubmatch(string(text), -1) {
			name := m[1] + " " + m[2]
			if m[3] != "" {
				name += "/ca.crt"
			}
			found = append(found, name)
		}
		assert.Equal(t, strings.Count(string(text), ".Handle(")+strings.Count(string(text), ".HandleFunc("), len(form.FindAllString(string(text), -1)), "%s adds a way in that is not read here", source)
	}
	slices.Sort(found)
	assert.Equal(t, slices.Sorted(maps.Keys(tried)), slices.Compact(found), "each way in stands in ways, and nothing else does")
}

// side is one side with everything that it can have.
func side(t *testing.T, which string) (url string, ordered func() int) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	nowhere := t.TempDir()
	scanner := scan.New(scan.Options{Host: serialport.Host{Dev: nowhere, Sys: nowhere, Proc: nowhere, Run: nowhere}})
	done := 0
	behind := system.New(system.Options{
		Scanner: scanner, Verify: func(context.Context) (record.Chain, error) { return record.Chain{}, nil },
		Channels: func() []wire.ChannelState { return []wire.ChannelState{{Name: "phones"}} },
		Test:     func(context.Context, string) error { return nil },
		CA: func() ([]byte, error) {
			return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("der")}), nil
		},
		Told: func(string, string, string) { done++ },
	})
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "bedside_up 1\n") })
	ready := func() error { return nil }
	var handler http.Handler
	switch which {
	case askedRoom:
		r := &counted{}
		handler = console.New(console.Options{
			Feed: r, Metrics: metrics, Ready: ready, Log: quiet, Recorded: archive(t), Profiles: profiles.Find, System: behind,
			Trend: func(int64) wire.Trend { return wire.Trend{} },
		}).Handler()
		ordered = func() int { return done + r.n }
	case askedStation:
		w := newWard()
		handler = console.NewStation(console.StationOptions{Feed: w, Metrics: metrics, Ready: ready, Log: quiet, System: behind}).Handler()
		ordered = func() int { return done + len(w.commands) + len(w.screens) }
	default:
		file := filepath.Join(t.TempDir(), "bedside.yaml")
		handler = console.NewFirstRun(console.FirstRunOptions{
			File: file, Usual: setup.Answers{Devices: []setup.Device{}}, Scanner: scanner, Log: quiet, Written: func() { done++ },
		}).Handler()
		ordered = func() int {
			if scanner.View().Begun {
				return done + 1
			}
			return done
		}
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return srv.URL, ordered
}

// counted is a room that counts the orders that reach it.
type counted struct {
	room
	n int
}

func (c *counted) Command(ctx context.Context, from, verb string, payload []byte) wire.Reply {
	c.n++
	c.reply = wire.Reply{OK: true}
	return c.room.Command(ctx, from, verb, payload)
}

// knock asks and gives the answer without its body where it has no end.
func knock(t *testing.T, method, url, body string, stream bool, header ...string) (*http.Response, string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	require.NoError(t, err, "%s %s", method, url)
	if stream && answer.StatusCode == 200 && method == "GET" {
		shut(t, answer.Body)
		return answer, ""
	}
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err, "%s %s", method, url)
	shut(t, answer.Body)
	return answer, string(text)
}

// Every way in, asked for as it should be, and in every way that it should not be.
func TestEveryWayIn(t *testing.T) {
	for which, all := range ways(t) {
		t.Run(which, func(t *testing.T) {
			url, ordered := side(t, which)
			for name, w := range all {
				method, _, _ := strings.Cut(name, " ")
				for _, other := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
					at := strings.TrimPrefix(name, method)
					_, there := all[other+at]
					if _, asked := all["GET"+at]; there || other == "HEAD" && asked {
						continue
					}
					answer, _ := knock(t, other, url+w.path, "", false)
					assert.Equal(t, 405, answer.StatusCode, "%s for %s", other, name)
					assert.Equal(t, allowed(all, at), answer.Header.Get("Allow"), "%s for %s", other, name)
					assert.Empty(t, answer.Header.Get("Location"))
				}
				foreign, body := knock(t, method, url+w.path, w.body, w.stream, "Host", "evil.example:8080")
				assert.Equal(t, 421, foreign.StatusCode, "%s under a foreign name", name)
				assert.NotContains(t, body, "room-1")
				if method == "POST" {
					refusesOrders(t, url, name, w)
				}
			}
			require.Zero(t, ordered(), "none of that was done")
			for name, w := range all {
				isAsked(t, url, name, w)
			}
			assert.Positive(t, ordered(), "and what was well asked for was")
		})
	}
}

// allowed lists the methods that a way in takes, as it says itself.
func allowed(all map[string]way, at string) string {
	var list []string
	if _, asked := all["GET"+at]; asked {
		list = append(list, "GET", "HEAD")
	}
	if _, ordered := all["POST"+at]; ordered {
		list = append(list, "POST")
	}
	return strings.Join(list, ", ")
}

// refusesOrders sends an order as foreign pages would, and what is none.
func refusesOrders(t *testing.T, url, name string, w way) {
	t.Helper()
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
		{"Origin", strings.Replace(url, "http://", "https://", 1) + "1"},
	} {
		answer, _ := knock(t, "POST", url+w.path, w.body, false, header...)
		assert.Equal(t, 403, answer.StatusCode, "%s with %v", name, header)
	}
	answer, text := knock(t, "POST", url+w.path, `{"by":"`+strings.Repeat("x", 64<<10)+`"}`, false)
	assert.Equal(t, 413, answer.StatusCode, name)
	assert.Contains(t, text, "too long", name)
	if strings.Contains(name, "{verb}") {
		return // what is in an order is the agent's to judge
	}
	for _, garbage := range []string{"", "{", "[]", `"x"`, "7", strings.Repeat("[", 60_000), "{}{}", "{\"by\":\"\xff\"", "\x00", "by=AK&id=x"} {
		answer, text := knock(t, "POST", url+w.path, garbage, false)
		assert.Equal(t, 400, answer.StatusCode, "%s with %.20q", name, garbage)
		assert.Contains(t, text, `"ok":false`, name)
		assert.NotContains(t, text, "json:", "%s tells a person of Go", name)
	}
}

// isAsked asks as a page does.
func isAsked(t *testing.T, url, name string, w way) {
	t.Helper()
	method, path, _ := strings.Cut(name, " ")
	answer, text := knock(t, method, url+w.path, w.body, w.stream, "Range", "bytes=0-3", "If-None-Match", "*", "Accept-Encoding", "identity")
	if path == "/" {
		assert.Contains(t, []int{206, 304}, answer.StatusCode, "of files alone there are parts")
		answer, text = knock(t, method, url+w.path, w.body, w.stream)
	}
	require.Equal(t, w.status, answer.StatusCode, "%s: %s", name, text)
	h := answer.Header
	assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), name)
	assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"), name)
	assert.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", name)
	assert.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors", name)
	assert.NotEmpty(t, h.Get("Content-Type"), name)
	want := "no-cache"
	if strings.HasPrefix(path, "/api/") {
		want = "no-store"
	}
	assert.Equal(t, want, h.Get("Cache-Control"), name)
	if method != "GET" {
		return
	}
	head, text := knock(t, "HEAD", url+w.path, "", true)
	assert.Equal(t, w.status, head.StatusCode, name)
	assert.Equal(t, h.Get("Content-Type"), head.Header.Get("Content-Type"), name)
	assert.Empty(t, text)
	if w.stream {
		assert.Equal(t, "text/event-stream", h.Get("Content-Type"))
	}
}

// The page frames a report, and where there is none, why.
func TestWhyThereIsNoReportIsShownWhereItWouldBe(t *testing.T) {
	url, _ := side(t, askedRoom)
	for path, want := range map[string]int{"K-0412/report.html": 200, "K-9999/report.html": 404, "K-0412/report.html?unit=bar": 400} {
		answer, _ := knock(t, "GET", url+"/api/v1/sessions/"+path, "", false)
		assert.Equal(t, want, answer.StatusCode, path)
		assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "frame-ancestors 'self'", path)
		assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'", path)
	}
	answer, _ := knock(t, "GET", url+"/api/v1/sessions/K-9999/report.pdf", "", false)
	assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
}

// What is embedded has one name each, and nothing beside it has one.
func TestNoPathLeadsOut(t *testing.T) {
	for which := range ways(t) {
		url, _ := side(t, which)
		for _, path := range []string{
			"/../site.go", "/%2e%2e/site.go", "/..%2fsite.go", "/base/..%2f..%2fsite.go", "/base/%2e%2e/%2e%2e/site.go", "/..%5csite.go", "//etc/passwd", "///etc/passwd",
			"/%00", "/base/say.js%00", "/.", "/..", "/base", "/base/", "/words", "/words/", "/assets/base/say.js", "/base//say.js", "/./base/say.js", "/BASE/say.js",
			"/base/say.js/", "/site.go", "/%62ase/../site.go", "/index.html/", "/base/nothing.js", "/base/say.mjs", "/x/../api/v1/me/..", "/" + strings.Repeat("a/", 2000),
		} {
			answer, text := knock(t, "GET", url+path, "", false)
			assert.Contains(t, []int{301, 307, 400, 404}, answer.StatusCode, "%s %.60s", which, path)
			assert.NotContains(t, text, "package console", path)
			assert.NotContains(t, text, "root:", path)
			if answer.StatusCode >= 400 {
				assert.NotContains(t, text, "say.js", "no list of what there is: %s", path)
			}
		}
	}
}
