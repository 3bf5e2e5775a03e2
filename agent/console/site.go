package console

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
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

// guard sets the headers that keep foreign pages out, refuses orders that come from them, and refuses requests under a
// foreign host name, with which a page elsewhere could reach a server on this computer (DNS rebinding). Hosts are the names
// beside those of the loopback under which it may be asked.
func guard(next http.Handler, hosts []string) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
			"img-src 'self' data:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if !knownHost(r.Host, hosts) {
			writeText(w, http.StatusMisdirectedRequest, "this page answers only under "+strings.Join(append([]string{"localhost", "a loopback address"}, hosts...), ", "))
			return
		}
		// Whoever does not take an answer gives the connection back. A writer that cannot have a deadline is a test's.
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

func knownHost(hostport string, hosts []string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback()) || slices.ContainsFunc(hosts, func(h string) bool { return strings.EqualFold(h, host) })
}
