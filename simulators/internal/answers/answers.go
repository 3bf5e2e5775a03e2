// Package answers holds what a simulated device owes its host: frames on their way out, on one line, in one order.
package answers

import (
	"slices"
	"time"
)

// Queue is what is on its way. The zero value is empty; it is not safe for concurrent use.
type Queue struct{ owed []answer }

type answer struct {
	at    time.Time // when its last byte leaves
	frame []byte
}

// Add puts a frame on its way that begins at begin, or when the one before it has left, and takes so long. It is kept.
func (q *Queue) Add(begin time.Time, takes time.Duration, frame []byte) {
	if n := len(q.owed); n > 0 && q.owed[n-1].at.After(begin) {
		begin = q.owed[n-1].at
	}
	q.owed = append(q.owed, answer{begin.Add(takes), frame})
}

// Due takes what has left by now off the queue and appends it to tx.
func (q *Queue) Due(now time.Time, tx []byte) []byte {
	sent := 0
	for _, a := range q.owed {
		if a.at.After(now) {
			break
		}
		tx = append(tx, a.frame...)
		sent++
	}
	q.owed = slices.Delete(q.owed, 0, sent)
	return tx
}

// Swallow takes the frames off the queue of which which is true: they never leave.
func (q *Queue) Swallow(which func(frame []byte) bool) {
	q.owed = slices.DeleteFunc(q.owed, func(a answer) bool { return which(a.frame) })
}

// Wake returns the earlier of that moment and the next at which something is due. Zero stands for never.
func (q *Queue) Wake(other time.Time) time.Time {
	if len(q.owed) > 0 && (other.IsZero() || q.owed[0].at.Before(other)) {
		return q.owed[0].at
	}
	return other
}
