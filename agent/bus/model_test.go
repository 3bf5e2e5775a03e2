package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"bedside/agent/wire"
)

// model is an outbox in memory that keeps the contract of bus.Outbox, and watches that the bus keeps its side.
type model struct {
	mu     sync.Mutex
	rows   map[wire.Class][]row
	hidden map[string]bool // appended, not committed: Pending does not show them
	early  map[string]uint64
	broken bool
	deaf   bool // acknowledgements are not noted, as if the process died before
}

type row struct {
	m      wire.Message
	acked  bool
	stream uint64
}

func newModel() *model {
	return &model{rows: map[wire.Class][]row{}, hidden: map[string]bool{}, early: map[string]uint64{}}
}

func (o *model) add(m wire.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows[m.Class] = append(o.rows[m.Class], row{m: m})
}

// addHidden appends a message that Pending shows only after commit.
func (o *model) addHidden(m wire.Message) {
	o.add(m)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hidden[m.ID] = true
}

func (o *model) commit() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.hidden)
}

func (o *model) set(f func(*model)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f(o)
}

func (o *model) Pending(ctx context.Context, class wire.Class, after uint64, limit int) ([]wire.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.broken {
		return nil, errors.New("disk I/O error")
	}
	var out []wire.Message
	for _, r := range o.rows[class] {
		if !r.acked && r.m.Seq > after && len(out) < limit && !o.hidden[r.m.ID] {
			out = append(out, r.m)
		}
	}
	return out, nil
}

func (o *model) Acknowledge(class wire.Class, id string, seq uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.deaf {
		return
	}
	i := slices.IndexFunc(o.rows[class], func(r row) bool { return r.m.ID == id })
	if i >= 0 {
		o.rows[class][i].acked, o.rows[class][i].stream = true, seq
	}
}

func (o *model) Refill(_ context.Context, class wire.Class, last uint64) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken {
		return 0, errors.New("disk I/O error")
	}
	n := 0
	for i, r := range o.rows[class] {
		if r.acked && r.stream > last {
			o.rows[class][i].acked = false
			n++
		}
	}
	return n, nil
}

func (o *model) Depth() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, rows := range o.rows {
		for _, r := range rows {
			if !r.acked {
				n++
			}
		}
	}
	return n
}

// room makes messages in the order of Seq.
type room struct {
	wire.Room
	boot string
	seq  uint64
}

func newRoom() *room { return &room{Room: wire.Room{Site: "clinic", Room: "room-1"}, boot: "7f3a"} }

func (r *room) message(class wire.Class, subject string) wire.Message {
	r.seq++
	id := wire.MessageID(r.Room.Room, r.boot, r.seq)
	return wire.Message{
		ID: id, Seq: r.seq, Class: class, Subject: subject, At: time.Now(),
		Payload: fmt.Appendf(nil, `{"v":1,"id":%q,"seq":%d}`, id, r.seq),
	}
}

func (r *room) alert() wire.Message   { return r.message(wire.ClassAlert, r.Alert("bp_severe")) }
func (r *room) reading() wire.Message { return r.message(wire.ClassReading, r.Reading("oximeter")) }

// idOf returns the id in a payload made by room.
func idOf(payload []byte) string {
	_, rest, _ := strings.Cut(string(payload), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// sequences returns the stream sequences that were acknowledged, in the order of Seq.
func (o *model) sequences(class wire.Class) []uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []uint64
	for _, r := range o.rows[class] {
		if r.acked {
			out = append(out, r.stream)
		}
	}
	return out
}
