package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	pathpkg "path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

type room struct {
	from, verb, payload string
	reply               wire.Reply
}

func (r *room) Snapshot(context.Context) (wire.Status, error) {
	return wire.Status{Header: wire.Header{V: 1, Room: "room-1"}, Alerts: []wire.Alert{}}, nil
}

func (r *room) Command(_ context.Context, from, verb string, payload []byte) wire.Reply {
	r.from, r.verb, r.payload = from, verb, string(payload)
	return r.reply
}

func newConsole(r *room, ready error) *console.Console {
	return console.New(console.Options{
		Feed: r, Metrics: http.NotFoundHandler(), Ready: func() error { return ready }, Log: slog.New(slog.DiscardHandler),
	})
}

func serve(t *testing.T, c *console.Console) string {
	t.Helper()
	srv := httptest.NewServer(c.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

func do(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer shut(t, resp.Body)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	return req
}

func TestPageGetsTheFullPictureAtOnceAndThenEvents(t *testing.T) {
	c := newConsole(&room{}, nil)
	resp, err := http.DefaultClient.Do(request(t, "GET", serve(t, c)+"/api/v1/events", ""))
	require.NoError(t, err)
	defer shut(t, resp.Body)
	lines := bufio.NewScanner(resp.Body)
	next := func() string {
		require.True(t, lines.Scan(), "stream ended: %v", lines.Err())
		return lines.Text()
	}
	assert.Equal(t, "event: snapshot", next())
	var s wire.Status
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(next(), "data: ")), &s))
	assert.Equal(t, "room-1", s.Room)
	assert.Empty(t, next())

	assert.True(t, c.Watching(), "somebody looks")
	c.Screen("alarm", []byte(`{"v":1}`))
	assert.Equal(t, "event: alarm", next())
	assert.Equal(t, `data: {"v":1}`, next())
}

