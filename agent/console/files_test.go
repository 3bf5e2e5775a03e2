package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
)

// ask sends a request without what Go's own client would add and take off, such as packing. Headers are pairs.
func ask(t *testing.T, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	answer, err := client.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	shut(t, answer.Body)
	return answer, body
}

func unpacked(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

// What all pages are made of: how it is called, that it is packed, and that who has it does not get it again.
func TestFilesArePackedAndAreSentOnce(t *testing.T) {
	url := serve(t, newConsole(&room{}, nil)) + "/"
	media := map[string]string{
		"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
		"webmanifest": "application/manifest+json", "png": "image/png",
	}
	plain, packed := 0, 0
	require.NoError(t, fs.WalkDir(os.DirFS("assets"), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".html") {
			return err
		}
		text, err := os.ReadFile("assets/" + path)
		require.NoError(t, err)
		answer, body := ask(t, "GET", url+path)
		if strings.HasSuffix(path, ".go") {
			require.Equal(t, 404, answer.StatusCode, "the package of the catalogues is no file of a page: %s", path)
			return nil
		}
		require.Equal(t, 200, answer.StatusCode, path)
		assert.True(t, bytes.Equal(text, body), "as it lies in assets: %s", path)
		assert.Equal(t, media[path[strings.LastIndexByte(path, '.')+1:]], answer.Header.Get("Content-Type"), path)
		assert.Equal(t, "no-cache", answer.Header.Get("Cache-Control"), "kept, and asked for each time: %s", path)
		tag := answer.Header.Get("ETag")
		require.NotEmpty(t, tag, path)
		again, body := ask(t, "GET", url+path, "If-None-Match", tag)
		assert.Equal(t, 304, again.StatusCode, path)
		assert.Empty(t, body)

		small, body := ask(t, "GET", url+path, "Accept-Encoding", "br, gzip;q=0.8")
		plain, packed = plain+len(text), packed+len(body)
		if small.Header.Get("Content-Encoding") == "" {
			assert.True(t, bytes.Equal(text, body), "as it lies in assets: %s", path)
			return nil
		}
		assert.True(t, bytes.Equal(text, unpacked(t, body)), "as it lies in assets, once unpacked: %s", path)
		assert.Equal(t, "Accept-Encoding", small.Header.Get("Vary"), path)
		assert.NotEqual(t, tag, small.Header.Get("ETag"), "other bytes, another tag")
		again, _ = ask(t, "GET", url+path, "Accept-Encoding", "gzip", "If-None-Match", small.Header.Get("ETag"))
		assert.Equal(t, 304, again.StatusCode, path)
		return nil
	}))
	t.Logf("%d bytes, packed %d", plain, packed)
	assert.Less(t, packed, plain/2)
}

func TestAFileIsPackedOnlyForWhoTakesIt(t *testing.T) {
	url := serve(t, newConsole(&room{}, nil)) + "/words/en.json"
	for accepts, want := range map[string]string{
		"": "", "gzip": "gzip", "br": "", "*": "", "deflate, GZIP": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "gzip;q=0.001": "gzip", "gzip;q=x": "", "gzipped": "",
	} {
		answer, _ := ask(t, "GET", url, "Accept-Encoding", accepts)
		assert.Equal(t, want, answer.Header.Get("Content-Encoding"), accepts)
	}
	text, err := os.ReadFile("assets/words/en.json")
	require.NoError(t, err)
	part, body := ask(t, "GET", url, "Accept-Encoding", "gzip", "Range", "bytes=10-19")
	assert.Equal(t, 206, part.StatusCode)
	assert.Empty(t, part.Header.Get("Content-Encoding"), "a part is one of the file")
	assert.Equal(t, text[10:20], body)
	beyond, _ := ask(t, "GET", url, "Range", "bytes=99999999-")
	assert.Equal(t, 416, beyond.StatusCode)
	head, body := ask(t, "HEAD", url)
	assert.Equal(t, 200, head.StatusCode)
	assert.Empty(t, body)
	assert.EqualValues(t, len(text), head.ContentLength)
}

func germanConsole() *console.Console {
	return console.New(console.Options{
		Feed: &room{}, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler), Door: console.Door{Site: map[string]string{"language": "de"}},
	})
}

// A page that says its site's language is another one.
func TestAPageHasATagOfItsOwn(t *testing.T) {
	url := serve(t, newConsole(&room{}, nil))
	english, _ := ask(t, "GET", url+"/")
	named, _ := ask(t, "GET", url+"/index.html")
	assert.Equal(t, english.Header.Get("ETag"), named.Header.Get("ETag"))
	german, body := ask(t, "GET", serve(t, germanConsole())+"/")
	assert.NotEqual(t, english.Header.Get("ETag"), german.Header.Get("ETag"))
	assert.Contains(t, string(body), `lang="de"`)
	sessions, _ := ask(t, "GET", url+"/sessions.html")
	assert.Contains(t, sessions.Header.Get("Content-Security-Policy"), "frame-src 'self'")
	assert.NotContains(t, english.Header.Get("Content-Security-Policy"), "frame-src")
}

// A page of which a module does not come can say so only by what is none.
func TestEveryPageSeesToItThatItArrives(t *testing.T) {
	pages, err := fs.Glob(os.DirFS("assets"), "*.html")
	require.NoError(t, err)
	require.Len(t, pages, 6)
	for _, page := range pages {
		text, err := os.ReadFile("assets/" + page)
		require.NoError(t, err)
		first, rest, found := strings.Cut(string(text), "<script")
		require.True(t, found)
		assert.Contains(t, first, "stylesheet")
		assert.True(t, strings.HasPrefix(rest, ` defer src="base/arrive.js"></script>`+"\n"+`<script type="module" src="`), page)
		assert.Equal(t, 1, strings.Count(rest, "<script"), page)
	}
	text, err := os.ReadFile("assets/base/arrive.js")
	require.NoError(t, err)
	assert.NotRegexp(t, `(?m)^\s*(?:import|export)\b|\bimport\(`, string(text), "it waits for nothing")
}
