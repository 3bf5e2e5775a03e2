package ways_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"bedside/agent/ways"
)

func TestATableIsAsked(t *testing.T) {
	table := http.NewServeMux()
	none := func(http.ResponseWriter, *http.Request) { t.Error("it is asked, not gone") }
	table.HandleFunc("GET /seen", none)
	table.HandleFunc("POST /done/{verb}", none)
	table.HandleFunc("PUT /kept", none)
	for _, c := range []struct {
		method, path string
		takes, has   bool
	}{
		{http.MethodGet, "/seen", true, true},
		{http.MethodHead, "/seen", true, true},
		{http.MethodPost, "/seen", false, true},
		{http.MethodGet, "/done/well", false, true},
		{http.MethodDelete, "/done/well", false, true},
		{http.MethodPost, "/done/well", true, true},
		{http.MethodPost, "/done", false, false},
		{http.MethodGet, "/elsewhere", false, false},
		{http.MethodPut, "/kept", true, true},
		{http.MethodGet, "/kept", false, false},
	} {
		r := httptest.NewRequest(c.method, c.path, http.NoBody)
		assert.Equal(t, c.takes, ways.Takes(table, r), "%s %s", c.method, c.path)
		assert.Equal(t, c.has, ways.Has(table, r), "%s %s", c.method, c.path)
		assert.Equal(t, c.method, r.Method)
	}
}
