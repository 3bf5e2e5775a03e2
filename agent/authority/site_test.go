package authority_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"bedside/agent/authority"
	"bedside/agent/broker"
	"bedside/agent/credential"
	"bedside/agent/logtest"
	"bedside/agent/wire"
)

// patience bounds waiting in tests that need a network. It is no promise about speed.
const patience = 30 * time.Second

// site is a station's server with its authority: the station "desk", the rooms "room-1" and "room-2", the viewer "wall".
type site struct {
	t    *testing.T
	dir  string
	auth *authority.Authority
	opts broker.Options
	*broker.Server
	log *logtest.Journal
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, log: &logtest.Journal{}}
	s.auth, s.dir = made(t, time.Now(), "127.0.0.1")
	for kind, names := range map[credential.Kind][]string{
		credential.Room: {"room-1", "room-2"}, credential.Viewer: {"wall"}, credential.Station: {"corridor"},
	} {
		for _, name := range names {
			_, err := s.auth.Add(kind, name, time.Now())
			require.NoError(t, err)
		}
	}
	s.opts = broker.Options{
		Name: "bedside-clinic", Listen: "127.0.0.1:0", StoreDir: t.TempDir(), Size: broker.Site,
		TLS: s.auth.TLS(), UsersFile: s.auth.UsersFile(), Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	s.start()
	t.Cleanup(func() { s.Stop() })
	return s
}

func (s *site) start() {
	s.t.Helper()
	var err error
	s.Server, err = broker.Start(s.opts)
	require.NoError(s.t, err)
	s.opts.Listen = strings.TrimPrefix(s.URL(), "tls://")
}

func (s *site) file(name string) string { return s.dir + "/credentials/" + name + ".creds" }

func (s *site) credential(name string) *credential.Credential {
	s.t.Helper()
	c, err := credential.Read(s.file(name))
	require.NoError(s.t, err)
	c.Servers = []string{"tls://" + s.opts.Listen} // on a port that is only known now
	return c
}

// client is somebody's connection, with what the server refused it.
type client struct {
	*nats.Conn
	t       *testing.T
	refused chan string
}

func (s *site) connect(name string) *client {
	s.t.Helper()
	c := &client{t: s.t, refused: make(chan string, 64)}
	cred := s.credential(name)
	var err error
	c.Conn, err = nats.Connect(strings.Join(cred.Servers, ","), append(cred.Options(), nats.Timeout(patience),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { c.refused <- err.Error() }))...)
	require.NoError(s.t, err)
	s.t.Cleanup(c.Close)
	return c
}

// isRefused waits until the server has refused something about the subject.
func (c *client) isRefused(subject string) {
	c.t.Helper()
	require.NoError(c.t, c.Flush())
	for late := time.After(patience); ; {
		select {
		case text := <-c.refused:
			if strings.Contains(strings.ToLower(text), "permissions violation") && strings.Contains(text, `"`+subject+`"`) {
				return
			}
		case <-late:
			require.Failf(c.t, "not refused", subject)
		}
	}
}

// hear subscribes and returns when the server knows.
func (c *client) hear(subject string) *nats.Subscription {
	c.t.Helper()
	sub, err := c.SubscribeSync(subject)
	require.NoError(c.t, err)
	require.NoError(c.t, c.Flush())
	return sub
}

func roomCalled(name string) wire.Room { return wire.Room{Site: "clinic", Room: name} }
