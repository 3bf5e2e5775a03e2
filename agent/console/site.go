package console

import (
	"io/fs"
	"net/http"
	"strings"
)

// site serves the embedded files with one page as "/". The other pages are not there: they would ask for what this side
// does not have.
func site(page string) http.Handler {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		// The name is a constant of this package and embedded at build time.
		panic("console: embedded assets missing: " + err.Error())
	}
	static := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/" || r.URL.Path == "/"+page:
			http.ServeFileFS(w, r, files, page)
		case strings.HasSuffix(r.URL.Path, ".html") || strings.HasSuffix(r.URL.Path, "/"):
			http.NotFound(w, r)
		default:
			if strings.HasSuffix(r.URL.Path, ".webmanifest") {
				w.Header().Set("Content-Type", "application/manifest+json")
			}
			static.ServeHTTP(w, r)
		}
	})
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
