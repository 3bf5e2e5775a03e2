package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/agent/wire"
)

func newMemory() *memory {
	return &memory{limit: 1 << 20, acks: make(map[string]ack), early: make(map[string]ack)}
}

func TestAcknowledgementsWaitWhileTheirClassIsRefilled(t *testing.T) {
	m := newMemory()
	m.held = wire.ClassReading
	m.acknowledge("r", ack{wire.ClassReading, 1}, time.Now())
	m.acknowledge("a", ack{wire.ClassAlert, 1}, time.Now())
	l := m.take()
	assert.Contains(t, l.acks, "a")
	assert.NotContains(t, l.acks, "r")
	assert.True(t, m.acknowledged("r"), "but they are not pending")
	m.settle(true, nil)
	m.held = 0
	assert.Contains(t, m.take().acks, "r")
}

func TestAFailedFlightComesBackBeforeWhatCameMeanwhile(t *testing.T) {
	m := newMemory()
	now := time.Now()
	message := func(id string) wire.Message { return wire.Message{ID: id, Class: wire.ClassReading} }
	m.add(Batch{Messages: []wire.Message{message("1"), message("2")}, Snapshot: []byte("old")}, now, now)
	m.acknowledge("1", ack{wire.ClassReading, 1}, now)
	m.take()
	m.add(Batch{Messages: []wire.Message{message("3")}, Urgent: true}, now.Add(1), now)
	m.acknowledge("1", ack{wire.ClassReading, 2}, now)
	m.settle(false, nil)

	l := m.take()
	var ids []string
	for _, w := range l.messages {
		ids = append(ids, w.ID)
	}
	assert.Equal(t, []string{"1", "2", "3"}, ids)
	assert.Equal(t, "old", string(l.snapshot.body), "no newer one came")
	assert.Equal(t, uint64(2), l.acks["1"].stream, "the newer acknowledgement")
	assert.False(t, l.urgent.IsZero())
	assert.Equal(t, now, l.since)
}

func TestAMessageThatComesWhileItsAcknowledgementIsWritten(t *testing.T) {
	m := newMemory()
	now := time.Now()
	a := ack{wire.ClassAlert, 4}
	m.acknowledge("1", a, now)
	m.take()
	m.add(Batch{Messages: []wire.Message{{ID: "1", Class: wire.ClassAlert}}}, now, now)
	m.settle(true, map[string]ack{"1": a})
	assert.Zero(t, m.unrecorded())
	assert.Equal(t, a, m.take().acks["1"])
}

func TestForgottenAcknowledgements(t *testing.T) {
	m := newMemory()
	for i := range acksKept + 10 {
		m.acknowledge(wire.MessageID("r", "b", uint64(i)), ack{wire.ClassReading, 1}, time.Now())
	}
	assert.Len(t, m.acks, acksKept)
}

func TestADroppedMessageTakesItsAcknowledgementAlong(t *testing.T) {
	m := newMemory()
	m.limit = 10 * overhead
	now := time.Now()
	for i := range 20 {
		id := wire.MessageID("r", "b", uint64(i))
		m.acknowledge(id, ack{wire.ClassReading, 1}, now)
		m.add(Batch{Messages: []wire.Message{{ID: id, Class: wire.ClassReading}}}, now, now)
	}
	assert.NotZero(t, m.lost)
	assert.Zero(t, m.unrecorded(), "all that is left is acknowledged")
	assert.Len(t, m.acks, len(m.waiting))
}
