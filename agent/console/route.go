package console

import (
	"errors"
	"net/http"
	"time"

	"bedside/agent/ways"
)

// The ways in and the files are apart: a file may be asked for by any path, and a way in that takes orders alone would be looked for
// among them.

// route leaves to the table of ways in what is one of them, and all else to files.
func route(table, files *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ways.Takes(table, r) {
			table.ServeHTTP(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})
}

// otherwise answers what asks for a way in by a method that it does not take, with those that it does; next has the rest. It comes
// before anybody is asked who he is: which ways in there are is no secret, and nothing is done.
func otherwise(table *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ways.Takes(table, r) || !ways.Has(table, r) {
			next.ServeHTTP(w, r)
			return
		}
		if r.ContentLength != 0 { // a body that nobody reads must not hold the connection
			err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
			if err != nil && !errors.Is(err, http.ErrNotSupported) {
				return
			}
		}
		table.ServeHTTP(w, r) // 405, with Allow
	})
}
