package notify_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/notify"
)

func decode(t *testing.T, coded string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(coded)
	require.NoError(t, err)
	return b
}

// post is a mail server that says what a test wants: an answer for each word of SMTP, or its own.
type post struct {
	answers map[string]string
	tls     *tls.Config // for STARTTLS, or from the start if first
	first   bool
	address string
	lines   chan string // that it heard
}

// startPost serves connections, one after the other, until the test ends.
func startPost(t *testing.T, p *post) *post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.address, p.lines = l.Addr().String(), make(chan string, 1000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.talk(conn)
		}
	}()
	t.Cleanup(func() {
		assert.NoError(t, l.Close())
		<-done
	})
	return p
}

func (p *post) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the client is gone
	if p.first {
		conn = tls.Server(conn, p.tls)
	}
	secured := p.first
	say := func(text string) {
		_, _ = conn.Write([]byte(text + "\r\n")) // a client that is gone is no fault of the server
	}
	r := bufio.NewReader(conn)
	say(p.answer("greeting", "220 mail.example ESMTP"))
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		p.lines <- line
		word := strings.ToUpper(strings.Fields(line + " ?")[0])
		switch word {
		case "EHLO":
			offers := "250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME"
			if p.tls != nil && !secured {
				offers = "250-mail.example\r\n250-STARTTLS\r\n250 8BITMIME"
			}
			say(p.answer("EHLO", offers))
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, p.tls)
			r, secured = bufio.NewReader(conn), true
		case "DATA":
			say(p.answer("DATA", "354 go on"))
			for line != "." {
				if line, err = r.ReadString('\n'); err != nil {
					return
				}
				line = strings.TrimRight(line, "\r\n")
				p.lines <- line
			}
			say(p.answer(".", "250 taken"))
		case "QUIT":
			say("221 bye")
			return
		case "AUTH":
			say(p.answer("AUTH", "235 welcome"))
		default:
			say(p.answer(word, "250 ok"))
		}
	}
}

func (p *post) answer(word, usual string) string {
	if own, ok := p.answers[word]; ok {
		return own
	}
	return usual
}

func (p *post) heard() string {
	var b strings.Builder
	for {
		select {
		case line := <-p.lines:
			b.WriteString(line + "\n")
		default:
			return b.String()
		}
	}
}

func mailChannel(p *post) config.Channel {
	return config.Channel{
		Name: "mail", Kind: config.Mail, Server: p.address, From: "station@clinic.example",
		To: []string{"lead@clinic.example", "ward@clinic.example"},
	}
}

// identity is a certificate for 127.0.0.1 and the file of its authority.
func identity(t *testing.T) (*tls.Config, string) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	return &tls.Config{Certificates: s.TLS.Certificates}, file(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
}

func TestMailsAreAsExpected(t *testing.T) {
	var all strings.Builder
	for _, name := range []string{"raised", "technical", "everyone", "closed", "simulated", "test"} {
		p := startPost(t, &post{})
		require.NoError(t, notify.Try(t.Context(), open(t, mailChannel(p)), tried(), notices()[name]))
		all.WriteString("== " + name + "\n" + p.heard())
	}
	golden(t, config.Mail, all.String())
}

func TestMailSignsInUnderTLSOnly(t *testing.T) {
	secured, ca := identity(t)
	for name, p := range map[string]*post{
		"STARTTLS": {tls: secured}, "first": {tls: secured, first: true},
	} {
		startPost(t, p)
		c := mailChannel(p)
		c.User, c.SecretFile = "station", file(t, token)
		n := open(t, c)
		if p.first {
			notify.TLSFirst(n)
		}
		err := notify.Try(t.Context(), n, tried(), notice())
		require.ErrorContains(t, err, "not trusted here", name)
		assert.NotContains(t, p.heard(), "AUTH", name)

		c.CAFile = ca
		n = open(t, c)
		if p.first {
			notify.TLSFirst(n)
		}
		require.NoError(t, notify.Try(t.Context(), n, tried(), notice()), name)
		assert.Contains(t, p.heard(), "AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00station\x00"+token)), name)
	}
}

func TestWhatAMailServerSays(t *testing.T) {
	for name, c := range map[string]struct {
		answers   map[string]string
		permanent bool
		text      string
	}{
		"sender":    {map[string]string{"MAIL": "553 tk_s3cret not allowed"}, true, "refuses the mail (553); check from and to"},
		"recipient": {map[string]string{"RCPT": "550 no such user"}, true, "refuses the mail (550)"},
		"greylist":  {map[string]string{"RCPT": "451 later"}, false, "does not take the mail now (451)"},
		"full":      {map[string]string{".": "452 full"}, false, "does not take the mail now (452)"},
		"spam":      {map[string]string{".": "554 spam"}, true, "refuses the mail (554)"},
		"password":  {map[string]string{"AUTH": "535 tk_s3cret is wrong"}, true, "refuses user and password (535); check user and secret_file"},
		"busy":      {map[string]string{"greeting": "421 busy"}, false, "does not take the mail now (421)"},
		"no AUTH":   {map[string]string{"EHLO": "250 mail.example"}, false, "no way of signing in that is safe"},
	} {
		p := startPost(t, &post{answers: c.answers})
		m := mailChannel(p)
		if name == "password" || name == "no AUTH" {
			m.User, m.SecretFile = "station", file(t, token)
		}
		err := notify.Try(t.Context(), open(t, m), tried(), notice())
		var f *notify.Failure
		require.ErrorAs(t, err, &f, name)
		assert.Equal(t, c.permanent, f.Permanent, "%s: %s", name, f)
		assert.Contains(t, f.Error(), c.text, name)
		assert.NotContains(t, f.Error(), "s3cret", name)
	}
}

// TestAServerThatHangsIsLeftInTime has no clock: the server never says anything, and the try is called off.
func TestAServerThatHangsIsLeftInTime(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			accepted <- conn
		}
		close(accepted)
	}()
	p := &post{address: l.Addr().String()}
	ctx, cancel := contextUntil(t, accepted)
	defer cancel()
	err = notify.Try(ctx, open(t, mailChannel(p)), time.Now(), notice())
	require.ErrorContains(t, err, "the station stopped while")
	require.NoError(t, l.Close())
}

// contextUntil ends its context when a connection has been accepted, which it closes at the end of the test.
func contextUntil(t *testing.T, accepted <-chan net.Conn) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, ok := <-accepted
		cancel()
		if ok {
			t.Cleanup(func() { assert.NoError(t, conn.Close()) })
		}
	}()
	return ctx, cancel
}
