package notify_test

import (
	"bytes"
	"encoding/pem"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/alerts"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The secret, id, moment, body and signature of the reference implementations' own tests of Standard Webhooks.
const (
	publishedSecret    = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	publishedID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	publishedTimestamp = 1614265330
	publishedBody      = `{"test": 2432232314}`
	publishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

// token is a secret that must not appear anywhere but where it belongs.
const token = "tk_s3cret"

func began() time.Time { return time.Date(2026, 11, 21, 9, 40, 12, 0, time.UTC) }

func tried() time.Time { return time.Date(2026, 11, 21, 9, 40, 13, 0, time.UTC) }

// notice is one with everything in it that must not get out.
func notice() notify.Notice {
	return notify.Notice{
		ID: "room-2-7f3a-1043", Site: "clinic", Room: "room-2", Priority: alerts.High, Kind: notify.Physiological,
		Condition: "bp_severe", Occurrence: "bp_severe-3", To: []string{"AB"}, At: began(),
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// served is a server with what it was sent.
type served struct {
	*httptest.Server
	got []string
}

func serve(t *testing.T, tls bool, answer http.HandlerFunc) *served {
	t.Helper()
	s := &served{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dump, err := httputil.DumpRequest(r, true)
		assert.NoError(t, err)
		s.got = append(s.got, strings.ReplaceAll(string(dump), "\r\n", "\n"))
		if answer != nil {
			answer(w, r)
		}
	})
	s.Server = httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail here on purpose
	if tls {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// channel is one of a kind at that server.
func channel(t *testing.T, kind, url string) config.Channel {
	t.Helper()
	c := config.Channel{Name: "it", Kind: kind, URL: url}
	switch kind {
	case config.Ntfy:
		c.URL += "/ward-7"
		c.Click = "https://station.clinic.example/"
		c.TokenFile = file(t, token+"\n")
	case config.Webhook:
		c.URL += "/hook"
		c.SecretFile = file(t, "whsec_"+publishedSecret+"\n")
	}
	return c
}

func open(t *testing.T, c config.Channel) *notify.Notifier {
	t.Helper()
	n, err := notify.New(notify.Options{Site: "clinic", Channels: []config.Channel{c}})
	require.NoError(t, err)
	return n
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestTheSignatureIsThatOfThePublishedExample(t *testing.T) {
	c := channel(t, config.Webhook, "https://hooks.example")
	key, err := os.ReadFile(c.SecretFile)
	require.NoError(t, err)
	coded := strings.TrimPrefix(strings.TrimSpace(string(key)), "whsec_")
	assert.Equal(t, publishedSignature,
		notify.Sign(decode(t, coded), publishedID, time.Unix(publishedTimestamp, 0), []byte(publishedBody)))
}

// notices are those of which every kind of channel shows one golden request.
func notices() map[string]notify.Notice {
	low, technical, step, closed, simulated := notice(), notice(), notice(), notice(), notice()
	low.Priority = alerts.Low
	technical.Kind, technical.Priority, technical.Room = notify.Technical, alerts.Medium, ""
	step.Step = "everyone"
	step = notify.Before(step, low)
	closed.Resolved = true
	simulated.Simulated = true
	return map[string]notify.Notice{
		"raised": notice(), "technical": technical, "everyone": step, "closed": closed, "simulated": simulated,
		"test": notify.TryNotice(began()),
	}
}

func TestRequestsAreAsExpected(t *testing.T) {
	port := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	for _, kind := range []string{config.Ntfy, config.Webhook, config.Alertmanager} {
		var all strings.Builder
		for _, name := range []string{"raised", "technical", "everyone", "closed", "simulated", "test"} {
			s := serve(t, false, nil)
			require.NoError(t, notify.Try(t.Context(), open(t, channel(t, kind, s.URL)), tried(), notices()[name]))
			require.Len(t, s.got, 1)
			all.WriteString("== " + name + "\n" + port.ReplaceAllString(s.got[0], "HOST") + "\n")
		}
		golden(t, kind, all.String())
	}
}

func TestTheSameNoticeHasTheSameIDAndAnotherHasNot(t *testing.T) {
	s := serve(t, false, nil)
	n := open(t, channel(t, config.Webhook, s.URL))
	other := notice()
	other.ID = "room-2-7f3a-1044"
	for i, one := range []notify.Notice{notice(), notice(), other} {
		require.NoError(t, notify.Try(t.Context(), n, tried().Add(time.Duration(i)*time.Hour), one))
	}
	id := func(i int) string { return regexp.MustCompile(`Webhook-Id: (\S+)`).FindStringSubmatch(s.got[i])[1] }
	body := func(i int) string { return s.got[i][strings.Index(s.got[i], "\n\n"):] }
	assert.Equal(t, id(0), id(1))
	assert.Equal(t, body(0), body(1), "a receiver may compare bodies")
	assert.NotEqual(t, id(0), id(2))
	assert.NotContains(t, s.got[1], regexp.MustCompile(`Webhook-Timestamp: \d+`).FindString(s.got[0]), "the time is that of the try")
}

// TestWhatAnAnswerMeans says for each status whether it is tried again, and what the clinic's IT person reads.
func TestWhatAnAnswerMeans(t *testing.T) {
	var report strings.Builder
	port := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	for _, status := range []int{200, 204, 301, 302, 307, 400, 401, 403, 404, 405, 408, 410, 413, 429, 500, 502, 503} {
		for _, kind := range []string{config.Ntfy, config.Webhook, config.Alertmanager} {
			s := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/elsewhere" {
					t.Error("followed a redirect")
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(status)
				_, err := w.Write(bytes.Repeat([]byte(r.Header.Get("Authorization")+" "), 100))
				assert.True(t, err == nil || status == 204)
			})
			err := notify.Try(t.Context(), open(t, channel(t, kind, s.URL)), tried(), notice())
			if status/100 == 2 {
				require.NoError(t, err)
				continue
			}
			var f *notify.Failure
			require.ErrorAs(t, err, &f)
			assert.Equal(t, status/100 < 5 && status != 408 && status != 429, f.Permanent, "%d", status)
			assert.Zero(t, f.After)
			assert.NotContains(t, f.Error(), "s3cret")
			assert.NotContains(t, f.Error(), "ward-7", "the topic of an open server is as good as a password")
			report.WriteString(port.ReplaceAllString(f.Error(), "HOST") + "\n")
		}
	}
	golden(t, "answers", report.String())
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "0": 0, "-5": 0, "soon": 0, "99999999": time.Hour,
		"Sat, 21 Nov 2020 09:40:12 GMT": 0, "Sat, 21 Nov 2099 09:40:12 GMT": time.Hour,
	} {
		for _, status := range []int{429, 503} {
			s := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", header)
				w.WriteHeader(status)
			})
			var f *notify.Failure
			require.ErrorAs(t, notify.Try(t.Context(), open(t, channel(t, config.Ntfy, s.URL)), tried(), notice()), &f)
			assert.Equal(t, want, f.After, header)
			assert.False(t, f.Permanent)
		}
	}
}

func TestTLSIsCheckedAgainstTheAuthoritiesOfTheFile(t *testing.T) {
	s := serve(t, true, nil)
	c := channel(t, config.Ntfy, s.URL)
	err := notify.Try(t.Context(), open(t, c), tried(), notice())
	require.ErrorContains(t, err, "signed by an authority that is not trusted here; name its file with ca_file")
	assert.Empty(t, s.got, "nothing is said to a server that nobody vouches for")

	c.CAFile = file(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	require.NoError(t, notify.Try(t.Context(), open(t, c), tried(), notice()))
	require.Len(t, s.got, 1)
	assert.Contains(t, s.got[0], "Authorization: Bearer "+token)

	c.URL = strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/ward-7"
	require.ErrorContains(t, notify.Try(t.Context(), open(t, c), tried(), notice()), "made out for another name")

	c.CAFile = file(t, "no certificate")
	require.ErrorContains(t, notify.Try(t.Context(), open(t, c), tried(), notice()), "no certificate in it")

	plain := serve(t, false, nil)
	c = channel(t, config.Ntfy, strings.Replace(plain.URL, "http://", "https://", 1))
	require.ErrorContains(t, notify.Try(t.Context(), open(t, c), tried(), notice()), "does not speak TLS at this port")
}

func TestWhatKeepsAConnectionAwayIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := l.Addr().String()
	require.NoError(t, l.Close())
	err = notify.Try(t.Context(), open(t, channel(t, config.Ntfy, "http://"+closed)), tried(), notice())
	require.EqualError(t, err, "ntfy: nothing listens at "+closed+"; is the service running, and is the port right?")

	breaks := serve(t, false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	err = notify.Try(t.Context(), open(t, channel(t, config.Ntfy, breaks.URL)), tried(), notice())
	require.ErrorContains(t, err, "broke before it answered")

	_, err = notify.New(notify.Options{Channels: []config.Channel{channel(t, config.Ntfy, "http://ntfy.example")}})
	require.Error(t, err, "whatever the configuration let through, nothing leaves the machine without TLS")
}

func TestFilesAreReadAnewAndSaidToBeMissing(t *testing.T) {
	s := serve(t, false, nil)
	c := channel(t, config.Ntfy, s.URL)
	n := open(t, c)
	require.NoError(t, os.Remove(c.TokenFile))
	require.EqualError(t, notify.Try(t.Context(), n, tried(), notice()), "ntfy: there is no file "+c.TokenFile+"; token_file names it")
	require.NoError(t, os.WriteFile(c.TokenFile, []byte("two\nlines"), 0o600))
	require.ErrorContains(t, notify.Try(t.Context(), n, tried(), notice()), "more than one line")
	require.NoError(t, os.WriteFile(c.TokenFile, []byte("new"), 0o600))
	require.NoError(t, notify.Try(t.Context(), n, tried(), notice()))
	assert.Contains(t, s.got[0], "Bearer new")

	for _, bad := range []string{"", "whsec_", publishedSecret, "whsec_%%%", "whsec_c2hvcnQ=", "whsec_" + strings.Repeat("QUJD", 22)} {
		c := channel(t, config.Webhook, s.URL)
		c.SecretFile = file(t, bad)
		err := notify.Try(t.Context(), open(t, c), tried(), notice())
		require.Error(t, err, bad)
		assert.True(t, bad == "" || !strings.Contains(err.Error(), strings.TrimPrefix(bad, "whsec_")) || bad == "whsec_")
	}
	assert.Len(t, s.got, 1)
}
