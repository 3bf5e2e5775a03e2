package bus_test

import (
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy is a TCP link that can be cut: established connections end, new ones are refused, while the server behind it
// and its other clients notice nothing.
type proxy struct {
	t  *testing.T
	l  net.Listener
	to string
	wg sync.WaitGroup

	mu    sync.Mutex
	down  bool
	mute  bool // the server's bytes are swallowed: acknowledgements get lost
	conns map[net.Conn]bool
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{t: t, l: l, to: to, conns: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(func() { p.cut(true); hangUp(t, l); p.wg.Wait() })
	return p
}

func (p *proxy) url() string { return "nats://" + p.l.Addr().String() }

func (p *proxy) accept() {
	for {
		in, err := p.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil || !p.keep(in, out) {
			hangUp(p.t, in)
			if out != nil {
				hangUp(p.t, out)
			}
			continue
		}
		p.wg.Go(func() { p.copy(out, in, false) })
		p.wg.Go(func() { p.copy(in, out, true) })
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return false
	}
	for _, c := range conns {
		p.conns[c] = true
	}
	return true
}

func (p *proxy) copy(dst, src net.Conn, fromServer bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 && (!fromServer || !p.muted()) {
			if _, werr := dst.Write(buf[:n]); werr != nil {
				err = errors.Join(err, werr)
			}
		}
		if err != nil {
			hangUp(p.t, dst, src)
			return
		}
	}
}

func (p *proxy) muted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mute
}

// cut ends all connections and refuses new ones, or accepts them again.
func (p *proxy) cut(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down, p.mute = down, false
	for c := range p.conns {
		hangUp(p.t, c)
	}
	clear(p.conns)
}

// silence swallows what the server says from now on, until the next cut.
func (p *proxy) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = true
}
