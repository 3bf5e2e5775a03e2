package bus

import (
	"sync"

	"bedside/agent/wire"
)

// Sizes of the tails, our choice. The record shows a message within a second of its publication, so that a tail must
// span about a second of it, and a few minutes for the case that the record is broken.
const (
	alertTail   = 256
	readingTail = 64
	passingTail = 32
)

// tail holds the most recent messages of a class, for the sender and for the time before the record has them. The
// oldest goes when it is full. Its lock is never held during I/O: put is on the monitor's path.
type tail struct {
	mu      sync.Mutex
	ring    []wire.Message
	next    uint64 // position of the message to come; those held are the last len(ring) before it
	cursor  uint64 // position of the first message that the sender has not dealt with
	evicted uint64 // Seq of the last message that fell out before the sender dealt with it
	dropped uint64 // how many did
}

func newTail(size int) *tail { return &tail{ring: make([]wire.Message, size)} }

func (t *tail) put(m wire.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot := t.next % uint64(len(t.ring))
	if t.next >= uint64(len(t.ring)) && t.cursor == t.next-uint64(len(t.ring)) {
		t.evicted = t.ring[slot].Seq
		t.dropped++
		t.cursor++
	}
	t.ring[slot] = m
	t.next++
}

// unsent returns the first message that the sender has not dealt with.
func (t *tail) unsent() (m wire.Message, pos uint64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cursor == t.next {
		return wire.Message{}, 0, false
	}
	return t.ring[t.cursor%uint64(len(t.ring))], t.cursor, true
}

// from returns the first message held at pos or later, and whether the sender has dealt with it.
func (t *tail) from(pos uint64) (m wire.Message, at uint64, sent, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := uint64(len(t.ring)); t.next > n {
		pos = max(pos, t.next-n)
	}
	if pos >= t.next {
		return wire.Message{}, 0, false, false
	}
	return t.ring[pos%uint64(len(t.ring))], pos, pos < t.cursor, true
}

// done says that the message at pos, and all before it, need the sender no more.
func (t *tail) done(pos uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cursor = max(t.cursor, pos+1)
}

// lostAfter reports whether a message with a Seq greater than seq fell out before it was sent.
func (t *tail) lostAfter(seq uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.evicted > seq
}

func (t *tail) empty() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cursor == t.next
}

func (t *tail) lost() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}
