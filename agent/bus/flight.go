package bus

import (
	"sync"
	"time"
)

// ackMemory is how many acknowledged ids are remembered, so that a record that shows its acknowledgements late does
// not make us send again. Our choice: several windows.
const ackMemory = 2048

// entry is a message that was handed to the connection and is not acknowledged.
type entry struct {
	token uint64
	id    string
	epoch uint64 // connection it was sent on
	sent  time.Time
}

// flight is the book of what is on its way in one class, and the arbiter between the sender and the drainer: who
// claims a message sends it.
type flight struct {
	space chan struct{} // a token arrives when something left the book

	mu      sync.Mutex
	tokens  uint64
	byToken map[uint64]*entry
	byID    map[string]*entry
	acked   map[string]uint64 // stream sequence by id
	order   []string          // ring of the ids in acked
	oldest  int               // position in order that goes next
	early   map[string]bool   // sent before its connection was reconciled; true: the outbox was told that it is stored
	ready   uint64            // epoch of the connection that is reconciled; 0: none
	held    map[string]uint64 // early and stored, as stream sequence by id: the outbox is told after it was compared with the stream
	lost    map[string]bool   // was on its way and has to go again
}

func newFlight() *flight {
	return &flight{
		space: make(chan struct{}, 1), byToken: map[uint64]*entry{}, byID: map[string]*entry{},
		acked: map[string]uint64{}, early: map[string]bool{}, held: map[string]uint64{}, lost: map[string]bool{},
	}
}

// claim enters the message in the book. It refuses one that is on its way or acknowledged.
func (f *flight) claim(id string, epoch uint64, now time.Time) (token uint64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byID[id] != nil {
		return 0, false
	}
	if _, done := f.acked[id]; done {
		return 0, false
	}
	f.tokens++
	e := &entry{token: f.tokens, id: id, epoch: epoch, sent: now}
	f.byToken[e.token], f.byID[id] = e, e
	delete(f.lost, id)
	if f.ready != epoch && len(f.early) < ackMemory {
		f.early[id] = false
	}
	return e.token, true
}

// release takes a message out of the book that was certainly not stored, and returns the epoch it was sent on.
func (f *flight) release(token uint64) (epoch uint64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.byToken[token]
	if e == nil {
		return 0, false
	}
	delete(f.early, e.id)
	f.lose(e)
	return e.epoch, true
}

// lose takes a message out of the book that has to go again. The memory of it is for the tails and may be short.
func (f *flight) lose(e *entry) {
	f.remove(e)
	if len(f.lost) < ackMemory {
		f.lost[e.id] = true
	}
}

// wasLost reports whether the message was on its way and has to go again.
func (f *flight) wasLost(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost[id]
}

// ack notes an acknowledgement and returns what it was for, and whether that was sent early: the outbox is not to be told of its
// place in the stream then, see reconciled.
func (f *flight) ack(token, streamSeq uint64) (e entry, early, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.byToken[token]
	if p == nil {
		return entry{}, false, false
	}
	f.remove(p)
	f.remember(p.id, streamSeq)
	if _, early = f.early[p.id]; early && streamSeq > 0 {
		f.held[p.id] = streamSeq
	}
	return *p, early, true
}

// reconciled says that the connection of the epoch is reconciled, so that nothing is early any more, or with 0 that none is. It returns
// what the outbox has to be told now.
func (f *flight) reconciled(epoch uint64) map[string]uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	told := f.held
	f.ready, f.held = epoch, map[string]uint64{}
	if epoch != 0 {
		clear(f.early)
		return told
	}
	for id := range told {
		f.early[id] = true
	}
	return told
}

// found notes that the stream has the message. It reports whether the message was on its way, and whether the outbox was told before
// of its being stored, although it was early.
func (f *flight) found(id string, streamSeq uint64) (flew, told bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.byID[id]
	if e != nil {
		f.remove(e)
	}
	f.remember(id, streamSeq)
	delete(f.held, id)
	return e != nil, f.early[id]
}

func (f *flight) remove(e *entry) {
	delete(f.byToken, e.token)
	delete(f.byID, e.id)
	select {
	case f.space <- struct{}{}:
	default:
	}
}

func (f *flight) remember(id string, streamSeq uint64) {
	if _, known := f.acked[id]; !known {
		if len(f.order) < ackMemory {
			f.order = append(f.order, id)
		} else {
			delete(f.acked, f.order[f.oldest])
			f.order[f.oldest] = id
			f.oldest = (f.oldest + 1) % ackMemory
		}
	}
	f.acked[id] = streamSeq
	delete(f.lost, id)
}

// status returns whether the message is on its way, and its place in the stream if it was acknowledged.
func (f *flight) status(id string) (flying bool, streamSeq uint64, acked bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	streamSeq, acked = f.acked[id]
	return f.byID[id] != nil, streamSeq, acked
}

// forgetAcked forgets the acknowledgements beyond a stream sequence, after the broker turned out to have lost some.
func (f *flight) forgetAcked(floor uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, seq := range f.acked {
		if seq > floor {
			delete(f.acked, id)
		}
	}
}

// settle takes out of the book what was sent before the epoch, or before the moment, and is not known to be stored: it
// has to be sent again. It returns how many those were.
func (f *flight) settle(epoch uint64, before time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, e := range f.byToken {
		if e.epoch < epoch || e.sent.Before(before) {
			f.lose(e)
			n++
		}
	}
	return n
}

// unsettled returns how many messages of earlier connections are in the book.
func (f *flight) unsettled(epoch uint64) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, e := range f.byToken {
		if e.epoch < epoch {
			n++
		}
	}
	return n
}

// overdue reports whether something has been waiting for its acknowledgement since before the moment.
func (f *flight) overdue(before time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.byToken {
		if e.sent.Before(before) {
			return true
		}
	}
	return false
}

func (f *flight) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.byToken)
}

func (f *flight) isEarly(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, early := f.early[id]
	return early
}
