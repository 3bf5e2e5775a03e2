package console

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"maps"
	"time"

	"bedside/agent/wire"
)

const (
	pulseEvery = time.Second // a page takes four seconds without one for a dead line
	boardEvery = 15          // pulses between two whole boards
)

// RoomsEvent is the server-sent event "rooms", each second: the tiles that are different from the last one. An empty one is
// the sign that nothing has changed and that the line is alive.
type RoomsEvent struct {
	At    wire.Time   `json:"at"`
	Rooms []wire.Tile `json:"rooms"`
	Board *wire.Board `json:"board,omitempty"` // without rooms; set if what the station says of itself has changed
}

// pulse makes the events of each second. It belongs to one goroutine.
type pulse struct {
	seed  maphash.Seed
	known map[string]uint64 // what each room looked like, ages left out
	head  []byte            // what the station said of itself, ages left out
	since int               // the last whole board, in pulses
}

// next returns the event that tells what has changed since the last one: a whole board now and then, and whenever a room
// has come or gone, because pages must agree on their order.
func (p *pulse) next(b wire.Board) event { //nolint:gocritic // the caller's copy, changed here
	first := p.known == nil
	if first {
		p.seed = maphash.MakeSeed()
	}
	known := make(map[string]uint64, len(b.Rooms))
	var changed []wire.Tile
	moved := len(p.known) != len(b.Rooms)
	for i := range b.Rooms {
		t := &b.Rooms[i]
		known[t.Room] = p.look(t)
		before, there := p.known[t.Room]
		if moved = moved || !there; !there || before != known[t.Room] {
			changed = append(changed, *t)
		}
	}
	head := headOf(&b)
	news := !bytes.Equal(head, p.head)
	p.known, p.head = known, head
	if p.since++; first || moved || p.since >= boardEvery {
		p.since = 0
		return newEvent("board", b)
	}
	out := RoomsEvent{At: b.At, Rooms: changed}
	if out.Rooms == nil {
		out.Rooms = []wire.Tile{}
	}
	if news {
		b.Rooms = []wire.Tile{}
		out.Board = &b
	}
	return newEvent("rooms", out)
}

// look returns a fingerprint of a tile. Ages are left out: they grow by themselves, on the page as well.
func (p *pulse) look(t *wire.Tile) uint64 {
	plain := *t
	plain.AgeMS, plain.Heard = 0, wire.Time{}
	plain.Values = maps.Clone(t.Values)
	for vital, v := range plain.Values {
		v.AgeMS = 0
		plain.Values[vital] = v
	}
	b, err := json.Marshal(plain)
	if err != nil {
		return 0 // it cannot be sent either, and the event says so
	}
	return maphash.Bytes(p.seed, b)
}

func headOf(b *wire.Board) []byte {
	head := *b
	head.At, head.Rooms = wire.Time{}, nil
	head.Stations = append([]wire.Peer(nil), b.Stations...)
	for i := range head.Stations {
		head.Stations[i].AgeMS = 0
	}
	out, err := json.Marshal(head)
	if err != nil {
		return nil
	}
	return out
}
