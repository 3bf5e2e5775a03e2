package station_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/authority"
	"bedside/agent/config"
	"bedside/agent/credential"
	"bedside/agent/station"
	"bedside/agent/wire"
)

// issued makes an authority with a room, and returns its folder and the room's credential.
func issued(t *testing.T) (dir string, c *credential.Credential) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "station")
	a, err := authority.Init(dir, "clinic", "desk", []string{"127.0.0.1"}, time.Now())
	require.NoError(t, err)
	_, err = a.Add(credential.Room, "room-1", time.Now())
	require.NoError(t, err)
	c, err = credential.Read(filepath.Join(dir, "credentials", "room-1.creds"))
	require.NoError(t, err)
	return dir, c
}

// browser trusts an authority and keeps cookies.
func browser(t *testing.T, ca []byte) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(ca))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Jar: jar}
}

func ask(t *testing.T, c *http.Client, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode, string(text)
}

// TestASecureStation has everything that a clinic would turn on: an authority of its own, a page with sign-in, a webhook.
func TestASecureStation(t *testing.T) {
	dir, mine := issued(t)
	_, foreign := issued(t)
	people := filepath.Join(t.TempDir(), "access.db")
	door, err := access.Open(t.Context(), people, access.Options{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	root := access.Actor{By: "root", From: "command line"}
	require.NoError(t, door.AddPerson(t.Context(), root, "AK", "nurse", "482913"))
	code, _, err := door.OfferEnrolment(t.Context(), root, "tablet-1", false)
	require.NoError(t, err)
	require.NoError(t, door.Close())
	posts := make(chan string, 16)
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			posts <- string(body)
		}
	}))
	t.Cleanup(web.Close)
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), 0o600))

	desk := run(t, "desk", "", nil, func(o *station.Options) {
		o.Config.NATS = config.NATS{Listen: "127.0.0.1:0", Store: t.TempDir()}
		o.Config.Authority = dir
		o.Config.Console.Access = people
		o.Config.Console.TLS = config.Served{CertFile: filepath.Join(dir, "server.crt"), KeyFile: filepath.Join(dir, "server.key")}
		o.Config.Channels = []config.Channel{{Name: "hook", Kind: config.Webhook, URL: web.URL, SecretFile: secret}}
	})
	require.True(t, strings.HasPrefix(desk.NATS, "tls://") && strings.HasPrefix(desk.Console, "https://"))

	_, err = nats.Connect(desk.NATS, append(foreign.Options(), nats.MaxReconnects(0), nats.Timeout(patience))...)
	require.ErrorAs(t, err, new(x509.UnknownAuthorityError), "a room of another authority does not trust this server")
	trusting := *foreign
	trusting.CA = mine.CA
	require.Eventually(t, func() bool { // the server closes right behind its word, which then does not always arrive
		_, err := nats.Connect(desk.NATS, append(trusting.Options(), nats.MaxReconnects(0), nats.Timeout(patience))...)
		return assert.Error(t, err) && errors.Is(err, nats.ErrAuthorization)
	}, patience, time.Millisecond, "and if it did, it is not let in")

	nc, err := nats.Connect(desk.NATS, append(mine.Options(), nats.Timeout(patience))...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	r := &room{nc: nc, address: wire.Room{Site: "clinic", Room: "room-1"}, seq: 1, started: time.Now()}
	r.live(t)
	eventually(t, "the room appears", func() bool { return link(desk.Station, "room-1") == "live" })

	page := browser(t, mine.CA)
	status, _ := ask(t, page, http.MethodGet, desk.Console+"/api/v1/board", "")
	require.NotEqual(t, http.StatusOK, status, "nobody has signed in")
	status, body := ask(t, page, http.MethodPost, desk.Console+"/api/v1/enrol", `{"code":"`+code+`"}`)
	require.Equal(t, http.StatusOK, status, body)
	status, body = ask(t, page, http.MethodPost, desk.Console+"/api/v1/sign-in", `{"person":"AK","pin":"482913"}`)
	require.Equal(t, http.StatusOK, status, body)
	status, body = ask(t, page, http.MethodGet, desk.Console+"/api/v1/board", "")
	require.Equal(t, http.StatusOK, status, body)
	assert.Contains(t, body, `"room":"room-1"`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, desk.Console+"/api/v1/board", http.NoBody)
	require.NoError(t, err)
	_, err = browser(t, foreign.CA).Do(request) //nolint:bodyclose // there is no answer
	require.ErrorAs(t, err, new(*tls.CertificateVerificationError))

	r.change(t, "spo2_low-1", time.Now(), "raised", false)
	select {
	case post := <-posts:
		assert.Contains(t, post, "room-1")
		assert.NotContains(t, post, "spo2")
	case <-time.After(patience):
		t.Fatal("the webhook was never called")
	}
}
