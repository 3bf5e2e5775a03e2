package record_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/record"
	"bedside/agent/wire"
	"bedside/devices/devicetest/brevity"
)

// model is what a record promises, without a disk.
type model struct {
	store    running
	file     string
	next     uint64
	stream   uint64
	messages []wire.Message
	acks     map[string]ack // of appended messages and of those to come
	snapshot []byte
}

type ack struct {
	class  wire.Class
	stream uint64
}

func (m *model) make(rt *rapid.T) wire.Message {
	class := rapid.SampledFrom([]wire.Class{wire.ClassAlert, wire.ClassReading}).Draw(rt, "class")
	return message(class, "7f3a", m.next)
}

func (m *model) append(rt *rapid.T) {
	b := record.Batch{Urgent: rapid.Bool().Draw(rt, "urgent")}
	for range rapid.IntRange(0, 4).Draw(rt, "messages") {
		msg := m.make(rt)
		m.next += uint64(rapid.IntRange(1, 3).Draw(rt, "step"))
		if rapid.IntRange(0, 4).Draw(rt, "the broker is faster") == 0 {
			m.ack(msg)
		}
		b.Messages = append(b.Messages, msg)
	}
	if rapid.Bool().Draw(rt, "snapshot") {
		b.Snapshot = []byte(fmt.Sprint(m.next))
		m.snapshot = b.Snapshot
	}
	m.messages = append(m.messages, b.Messages...)
	m.store.Append(b)
}

func (m *model) ack(msg wire.Message) {
	m.stream++
	m.acks[msg.ID] = ack{msg.Class, m.stream}
	m.store.Acknowledge(msg.Class, msg.ID, m.stream)
}

func (m *model) acknowledge(rt *rapid.T) {
	if len(m.messages) == 0 {
		rt.Skip()
	}
	m.ack(rapid.SampledFrom(m.messages).Draw(rt, "message"))
}

func (m *model) sync(rt *rapid.T) {
	require.NoError(rt, m.store.Sync(context.Background()))
	assert.Equal(rt, len(m.messages)-len(m.acks), m.store.Depth())
	events, err := m.store.Events(context.Background(), 0, 10_000)
	require.NoError(rt, err)
	require.Len(rt, events, len(m.messages))
	for i, e := range events {
		assert.Equal(rt, m.messages[i], e.Message)
		assert.Equal(rt, m.acks[e.ID].stream, e.StreamSeq)
		assert.Equal(rt, m.acks[e.ID].stream == 0, e.Pending)
	}
	chain, err := m.store.Verify(context.Background())
	require.NoError(rt, err)
	assert.Equal(rt, len(m.messages), chain.Events)
}

func (m *model) refill(rt *rapid.T) {
	class := rapid.SampledFrom([]wire.Class{wire.ClassAlert, wire.ClassReading}).Draw(rt, "class")
	last := rapid.Uint64Range(0, m.stream).Draw(rt, "last")
	want := 0
	for id, a := range m.acks {
		if a.class == class && a.stream > last {
			delete(m.acks, id)
			want++
		}
	}
	got, err := m.store.Refill(context.Background(), class, last)
	require.NoError(rt, err)
	assert.Equal(rt, want, got)
}

func (m *model) reopen(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "seldom") > 0 {
		rt.Skip()
	}
	m.store.stop()
	m.store = start(rt, m.file, record.Options{})
	require.NoError(rt, m.store.WithoutFlush(context.Background()))
	resume, err := m.store.Resume(context.Background())
	require.NoError(rt, err)
	assert.Equal(rt, m.snapshot, resume.Snapshot)
	if n := len(m.messages); n > 0 {
		assert.Equal(rt, m.messages[n-1].Seq+1, resume.NextSeq)
	}
	assert.Equal(rt, len(m.messages)-len(m.acks), m.store.Depth())
	m.next = max(m.next, resume.NextSeq)
}

func (m *model) check(rt *rapid.T) {
	class := rapid.SampledFrom([]wire.Class{wire.ClassAlert, wire.ClassReading, wire.ClassPassing}).Draw(rt, "pending class")
	after := rapid.Uint64Range(0, m.next).Draw(rt, "after")
	limit := rapid.IntRange(0, 8).Draw(rt, "limit")
	var want []wire.Message
	for _, msg := range m.messages {
		if _, acked := m.acks[msg.ID]; msg.Class == class && msg.Seq > after && !acked && len(want) < limit {
			want = append(want, msg)
		}
	}
	got, err := m.store.Pending(context.Background(), class, after, limit)
	require.NoError(rt, err)
	require.Equal(rt, len(want), len(got))
	assert.True(rt, slices.EqualFunc(want, got, func(a, b wire.Message) bool {
		return a.ID == b.ID && a.Seq == b.Seq && a.Subject == b.Subject && a.At.Equal(b.At) && string(a.Payload) == string(b.Payload)
	}), "want %v, got %v", seqs(want), seqs(got))
}

// Whatever is appended, acknowledged, refilled and reopened, and whenever the writer gets to it: outbox and record are
// those of the model.
func TestStoreIsItsModel(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		round++
		m := &model{file: filepath.Join(dir, fmt.Sprint(round)), next: 1, acks: make(map[string]ack)}
		m.store = start(rt, m.file, record.Options{})
		require.NoError(rt, m.store.WithoutFlush(context.Background()))
		defer func() { m.store.stop() }()
		rt.Repeat(map[string]func(*rapid.T){
			"":            m.check,
			"append":      m.append,
			"acknowledge": m.acknowledge,
			"sync":        m.sync,
			"refill":      m.refill,
			"reopen":      m.reopen,
		})
	}))
}
