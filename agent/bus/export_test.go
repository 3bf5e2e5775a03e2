package bus

import (
	"net"
	"time"
)

// ReconnectDelay is the pause before the next try.
func ReconnectDelay(down time.Duration, r float64) time.Duration { return reconnectDelay(down, r) }

// WrapPipe puts f between the client and the embedded server. It must be called before Run.
func (b *Bus) WrapPipe(f func(net.Conn) net.Conn) {
	pipe := b.pipe
	b.pipe = func() (net.Conn, error) {
		c, err := pipe()
		if err != nil {
			return nil, err
		}
		return f(c), nil
	}
}
