package board

import (
	"slices"
	"time"

	"bedside/agent/wire"
)

// room is what is known of one room.
type room struct {
	name string
	boot string       // of the process that is believed; "" before the first heartbeat
	past []former     // processes that it has followed, the newest last
	odd  *rival       // a second machine under this name; nil if there is none
	head *wire.Status // the last heartbeat, without the values of its devices; nil for a room of the station's last run

	clock   clock
	devices []*device // in the order of the heartbeat
	early   []wire.Alert
	recent  map[string]wire.Alert // the newest of each occurrence that the heartbeat does not cover
	alerts  []wire.Alert          // the heartbeat's with the recent laid over them
	known   map[string]*known     // by occurrence, as long as it is in alerts or recent
	seen    seen

	placed  bool // has a tile
	heard   time.Time
	stream  time.Time // when a continuous reading was heard
	link    string
	stopped bool   // on purpose
	saved   *Saved // of the station's last run; of a room without a head
	duty    *wire.Duty

	version uint64
	touched time.Time
	fade    time.Time // when the next value ages out; zero for none
}

// former is a process that another one has replaced.
type former struct {
	boot   string
	offset int64 // of its last heartbeat
	until  time.Time
}

// rival is a second machine that uses the room's name.
type rival struct {
	boot  string
	heard time.Time
}

// known is what the station remembers of an occurrence while it lasts.
type known struct {
	since time.Time
	key   string // the same at all stations
	id    string // of the last message
	steps []string
	off   bool // somebody keeps its signals back
}

// Bounds of two machines with one name, our choice.
const (
	mostFormer = 4
	// settles is how long the last words of a process that ends may be on their way.
	settles = 2 * time.Second
	// rivalGone is after how long without a heartbeat a second machine counts as switched off.
	rivalGone = 30 * time.Second
)

func (r *room) inSession() bool {
	if r.head == nil {
		return r.saved != nil && r.saved.Session
	}
	return r.head.Session != nil
}

// room returns the room of a name; nil if there are too many.
func (b *Board) room(name string) *room {
	r := b.rooms[name]
	if r == nil && len(b.rooms) < mostRooms {
		r = &room{name: name, recent: make(map[string]wire.Alert), known: make(map[string]*known), link: LinkSilent}
		b.rooms[name] = r
	}
	return r
}

// believed finds the room of a message that is no heartbeat, and reports whether it comes from the process that is
// believed. A second machine is not heard at all.
func (b *Board) believed(name, boot string) (r *room, current bool) {
	r = b.room(name)
	if r == nil || r.odd != nil && r.odd.boot == boot {
		return nil, false
	}
	b.hear(r)
	if r.head == nil {
		r.stopped = false // it speaks; see said
	}
	return r, boot == r.boot && r.head != nil
}

// hear notes that a room is there.
func (b *Board) hear(r *room) {
	r.heard = b.now
	if r.placed && r.link != LinkLive {
		b.relink(r, LinkLive)
	}
}

func (b *Board) said(s *Said) {
	r, current := b.believed(s.Room, s.Boot)
	if r == nil || !current && r.head != nil {
		return
	}
	r.clock.hear(b.now, s.OffsetMS) // the first heartbeat begins it anew
	switch s.Event {
	case wire.EventAgentStopped:
		r.stopped = true
	case wire.EventAgentStarted:
		r.stopped = false
	}
}

func (b *Board) reading(m *Measured) {
	r, current := b.believed(m.Room, m.Boot)
	if r == nil || !current || m.Seq < r.head.Seq {
		return
	}
	i := slices.IndexFunc(r.devices, func(d *device) bool { return d.name == m.Device })
	if i < 0 {
		return // the next heartbeat will name it
	}
	r.clock.hear(b.now, m.OffsetMS)
	if !m.Spot {
		r.stream = b.now
	}
	// By the room's clock, as in its heartbeats and alerts: the pages reckon from it how far that clock is from ours.
	at := wire.Time{Time: r.head.At.Add(time.Duration(m.OffsetMS-r.head.OffsetMS) * time.Millisecond)}
	if r.devices[i].reading(m, at) || b.now.Sub(r.touched) >= repeat {
		b.touch(r)
	}
	r.fade = time.Time{}
}

