package record

import (
	"maps"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
)

// Bounds of what waits in memory (our choice).
const (
	acksKept  = 16384 // acknowledgements that wait for the disk
	earlyKept = 4096  // acknowledgements of messages that were not appended yet
	overhead  = 160   // bytes a waiting message takes beside its text
)

type ack struct {
	class  wire.Class
	stream uint64
}

type savedSnapshot struct {
	body []byte
	at   time.Time
}

// memory is what is not on the disk yet. It is guarded by Store.mu and never waits.
type memory struct {
	limit   int            // bytes of waiting
	waves   bool           // are taken, too
	local   bool           // nothing waits for a broker
	waiting []wire.Message // in the order of Append
	bytes   int            // of waiting
	flight  load           // what is being written now
	spare   []wire.Message // an emptied slice to use again

	acks       map[string]ack
	early      map[string]ack // acknowledged, but never seen so far
	earlyOrder []string       // of early, oldest first; may name some that are gone
	held       wire.Class     // of a refill that runs: its acknowledgements wait for the end of it

	snapshot *savedSnapshot
	config   []byte    // nil: unchanged
	used     uint64    // highest sequence number seen
	lost     uint64    // messages dropped before they were written
	turn     uint64    // counts everything that was taken
	urgent   time.Time // when the oldest urgent part of this was taken; zero: nothing is urgent
	since    time.Time // when the oldest of all this was taken; zero: nothing waits
}

// load is what one transaction writes.
type load struct {
	messages []wire.Message
	acks     map[string]ack
	snapshot *savedSnapshot
	config   []byte
	used     uint64
	turn     uint64
	urgent   time.Time
	since    time.Time
}

func size(m *wire.Message) int { return overhead + len(m.ID) + len(m.Subject) + len(m.Payload) }

// add takes a batch. It reports whether the writer has to be told: something is urgent, or waits as the first.
func (m *memory) add(b Batch, now, at time.Time) bool {
	urgent, news := b.Urgent, b.Urgent || b.Snapshot != nil || b.Configuration != nil
	for i := range b.Messages {
		msg := &b.Messages[i]
		if msg.Class.Stream() == "" && !m.wave(msg) {
			continue // passing: not for the record
		}
		news = true
		m.waiting = append(m.waiting, *msg)
		m.bytes += size(msg)
		m.used = max(m.used, msg.Seq)
		urgent = urgent || msg.Class == wire.ClassAlert
		if a, ok := m.early[msg.ID]; ok { // the publisher was faster than we
			delete(m.early, msg.ID)
			m.acks[msg.ID] = a
		}
	}
	if b.Snapshot != nil {
		m.snapshot = &savedSnapshot{body: b.Snapshot, at: at}
	}
	if b.Configuration != nil {
		m.config = b.Configuration
	}
	if !news {
		return false
	}
	m.trim()
	if urgent && m.urgent.IsZero() {
		m.urgent = now
	}
	return m.touch(now) || urgent
}

// wave reports whether a passing message is one to record.
func (m *memory) wave(msg *wire.Message) bool {
	return m.waves && msg.ID != "" && isWave(msg)
}

func isWave(msg *wire.Message) bool {
	return msg.Class == wire.ClassPassing && strings.Contains(msg.Subject, ".wave.")
}

// touch notes that something waits, and reports whether nothing did before.
func (m *memory) touch(now time.Time) bool {
	m.turn++
	if !m.since.IsZero() {
		return false
	}
	m.since = now
	return true
}

// acknowledge takes an acknowledgement. When the disk has been failing for so long that too many wait, it is forgotten,
// which costs a second sending of that message.
func (m *memory) acknowledge(id string, a ack, now time.Time) bool {
	if _, ok := m.acks[id]; !ok && len(m.acks) >= acksKept {
		return false
	}
	m.acks[id] = a
	return m.touch(now)
}

// trim keeps waiting within its limit: the oldest waves go first, then readings, then alerts, the newest message never.
func (m *memory) trim() {
	if m.bytes <= m.limit {
		return
	}
	keep := m.limit - m.limit/16 // some room, so that not every message costs a pass
	for _, class := range []wire.Class{wire.ClassPassing, wire.ClassReading, wire.ClassAlert} {
		if m.bytes > m.limit {
			m.drop(class, keep)
		}
	}
}

