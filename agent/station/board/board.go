package board

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"bedside/agent/wire"
)

// How long a room may say nothing.
const (
	lateAfter = 4 * time.Second // of a room with readings every second; our choice
	// lateQuiet is the same for a room without a continuous reading, which says nothing between two heartbeats of five
	// seconds; our choice.
	lateQuiet   = 7 * time.Second
	silentAfter = 15 * time.Second // three heartbeats; the contract
	// lostAfter is how long the broker may be away before that is an alert; our choice: a reconnection takes one or two.
	lostAfter = 5 * time.Second
)

// Bounds of what is kept, our choice.
const (
	mostRooms  = 10_000 // twice what one broker carries; NATS.md
	mostRecent = 512    // alerts of a room between two heartbeats
	mostEarly  = 32     // alerts of a process that has not sent its first heartbeat
	mostSeen   = 256    // ids of alerts, of a room
)

// The states of a room's link, as [wire.Tile].Link.
const (
	LinkLive   = "live"
	LinkLate   = "late"
	LinkSilent = "silent"
)

// Why a room cannot be forgotten.
var (
	ErrNoRoom    = errors.New("board: there is no such room")
	ErrNotSilent = errors.New("board: the room is not silent")
)

// Options say whose board it is. All are required.
type Options struct{ Site, Station, Boot, Version string }

// Board is the state of a station. Make one with [New].
type Board struct {
	o     Options
	rooms map[string]*room
	order []*room // that are shown, by name

	own     []*ownAlert
	raised  uint64 // numbers of own occurrences
	ownSeq  uint64
	version uint64 // counts changes; see Changed

	up    bool
	since time.Time // of up
	why   string    // of not being up

	now time.Time // of the step that runs
	out []Event   // of it
}

// New returns a board without rooms, of a station that does not reach its broker yet.
func New(now time.Time, o Options) *Board {
	return &Board{o: o, rooms: make(map[string]*room), since: now, why: "connecting"}
}

// Step tells the board something at a moment. A moment before the last one counts as the last one. It returns what there
// is to tell, in order.
func (b *Board) Step(now time.Time, in Input) []Event {
	b.begin(now)
	switch in := in.(type) {
	case Status:
		b.status(in.Status)
	case Alert:
		b.alert(in.Alert)
	case Reading:
		b.reading(in.Measured)
	case Said:
		b.said(&in)
	case Assign:
		if r := b.rooms[in.Room]; r != nil {
			r.duty = in.Duty
			b.touch(r)
		}
	case Connection:
		if in.Up != b.up {
			b.up, b.since = in.Up, b.now
		}
		b.why = in.Why
		if in.Up {
			b.lower("broker_lost", "")
		}
	case Fault:
		b.fault(in)
	case Seen:
		b.elsewhere(in)
	case Tick:
		b.tick()
	}
	return b.end()
}

func (b *Board) begin(now time.Time) {
	if now.After(b.now) {
		b.now = now
	}
	b.out = nil
}

func (b *Board) end() []Event {
	out := b.out
	b.out = nil
	return out
}

func (b *Board) tell(e Event) { b.out = append(b.out, e) }

// touch notes that a room's tile is not as it was.
func (b *Board) touch(r *room) {
	b.version++
	r.version, r.touched = b.version, b.now
}

// Board returns everything there is to show at a moment.
func (b *Board) Board(now time.Time) wire.Board {
	out := wire.Board{
		V: wire.Version, Site: b.o.Site, Station: b.o.Station, Version: b.o.Version, At: wire.Time{Time: now},
		Broker: "lost", Rooms: make([]wire.Tile, 0, len(b.order)), Alerts: b.Alerts(),
	}
	if b.up {
		out.Broker = "connected"
	}
	for _, r := range b.order {
		out.Rooms = append(out.Rooms, r.tile(now))
	}
	return out
}

// Version grows with every change of a tile or of the station's own alerts.
func (b *Board) Version() uint64 { return b.version }

// Changed returns the tiles that are not as they were at a version, by name, and the version of now. A room that was
// forgotten is not among them: the whole board tells that. A tile whose values are measured anew without a change is told
// at least every two seconds.
func (b *Board) Changed(now time.Time, since uint64) ([]wire.Tile, uint64) {
	tiles := []wire.Tile{}
	for _, r := range b.order {
		if r.version > since {
			tiles = append(tiles, r.tile(now))
		}
	}
	return tiles, b.version
}

// Tile returns one room, false if there is none.
func (b *Board) Tile(now time.Time, name string) (wire.Tile, bool) {
	r := b.rooms[name]
	if r == nil || !r.placed {
		return wire.Tile{}, false
	}
	return r.tile(now), true
}

// Known is what the shell wants to know of a room without its tile.
type Known struct {
	Room    string
	Link    string
	Session bool // runs, as far as is known
	Duty    *wire.Duty
}

// Rooms lists the rooms by name.
func (b *Board) Rooms() []Known {
	list := make([]Known, 0, len(b.order))
	for _, r := range b.order {
		list = append(list, Known{Room: r.name, Link: r.link, Session: r.inSession(), Duty: r.duty})
	}
	return list
}

// Forget takes a room that is silent off the board, because it was taken away.
func (b *Board) Forget(now time.Time, name string) ([]Event, error) {
	b.begin(now)
	r := b.rooms[name]
	switch {
	case r == nil || !r.placed:
		return nil, ErrNoRoom
	case r.link != LinkSilent:
		return nil, ErrNotSilent
	}
	delete(b.rooms, name)
	b.order = slices.DeleteFunc(b.order, func(o *room) bool { return o == r })
	b.version++
	for _, c := range []string{"agent_silent", "duplicate_room"} {
		b.lower(c, name)
	}
	for _, occurrence := range slices.Sorted(maps.Keys(r.known)) { // whoever was called for it need not come any more
		b.close(r, r.known[occurrence], r.alerts, occurrence)
	}
	b.tell(Noted{Room: name, Kind: NotedForgotten, Text: r.words()})
	return b.end(), nil
}

// show gives a room its place.
func (b *Board) show(r *room) {
	at, _ := slices.BinarySearchFunc(b.order, r.name, func(o *room, name string) int { return natural(o.name, name) })
	b.order = slices.Insert(b.order, at, r)
	r.placed = true
}

// appear shows a room that nobody knew.
func (b *Board) appear(r *room) {
	b.show(r)
	b.tell(Noted{Room: r.name, Kind: NotedAppeared})
}

// natural compares names as people read them: room-2 comes before room-10.
func natural(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if !digit(a[i]) || !digit(b[j]) {
			if a[i] != b[j] {
				return cmp.Compare(a[i], b[j])
			}
			i, j = i+1, j+1
			continue
		}
		x, y := run(a[i:]), run(b[j:])
		if c := cmp.Or(cmp.Compare(len(x.digits), len(y.digits)), cmp.Compare(x.digits, y.digits)); c != 0 {
			return c
		}
		i, j = i+x.length, j+y.length
	}
	return cmp.Or(cmp.Compare(len(a)-i, len(b)-j), cmp.Compare(a, b))
}

type number struct {
	digits string // without leading zeros
	length int    // with them
}

func run(s string) number {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	zeros := 0
	for zeros < n && s[zeros] == '0' {
		zeros++
	}
	return number{s[zeros:n], n}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
