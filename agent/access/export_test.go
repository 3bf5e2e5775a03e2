package access

import (
	"net"
	"time"
)

// Cheap makes PINs cost next to nothing, for tests that are not about the cost.
func Cheap(o Options) Options {
	o.cost = cost{time: 1, memory: 8}
	return o
}

// LimitTo is Limit with other bounds.
func LimitTo(l net.Listener, most, each int) net.Listener {
	small := Limit(l).(*limited) //nolint:forcetypeassert // it is made here
	small.most, small.each = most, each
	return small
}

// Age makes every session of the file look as if it was used that long ago.
func (a *Access) Age(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, s := range a.sessions {
		s.used = s.used.Add(-d)
		a.sessions[id] = s
	}
}

// Needs is needs.
func Needs(method, path, raw string) string { return needs(method, path, raw) }
