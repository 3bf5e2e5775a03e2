package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdServe is "serve VARIABLE STATUS FILE": a server on loopback answers everything with that status until the script ends,
// and writes what it was sent last into FILE; the variable gets its URL.
func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	file := ts.MkAbs(args[2])
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(file, append(body, '\n'), 0o600)
		}
		if err != nil {
			status = http.StatusTeapot
		}
		w.WriteHeader(status)
	}))
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
}
