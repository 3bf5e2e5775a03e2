// Package ways asks a table of ways in what it has, before one of them is gone: pages and who guards them must agree on what is a
// way in and what is a file, or is not there.
package ways

import "net/http"

// Takes reports whether the table has a way in for the method and path of a request. It is safe for concurrent use.
func Takes(table *http.ServeMux, r *http.Request) bool {
	_, pattern := table.Handler(r)
	return pattern != ""
}

// Has reports whether the table has a way in at the path of a request, by whatever method it is asked: one that a page takes, GET or
// POST, or its own. If it does not take the method of the request, the table itself answers 405 with those that it takes. It is safe
// for concurrent use.
func Has(table *http.ServeMux, r *http.Request) bool {
	if Takes(table, r) {
		return true
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		asked := *r
		asked.Method = method
		if Takes(table, &asked) {
			return true
		}
	}
	return false
}
