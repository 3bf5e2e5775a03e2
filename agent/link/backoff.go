package link

import (
	"math/rand/v2"
	"time"
)

// Pauses between attempts, in real time; our choice.
const (
	openFirst, openMost   = 100 * time.Millisecond, 5 * time.Second // to open a port
	panicFirst, panicMost = time.Second, 30 * time.Second           // to restart a driver that panicked
	panicForget           = 10 * time.Minute                        // without a panic, and the next pause is short again
	quietFirst, quietMost = 10 * time.Second, time.Minute           // of silence, until the port is reopened
	lookEvery             = 150 * time.Millisecond                  // for a name that is missing
)

// backoff makes ever longer pauses. Its fields first and most are the shortest and the longest; jitter is that of
// [Options].
type backoff struct {
	first, most, last time.Duration
	jitter            func(n time.Duration) time.Duration
}

// next returns the next pause: twice the last one, at most the longest, and up to a quarter more or less, so that
// devices that were lost together are not tried together.
func (b *backoff) next() time.Duration {
	b.last = min(max(b.first, 2*b.last), b.most)
	jitter := b.jitter
	if jitter == nil {
		jitter = rand.N[time.Duration]
	}
	return min(b.last-b.last/4+jitter(b.last/2), b.most)
}

// reset makes the next pause the shortest again.
func (b *backoff) reset() { b.last = 0 }