func (m *memory) drop(class wire.Class, keep int) {
	last := len(m.waiting) - 1
	kept := m.waiting[:0]
	for i := range m.waiting {
		msg := m.waiting[i]
		if m.bytes > keep && msg.Class == class && i < last {
			m.bytes -= size(&msg)
			m.lost++
			delete(m.acks, msg.ID)
			continue
		}
		kept = append(kept, msg)
	}
	clear(m.waiting[len(kept):])
	m.waiting = kept
}

// take moves everything into flight. The result is only read until settle.
func (m *memory) take() load {
	l := load{
		messages: m.waiting, snapshot: m.snapshot, config: m.config, used: m.used, turn: m.turn,
		urgent: m.urgent, since: m.since, acks: m.acks,
	}
	m.waiting, m.spare = m.spare, nil
	m.bytes, m.snapshot, m.config, m.urgent, m.since = 0, nil, nil, time.Time{}, time.Time{}
	m.acks = make(map[string]ack)
	if m.held != 0 {
		for id, a := range l.acks {
			if a.class == m.held {
				delete(l.acks, id)
				m.acks[id] = a
			}
		}
	}
	m.flight = l
	return l
}

// settle ends the flight: forgets what was written, keeping acknowledgements that met no message for later, or takes
// all of it back.
func (m *memory) settle(written bool, unmet map[string]ack) {
	l := m.flight
	m.flight = load{}
	if !written {
		m.takeBack(l)
		return
	}
	for id, a := range unmet {
		m.keepEarly(id, a)
	}
	clear(l.messages)
	if cap(l.messages) <= 4096 { // what a long failure made large is given back
		m.spare = l.messages[:0]
	}
}

func (m *memory) takeBack(l load) {
	m.waiting = append(l.messages, m.waiting...)
	m.bytes = 0
	for i := range m.waiting {
		m.bytes += size(&m.waiting[i])
	}
	maps.Copy(l.acks, m.acks) // the newer one counts
	m.acks = l.acks
	if m.snapshot == nil {
		m.snapshot = l.snapshot
	}
	if m.config == nil {
		m.config = l.config
	}
	if !l.urgent.IsZero() {
		m.urgent = l.urgent
	}
	if !l.since.IsZero() {
		m.since = l.since
	}
	m.trim()
}

func (m *memory) keepEarly(id string, a ack) {
	if slices.ContainsFunc(m.waiting, func(w wire.Message) bool { return w.ID == id }) {
		m.acks[id] = a // it came while we were writing
		return
	}
	m.early[id] = a
	m.earlyOrder = append(m.earlyOrder, id)
	for len(m.earlyOrder) > earlyKept {
		delete(m.early, m.earlyOrder[0])
		m.earlyOrder = m.earlyOrder[1:]
	}
}

// forget drops early acknowledgements that the broker no longer stands for.
func (m *memory) forget(class wire.Class, last uint64) {
	for id, a := range m.early {
		if a.class == class && a.stream > last {
			delete(m.early, id)
		}
	}
}

// acknowledged reports whether a message was acknowledged, as far as the disk does not know it yet.
func (m *memory) acknowledged(id string) bool {
	for _, acks := range []map[string]ack{m.acks, m.flight.acks, m.early} {
		if _, ok := acks[id]; ok {
			return true
		}
	}
	return false
}

// unrecorded is the number of unacknowledged messages that memory adds to, or takes from, those on the disk.
func (m *memory) unrecorded() int {
	if m.local {
		return 0
	}
	count := len(m.waiting) + len(m.flight.messages) - len(m.acks) - len(m.flight.acks)
	if m.waves {
		for _, messages := range [][]wire.Message{m.flight.messages, m.waiting} {
			for i := range messages {
				if messages[i].Class == wire.ClassPassing {
					count-- // never acknowledged
				}
			}
		}
	}
	return count
}

// pending returns the first unacknowledged messages of a class after a number.
func (m *memory) pending(class wire.Class, after uint64, limit int) []wire.Message {
	var found []wire.Message
	if m.local {
		return nil
	}
	for _, messages := range [][]wire.Message{m.flight.messages, m.waiting} {
		for i := range messages {
			if len(found) == limit {
				return found
			}
			if messages[i].Class == class && messages[i].Seq > after && !m.acknowledged(messages[i].ID) {
				found = append(found, messages[i])
			}
		}
	}
	return found
}