// repeat is how often a tile whose values have not changed is told again, so that a page sees them to be fresh. Our choice.
const repeat = 2 * time.Second

// status takes a heartbeat.
func (b *Board) status(s *wire.Status) {
	r := b.room(s.Room)
	if r == nil || !b.accept(r, s) {
		return
	}
	if r.head != nil && s.OffsetMS < r.head.OffsetMS {
		b.hear(r)
		return // overtaken by a newer one
	}
	before := r.alerts
	r.clock.hear(b.now, s.OffsetMS)
	r.stopped = false
	r.head = s
	if !r.placed {
		r.link = LinkLive // nobody missed it, so that it is not back
		b.appear(r)
	}
	r.heartbeat(s)
	b.hear(r)
	b.catchUp(r)
	for occurrence, a := range r.recent {
		if a.Seq < s.Seq {
			delete(r.recent, occurrence)
		}
	}
	r.overlay()
	b.compare(r, before, nil)
	b.touch(r)
	r.fade = time.Time{}
}

// heartbeat moves what devices say into their own places.
func (r *room) heartbeat(s *wire.Status) {
	devices := make([]*device, 0, len(s.Devices))
	for i := range s.Devices {
		from := &s.Devices[i]
		var d *device
		if at := slices.IndexFunc(r.devices, func(d *device) bool { return d.name == from.Name }); at >= 0 {
			d = r.devices[at]
		} else {
			d = newDevice(from.Name)
		}
		d.heartbeat(&s.Header, from)
		from.Values, from.Absent, from.Flags = nil, nil, nil
		devices = append(devices, d)
	}
	r.devices = devices
}

// accept decides whether a heartbeat comes from the machine that has this name. A new process replaces the old one: the
// agent was started again. When the old one then speaks again, there are two machines; the first keeps the name.
func (b *Board) accept(r *room, s *wire.Status) bool {
	switch i := slices.IndexFunc(r.past, func(f former) bool { return f.boot == s.Boot }); {
	case s.Boot == r.boot:
		return true
	case r.odd != nil && r.odd.boot == s.Boot:
		r.odd.heard = b.now
		if r.link != LinkSilent || b.now.Sub(r.heard) < silentAfter {
			return false
		}
		r.odd = nil // the first has been switched off
		b.lower("duplicate_room", r.name)
		b.follow(r, s.Boot)
		return true
	case i < 0:
		if r.boot != "" {
			b.tell(Noted{Room: r.name, Kind: NotedRestarted})
		}
		b.follow(r, s.Boot)
		return true
	default:
		f := r.past[i]
		if s.OffsetMS <= f.offset || b.now.Sub(f.until) < settles {
			return false // its last words
		}
		second := r.boot
		r.past = slices.Delete(r.past, i, i+1)
		b.follow(r, s.Boot)
		r.past = slices.DeleteFunc(r.past, func(f former) bool { return f.boot == second })
		r.odd = &rival{boot: second, heard: b.now}
		text := "Two machines call themselves " + r.name + ": process " + s.Boot + " is shown, process " + second +
			" is refused, with its alerts. Give one of them another name."
		b.raise("duplicate_room", "Two machines with one name", "high", r.name, text)
		b.tell(Noted{Room: r.name, Kind: NotedDuplicate, Text: text})
		return true
	}
}

// follow begins to believe a process. What the old one said is forgotten, but for what was told of its alerts.
func (b *Board) follow(r *room, boot string) {
	if r.boot != "" {
		offset := int64(0)
		if r.head != nil {
			offset = r.head.OffsetMS
		}
		r.past = append(r.past, former{r.boot, offset, b.now})
		r.past = r.past[max(0, len(r.past)-mostFormer):]
	}
	r.boot, r.clock, r.devices, r.head = boot, clock{}, nil, nil
	clear(r.recent)
}
