package console

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
)

// Door says who gets in, and by which names a site may be called. The zero value is for loopback: anybody there may do
// anything, and signs with initials.
type Door struct {
	Guard func(http.Handler) http.Handler // who may do what; nil for no sign-in, so loopback only
	From  func(*http.Request) string      // where an order comes from, for the record; nil for wire.ViaPage
	Hosts []string                        // names under which it may be asked, beside those of the loopback
	// Site is what the site has set for whoever has not chosen otherwise, by names such as language, which pages have as attributes
	// data-site-language and so on; see config.Console. Without a language it is the one that the browser asks for.
	Site map[string]string
	// Connection is the ConnContext of the server, nil for none.
	Connection func(ctx context.Context, c net.Conn) context.Context
}

func (d *Door) from(r *http.Request) string {
	if d.From == nil {
		return wire.ViaPage
	}
	return d.From(r)
}

// guard sets the headers that keep foreign pages out, refuses orders that come from them, and refuses requests under a
// foreign host name, with which a page elsewhere could reach a server on this computer (DNS rebinding). What comes through
// is left to Guard.
func (d *Door) guard(ways, files *http.ServeMux) http.Handler {
	next := route(ways, files)
	if d.Guard != nil {
		next = d.Guard(next)
	} else {
		ways.HandleFunc("GET /api/v1/me", func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, map[string]bool{"access": false})
		})
	}
	next = http.NewCrossOriginProtection().Handler(otherwise(ways, next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache") // of a file: it is asked each time whether it is still the one
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store") // about people, or secret
		}
		if !d.known(r) {
			writeText(w, http.StatusMisdirectedRequest, "this page answers only under "+strings.Join(append([]string{"localhost", "its own address"}, d.Hosts...), ", "))
			return
		}
		// Whoever does not take an answer gives the connection back. A writer that cannot have a deadline is a test's.
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// known reports whether a request names this site: by a configured name, by localhost, or by the very address that it came
// to. A name that somebody else owns can be made to lead here; an address cannot.
func (d *Door) known(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || slices.ContainsFunc(d.Hosts, func(name string) bool { return strings.EqualFold(name, host) }) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	own, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ip.IsLoopback()
	}
	at, err := netip.ParseAddrPort(own.String())
	return ip.IsLoopback() || d.Guard != nil && err == nil && at.Addr().Unmap().WithZone("") == ip.Unmap()
}
