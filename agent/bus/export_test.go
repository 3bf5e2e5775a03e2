package bus

import (
	"net"
	"time"
)

// ReconnectDelay is the pause before the next try.
func ReconnectDelay(down time.Duration, r float64) time.Duration { return reconnectDelay(down, r) }

// Live reports whether live messages of both classes leave directly.
func Live(b *Bus) bool { return b.alerts.live.Load() != 0 && b.readings.live.Load() != 0 }

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
