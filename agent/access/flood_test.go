package access_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
)

// Ten thousand connections from one computer: the page of another goes on, and a new page opens. A small limit on open files
// scales it down.
func TestAttackTenThousandConnections(t *testing.T) {
	var files syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files))
	count := min(10_000, int(min(files.Cur, 1<<20))-1500)
	if count < 500 {
		t.Skipf("only %d open files are allowed, which is no flood", files.Cur)
	}
	attacker := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if c, err := attacker.DialContext(t.Context(), "tcp", l.Addr().String()); err != nil {
		require.NoError(t, l.Close())
		t.Skipf("no second loopback address to attack from: %v", err)
	} else {
		require.NoError(t, c.Close())
	}
	s := newSite(t)
	nurse := s.enrolled(t, "station-1", false)
	console := newConsole(s.Access, s.room, slog.New(slog.DiscardHandler), nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- console.Serve(ctx, access.Limit(l)) }()
	get := func(path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+path, nil)
		require.NoError(t, err)
		for name, value := range nurse.cookies() {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		answer, err := http.DefaultTransport.RoundTrip(r)
		require.NoError(t, err)
		require.Equal(t, 200, answer.StatusCode)
		return answer
	}
	events := get("/api/v1/events")
	lines := bufio.NewScanner(events.Body)
	require.True(t, lines.Scan())

	open := make([]net.Conn, 0, count)
	for range count {
		c, err := attacker.DialContext(t.Context(), "tcp", l.Addr().String())
		require.NoError(t, err)
		open = append(open, c)
	}
	t.Logf("%d connections", len(open))
	console.Screen("alarm", []byte(`{"flood":true}`))
	heard := ""
	for !strings.Contains(heard, "flood") && lines.Scan() {
		heard = lines.Text()
	}
	assert.Equal(t, `data: {"flood":true}`, heard, "the page that is open hears its alarm")
	http.DefaultTransport.(*http.Transport).CloseIdleConnections() //nolint:forcetypeassert // that is what it is
	answer := get("/api/v1/state")
	assert.NoError(t, answer.Body.Close(), "a new connection is served")
	for _, c := range open {
		assert.NoError(t, c.Close())
	}
	assert.NoError(t, events.Body.Close())
	stop()
	require.NoError(t, <-done)
}

// From many addresses: who has shown an enrolled device stays, the oldest stranger goes for the newest.
func TestAttackConnectionsFromEverywhere(t *testing.T) {
	inner := &pipes{queue: make(chan net.Conn, 100), closed: make(chan struct{})}
	l := access.LimitTo(inner, 10, 3)
	s := newSite(t)
	nurse := s.enrolled(t, "station-1", false)
	console := newConsole(s.Access, s.room, slog.New(slog.DiscardHandler), nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- console.Serve(ctx, l) }()

	page := inner.dial("10.0.0.1")
	ask := func(c net.Conn, cookie string) error {
		_, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nCookie: "+cookie+"\r\n\r\n")
		if err != nil {
			return err
		}
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		return errors.Join(err, answer.Body.Close())
	}
	cookie := deviceCookie + "=" + nurse.cookies()[deviceCookie]
	require.NoError(t, ask(page, cookie))
	var last net.Conn
	for i := range 200 {
		last = inner.dial("10.1." + string(rune('0'+i/100)) + "." + string(rune('0'+i%10)))
	}
	require.NoError(t, ask(page, cookie), "the page is still there")
	for range 3 {
		inner.dial("10.1.1.9")
	}
	assert.Error(t, ask(inner.dial("10.1.1.9"), ""), "more from an address that has its share")
	require.NoError(t, ask(inner.dial("10.0.0.2"), cookie), "a new page gets in")
	assert.NoError(t, last.Close())
	stop()
	require.NoError(t, <-done)
}

// Slow senders and readers lose their connection in bounded time, and hold up nobody.
func TestAttackSlow(t *testing.T) {
	for name, c := range map[string]struct {
		sends string
		reads bool
		most  time.Duration
	}{
		"header":              {"GET /api/v1/state HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", true, 6 * time.Second},
		"body":                {"POST /api/v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40000\r\n\r\n{", true, 12 * time.Second},
		"body of a stranger":  {"POST /api/v1/commands/note HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40000\r\n\r\n{", true, 12 * time.Second},
		"body nobody wants":   {"GET /api/v1/state HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", true, 12 * time.Second},
		"body by a wrong way": {"PUT /api/v1/commands/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000\r\n\r\n{", true, 12 * time.Second},
		"nothing":             {"", true, 65 * time.Second},
		"reader":              {"GET /app.css HTTP/1.1\r\nHost: localhost\r\n\r\n", false, 35 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "access.db")
			synctest.Test(t, func(t *testing.T) {
				a, err := access.Open(t.Context(), path, access.Cheap(access.Options{}))
				require.NoError(t, err)
				inner := &pipes{queue: make(chan net.Conn, 100), closed: make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() {
					done <- newConsole(a, &room{}, slog.New(slog.DiscardHandler), nil).Serve(ctx, access.Limit(inner))
				}()
				conn := inner.dial("10.0.0.1")
				begun := time.Now()
				if c.sends != "" {
					_, err = io.WriteString(conn, c.sends)
					require.NoError(t, err)
				}
				if c.reads {
					_, err = io.Copy(io.Discard, conn)
					require.NoError(t, err)
				} else {
					time.Sleep(c.most) // of the bubble: it reads nothing for that long
					_, err = conn.Write([]byte("GET / HTTP/1.1\r\n"))
					require.Error(t, err)
				}
				assert.LessOrEqual(t, time.Since(begun), c.most)
				require.NoError(t, conn.Close())
				stop()
				require.NoError(t, <-done)
				require.NoError(t, a.Close())
			})
		})
	}
}

// pipes is a listener whose connections have any address and no network.
type pipes struct {
	queue  chan net.Conn
	closed chan struct{}
}

func (p *pipes) dial(address string) net.Conn {
	near, far := net.Pipe()
	p.queue <- pipe{far, &net.TCPAddr{IP: net.ParseIP(address), Port: 1}}
	return near
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.queue:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

type pipe struct {
	net.Conn
	from net.Addr
}

func (p pipe) RemoteAddr() net.Addr { return p.from }
