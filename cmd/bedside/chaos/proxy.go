package chaos

import (
	"errors"
	"net"
	"sync"
	"time"
)

// line is a TCP line on loopback between a program and a server, which can go bad. Make one with newLine; all methods are safe
// for concurrent use.
type line struct {
	listener net.Listener
	to       string
	wait     sync.WaitGroup

	mu      sync.Mutex
	state   lineState
	changed chan struct{} // closed at every change, and replaced
	conns   map[net.Conn]bool
	ended   bool
}

// lineState is what is wrong with a line.
type lineState struct {
	up, down bool // nothing passes in this direction, to the server or from it, and nothing closes
	cut      bool // connections end, and new ones are refused
	delay    time.Duration
}

func newLine(to string) (*line, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &line{listener: l, to: to, changed: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.wait.Go(p.accept)
	return p, nil
}

func (p *line) url() string { return "nats://" + p.listener.Addr().String() }

// set makes the line bad or good. What stood still moves on as it would in a network that is mended.
func (p *line) set(s lineState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = s
	close(p.changed)
	p.changed = make(chan struct{})
	if s.cut {
		p.hangUpAll()
	}
}

func (p *line) hangUpAll() {
	for c := range p.conns {
		_ = c.Close() // it may be closed
	}
	clear(p.conns)
}

func (p *line) close() error {
	p.mu.Lock()
	p.ended = true
	p.hangUpAll()
	close(p.changed)
	p.changed = make(chan struct{})
	p.mu.Unlock()
	err := p.listener.Close()
	p.wait.Wait()
	return err
}

func (p *line) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wait.Go(func() { p.carry(in) })
	}
}

// carry connects a caller. One who calls while the line is frozen waits, as behind a network that swallows everything.
func (p *line) carry(in net.Conn) {
	if !p.keep(in) || !p.passes(true) {
		_ = in.Close() // refused
		return
	}
	out, err := net.Dial("tcp", p.to)
	if err != nil || !p.keep(out) {
		_ = in.Close()
		if err == nil {
			_ = out.Close()
		}
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(out, in, true) })
	both.Go(func() { p.copy(in, out, false) })
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, in)
	delete(p.conns, out)
}

func (p *line) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.state.cut {
		return false
	}
	p.conns[c] = true
	return true
}

// passes waits until the line lets something through in that direction, and reports false if it is cut or has ended instead.
func (p *line) passes(up bool) bool {
	for {
		p.mu.Lock()
		s, changed, ended := p.state, p.changed, p.ended
		p.mu.Unlock()
		switch {
		case ended || s.cut:
			return false
		case up && !s.up, !up && !s.down:
			if s.delay > 0 {
				time.Sleep(s.delay)
			}
			return true
		}
		<-changed
	}
}

func (p *line) copy(dst, src net.Conn, up bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if !p.passes(up) {
				err = net.ErrClosed
			} else if _, werr := dst.Write(buf[:n]); werr != nil {
				err = errors.Join(err, werr)
			}
		}
		if err != nil {
			_, _ = dst.Close(), src.Close() // either may be closed
			return
		}
	}
}
