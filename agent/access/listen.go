package access

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// Bounds on the connections of one console; our choice. A page needs one for its events and a few more for a moment.
const (
	mostConnections = 512
	mostPerAddress  = 64
)

// Limit returns a listener that takes a bounded number of connections, in all and from one address, and hangs up on the rest
// at once. When it is full, a newcomer takes the place of the oldest connection that has not shown an enrolled device, so
// that ten thousand strangers close nobody's page. Give [Connection] to the server as its ConnContext.
func Limit(l net.Listener) net.Listener {
	return &limited{Listener: l, most: mostConnections, each: mostPerAddress, from: map[string]int{}, strangers: list.New()}
}

type limited struct {
	net.Listener
	most, each int

	mu        sync.Mutex
	open      int
	from      map[string]int
	strangers *list.List // of *connection, oldest first
}

// connection is one of those that count.
type connection struct {
	net.Conn
	on      *limited
	address string
	place   *list.Element // among the strangers; nil for a friend
	closed  bool
	once    sync.Once
	err     error
}

// Accept returns the next connection that there is room for.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		counted, pushed := l.admit(c)
		if pushed != nil {
			hangUp(pushed)
		}
		if counted != nil {
			return counted, nil
		}
		hangUp(c)
	}
}

// hangUp ends a connection that nobody has read from; that it may be gone already is as good.
func hangUp(c net.Conn) { _ = c.Close() }

// admit counts a connection, if there is room, and returns the stranger that has to go for it, if one has.
func (l *limited) admit(c net.Conn) (counted, pushed net.Conn) {
	address := "?"
	if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		address = neighbourhood(tcp.IP)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.from[address] >= l.each {
		return nil, nil
	}
	if l.open >= l.most {
		oldest := l.strangers.Front()
		if oldest == nil {
			return nil, nil
		}
		stranger := oldest.Value.(*connection) //nolint:forcetypeassert // nothing else is put in
		l.forget(stranger)
		pushed = stranger
	}
	n := &connection{Conn: c, on: l, address: address}
	n.place = l.strangers.PushBack(n)
	l.open++
	l.from[address]++
	return n, pushed
}

// forget stops counting a connection. The lock is held.
func (l *limited) forget(c *connection) {
	if c.closed {
		return
	}
	c.closed = true
	if c.place != nil {
		l.strangers.Remove(c.place)
	}
	l.open--
	if l.from[c.address]--; l.from[c.address] == 0 {
		delete(l.from, c.address)
	}
}

// Close closes the connection and makes room.
func (c *connection) Close() error {
	c.once.Do(func() {
		c.on.mu.Lock()
		c.on.forget(c)
		c.on.mu.Unlock()
		c.err = c.Conn.Close()
	})
	return c.err
}

// neighbourhood is an address as far as connections and tries are counted by it: an IPv6 network of one subscriber has more
// addresses than we could count.
func neighbourhood(ip net.IP) string {
	if v4 := ip.To4(); v4 != nil {
		return v4.String()
	}
	if ip == nil {
		return "?"
	}
	return ip.Mask(net.CIDRMask(64, 128)).String() + "/64"
}

type connectionKey struct{}

// Connection puts a connection of a [Limit] listener into the context of its requests, for http.Server.ConnContext.
func Connection(ctx context.Context, c net.Conn) context.Context {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, c)
}

// trust takes the connection of a request from the strangers.
func trust(ctx context.Context) {
	c, ok := ctx.Value(connectionKey{}).(*connection)
	if !ok {
		return
	}
	c.on.mu.Lock()
	defer c.on.mu.Unlock()
	if c.place != nil && !c.closed {
		c.on.strangers.Remove(c.place)
		c.place = nil
	}
}
