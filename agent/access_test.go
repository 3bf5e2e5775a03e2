package agent_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/authority"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/record"
	"bedside/agent/wire"
)

// Who signs in at the page of a room is on the bus and in the room's record, and who tried in vain, too.
func TestASignInIsInTheRecordOfTheRoom(t *testing.T) {
	wholeAgent(t)
	dir := t.TempDir()
	a, err := authority.Init(filepath.Join(dir, "station"), "clinic", "desk", []string{"127.0.0.1"}, time.Now())
	require.NoError(t, err)
	ca, err := a.CA()
	require.NoError(t, err)
	people := filepath.Join(dir, "access.db")
	door, err := access.Open(t.Context(), people, access.Options{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	root := access.Actor{By: "root", From: "command line"}
	require.NoError(t, door.AddPerson(t.Context(), root, "AK", "nurse", "482913"))
	code, _, err := door.OfferEnrolment(t.Context(), root, "tablet-1", false)
	require.NoError(t, err)
	require.NoError(t, door.Close())

	c := configure(t, dir, embedded(dir))
	c.Console.Access = people
	c.Console.TLS = config.Served{CertFile: filepath.Join(dir, "station", "server.crt"), KeyFile: filepath.Join(dir, "station", "server.key")}
	r, stop := run(t, c, pace.Clock{})
	ear := listen(t, r.NATS)
	require.NoError(t, ear.nc.Flush())

	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(ca))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	page := &http.Client{Transport: transport, Jar: jar}
	post := func(path, body string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.Console+path, strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		answer, err := page.Do(request)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	require.Equal(t, http.StatusOK, post("/api/v1/enrol", `{"code":"`+code+`"}`))
	require.NotEqual(t, http.StatusOK, post("/api/v1/sign-in", `{"person":"AK","pin":"593024"}`))
	require.Equal(t, http.StatusOK, post("/api/v1/sign-in", `{"person":"AK","pin":"482913"}`))
	signedIn := func(by, text string) bool { return by == "AK" && strings.Contains(text, "signed in") }
	said, _ := ear.wait(0, "the sign-in", ".session", func(b map[string]any) bool {
		by, _ := b["by"].(string)
		text, _ := b["text"].(string)
		return b["event"] == wire.EventAccess && signedIn(by, text)
	})
	assert.Contains(t, said.body["via"], "tablet-1")
	stop()

	reader, err := record.OpenReader(t.Context(), c.Record.Path)
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	list, err := reader.Events(t.Context(), 0, 1000)
	require.NoError(t, err)
	var texts []string
	for i := range list {
		var s wire.Session
		if json.Unmarshal(list[i].Payload, &s) == nil && s.Event == wire.EventAccess {
			texts = append(texts, s.By+": "+s.Text)
			assert.NotContains(t, s.Text, "482913")
			assert.NotContains(t, s.Text, "593024", "no PIN, not a wrong one either")
		}
	}
	t.Log(strings.Join(texts, "; "))
	assert.GreaterOrEqual(t, len(texts), 3, "enrolment, the try in vain, the sign-in: %v", texts)
}
