package console

import (
	"bytes"
	"cmp"
	"html"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// sessionsPage lists recorded sessions, and shows the report of one in a frame.
const sessionsPage = "sessions.html"

// policy is the content security policy of every page: what is embedded here, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// site serves the embedded files with these pages, the first one also as "/". The other pages are not there: they would ask for
// what this side does not have. set is what the site has set; see [Door].
func site(set map[string]string, pages ...string) http.Handler {
	tree, err := fs.Sub(assets, "assets")
	if err != nil {
		// The name is a constant of this package and embedded at build time.
		panic("console: embedded assets missing: " + err.Error())
	}
	all := newFiles(tree, setting(set))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch name := strings.TrimPrefix(r.URL.Path, "/"); {
		case name == "":
			all.serve(w, r, pages[0])
		case name == sessionsPage && slices.Contains(pages, name): // it shows reports, which say themselves who may frame them
			w.Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
			all.serve(w, r, name)
		case strings.HasSuffix(name, ".html") && !slices.Contains(pages, name):
			http.NotFound(w, r)
		default:
			all.serve(w, r, name)
		}
	})
}

// setting has pages know what the site has set before a module runs: a page speaks from its first word on, and its policy allows no
// script within it.
func setting(set map[string]string) func(name string, text []byte) []byte {
	attributes := []string{`<html lang="` + html.EscapeString(cmp.Or(set["language"], "en")) + `"`}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		attributes = append(attributes, `data-site-`+name+`="`+html.EscapeString(set[name])+`"`)
	}
	root := strings.Join(attributes, " ")
	return func(name string, text []byte) []byte {
		if !strings.HasSuffix(name, ".html") {
			return text
		}
		return bytes.Replace(text, []byte(`<html lang="en">`), []byte(root+">"), 1)
	}
}

// health adds the two questions of whoever watches the process.
func health(mux *http.ServeMux, ready func() error) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			writeText(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		writeText(w, http.StatusOK, "ok")
	})
}