func TestReaderThatDoesNotKeepUpIsCutAndDelaysNobody(t *testing.T) {
	c := newConsole(&room{}, nil)
	url := serve(t, c)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer shut(t, conn)
	_, err = io.WriteString(conn, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	_, err = bufio.NewReader(conn).ReadString('\n') // the stream has begun; from here on nobody reads
	require.NoError(t, err)

	big := []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
	for range 1000 { // far beyond what queue and sockets hold; returns only because Screen never blocks
		c.Screen("wave", big)
	}
	assert.False(t, c.Watching(), "the deaf reader is cut")
}

func TestCommandIsHandedOnAndItsAnswerGivenBack(t *testing.T) {
	r := &room{reply: wire.Reply{OK: true}}
	url := serve(t, newConsole(r, nil))
	status, body := do(t, request(t, "POST", url+"/api/v1/commands/acknowledge", `{"by":"AK"}`))
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"ok":true}`, body)
	assert.Equal(t, "acknowledge", r.verb)
	assert.Equal(t, wire.ViaPage, r.from)
	assert.JSONEq(t, `{"by":"AK"}`, r.payload)

	r.reply = wire.Reply{Code: "refused", Text: "cuff is measuring"}
	status, body = do(t, request(t, "POST", url+"/api/v1/commands/cuff-start", `{}`))
	assert.Equal(t, 409, status)
	assert.Contains(t, body, "cuff is measuring")
}

func TestForeignPagesAreRefused(t *testing.T) {
	r := &room{reply: wire.Reply{OK: true}}
	url := serve(t, newConsole(r, nil))

	crossSite := request(t, "POST", url+"/api/v1/commands/acknowledge", `{"by":"x"}`)
	crossSite.Header.Set("Sec-Fetch-Site", "cross-site")
	status, _ := do(t, crossSite)
	assert.Equal(t, 403, status, "a page elsewhere must not give orders")

	rebound := request(t, "GET", url+"/api/v1/state", "")
	rebound.Host = "evil.example:8080"
	status, _ = do(t, rebound)
	assert.Equal(t, 421, status, "a foreign name for this computer must not read it")

	status, _ = do(t, request(t, "POST", url+"/api/v1/commands/note", strings.Repeat("x", 70<<10)))
	assert.Equal(t, 413, status)
	assert.Empty(t, r.verb, "none of them reached the room")
}

func TestHealthAndReadiness(t *testing.T) {
	url := serve(t, newConsole(&room{}, errors.New("oximeter: not connected")))
	status, body := do(t, request(t, "GET", url+"/healthz", ""))
	assert.Equal(t, 200, status)
	assert.Equal(t, "ok\n", body)
	status, body = do(t, request(t, "GET", url+"/readyz", ""))
	assert.Equal(t, 503, status)
	assert.Equal(t, "oximeter: not connected\n", body)
}

func TestServeEndsOpenStreamsWhenToldToStop(t *testing.T) {
	c := newConsole(&room{}, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx, l) }()
	resp, err := http.DefaultClient.Do(request(t, "GET", "http://"+l.Addr().String()+"/api/v1/events", ""))
	require.NoError(t, err)
	defer shut(t, resp.Body)
	stop()
	require.NoError(t, <-done)
	last, err := io.ReadAll(resp.Body)
	require.NoError(t, err, "the stream ended in order")
	assert.Contains(t, string(last), "event: stopping\n", "the page is told that it is no fault of the line")
}

// What the page names must be there, and nothing on it may need more than its content security policy allows.
func TestPageIsWholeAndKeepsItsPolicy(t *testing.T) {
	url := serve(t, newConsole(&room{}, nil))
	assets := os.DirFS("assets")
	imports := regexp.MustCompile(`(?:src|href|from|URL\(|url\()"? ?[=:]? ?"?((?:\.\.?/)?(?:[a-z]+/)?[a-z]+\.(?:js|css|svg|webmanifest))[")]`)
	named := 0
	require.NoError(t, fs.WalkDir(assets, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(assets, path)
		require.NoError(t, err)
		for _, name := range imports.FindAllStringSubmatch(string(text), -1) {
			at := name[1] // as the page calls it, or beside the file that names it
			if strings.HasPrefix(at, ".") {
				at = pathpkg.Join(pathpkg.Dir(path), at)
			}
			status, _ := do(t, request(t, "GET", url+"/"+at, ""))
			assert.Equal(t, 200, status, "%s names %s", path, name[1])
			named++
		}
		assert.NotRegexp(t, `style="|onclick=|<style|eval\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|setHTML|https?://(?:[^w]|w[^w])`, string(text), path)
		return nil
	}))
	require.Greater(t, named, 100, "what the files name is no longer found in them")
	resp, err := http.DefaultClient.Do(request(t, "GET", url+"/", ""))
	require.NoError(t, err)
	defer shut(t, resp.Body)
	assert.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'")
}

func shut(t *testing.T, c io.Closer) {
	t.Helper()
	assert.NoError(t, c.Close())
}

func TestTrendIsAskedForFromTheSlotThatThePageHas(t *testing.T) {
	var asked []int64
	c := console.New(console.Options{
		Feed: &room{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler),
		Trend: func(since int64) wire.Trend {
			asked = append(asked, since)
			return wire.Trend{StepS: wire.TrendStep, Slots: []wire.TrendSlot{{355_000_000, 70, 72, 96, 97}}}
		},
	})
	at := serve(t, c) + "/api/v1/trend"
	for query, want := range map[string]int{"": 200, "?since=355000000": 200, "?since=-1": 400, "?since=yesterday": 400} {
		code, body := do(t, request(t, "GET", at+query, ""))
		assert.Equal(t, want, code, query)
		if want == 200 {
			assert.Contains(t, body, `"slots":[[355000000,70,72,96,97,0]]`)
		}
	}
	assert.ElementsMatch(t, []int64{0, 355_000_000}, asked)
	code, _ := do(t, request(t, "GET", serve(t, newConsole(&room{}, nil))+"/api/v1/trend", ""))
	assert.Equal(t, 404, code, "where none is kept")
}

func TestPageAndReportAreAsTheirSiteHasThem(t *testing.T) {
	german := serve(t, console.New(console.Options{
		Feed: &room{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler),
		Recorded: archive(t), Profiles: profiles.Find, Door: console.Door{Site: map[string]string{"language": "de", "unit": "kPa", "label-pulse-rate": `"H<R`}},
	}))
	for _, path := range []string{"/", "/index.html"} {
		resp, err := http.DefaultClient.Do(request(t, "GET", german+path, ""))
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		shut(t, resp.Body)
		assert.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
		assert.Contains(t, string(body), `<html lang="de" data-site-label-pulse-rate="&#34;H&lt;R" data-site-language="de" data-site-unit="kPa">`)
	}
	_, body := do(t, request(t, "GET", german+"/api/v1/sessions/K-0412/report.html", ""))
	assert.Contains(t, body, `<html lang="de">`)
	assert.Contains(t, body, "kPa")
	_, body = do(t, request(t, "GET", german+"/api/v1/sessions/K-0412/report.html?language=en&unit=mmHg", ""))
	assert.Contains(t, body, `<html lang="en">`, "whoever chooses has chosen")
	assert.NotContains(t, body, "kPa")

	_, body = do(t, request(t, "GET", serve(t, newConsole(&room{}, nil))+"/", ""))
	assert.Contains(t, body, `<html lang="en">`, "the browser's own language then")
	assert.NotContains(t, body, "data-site-language")
	station, err := os.ReadFile("assets/station.html")
	require.NoError(t, err)
	assert.Contains(t, string(station), `<html lang="en">`, "which is what a site's language takes the place of")
}
