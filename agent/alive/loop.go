package alive

import (
	"sync/atomic"
	"time"
)

// Loop is one loop that is watched. The loop itself calls its methods, at every turn; they cost a few nanoseconds. All work
// on a nil Loop, which nobody watches.
type Loop struct {
	name   string
	count  atomic.Uint64
	within atomic.Int64 // a duration; below zero: away
}

// Turn says that the loop takes a turn, and the next one within that time, which is real time and not that of a faster clock.
func (l *Loop) Turn(within time.Duration) {
	if l == nil {
		return
	}
	l.within.Store(int64(max(0, within)))
	l.count.Add(1)
}

// Away says that the loop begins to wait for something outside without a bound, such as a disk: it is not late until it has
// taken its next turn. Whoever calls it makes sure that people learn of such a wait in another way.
func (l *Loop) Away() {
	if l == nil {
		return
	}
	l.within.Store(-1)
	l.count.Add(1)
}

// sign returns what the loop has said last.
func (l *Loop) sign() Sign {
	count, within := l.count.Load(), l.within.Load()
	return Sign{Name: l.name, Count: count, Within: time.Duration(max(0, within)), Away: within < 0}
}
