package board

import (
	"slices"
	"time"

	"bedside/agent/wire"
)

// How long something counts as current: as long as in the room itself, whose page must show nothing older than 5 s
// (UX section 12), and a cuff value nothing older than an hour (UX section 1).
const (
	freshStream = 4 * time.Second
	freshSpot   = 60 * time.Minute
)

// stale is the reason why a value that was current is not shown any more.
const stale = "stale"

// said is when a device said something, in milliseconds of the room's process, and whether it says so once.
type said struct {
	offset int64
	spot   bool
}

func (s said) current(age time.Duration) bool {
	if s.spot {
		return age <= freshSpot
	}
	return age <= freshStream
}

type value struct {
	said
	number wire.Number
	at     wire.Time
}

type absence struct {
	said
	reason string
}

// device is what is known of a device: what the last heartbeat said, and what its readings said after it.
type device struct {
	name   string
	kind   string // a cuff measures once
	values map[string]value
	absent map[string]absence
	flags  []string
	flag   said // of flags
}

func newDevice(name string) *device {
	return &device{name: name, values: make(map[string]value), absent: make(map[string]absence)}
}

// heartbeat takes what a status says. What readings said after that status stays.
func (d *device) heartbeat(h *wire.Header, s *wire.Device) {
	d.kind = s.Kind
	for vital, v := range d.values {
		if v.offset <= h.OffsetMS {
			delete(d.values, vital)
		}
	}
	for vital, a := range d.absent {
		if a.offset <= h.OffsetMS {
			delete(d.absent, vital)
		}
	}
	for vital, l := range s.Values {
		// The status has no word for a value that is measured once; one that it still calls current after this long is one.
		spot := s.Kind == "cuff" || time.Duration(l.AgeMS)*time.Millisecond > freshStream
		d.set(vital, value{said{h.OffsetMS - l.AgeMS, spot}, l.Number, l.At})
	}
	for vital, reason := range s.Absent {
		if d.newer(vital, h.OffsetMS) {
			continue
		}
		// What is stale or absent in a heartbeat is so until the device says otherwise: absences do not become values.
		d.absent[vital] = absence{said{h.OffsetMS, s.Kind == "cuff"}, reason}
	}
	if d.flag.offset <= h.OffsetMS {
		d.flags, d.flag = slices.Clone(s.Flags), said{h.OffsetMS, s.Kind == "cuff"}
	}
}

// newer reports whether something is known about a vital that was said after an offset.
func (d *device) newer(vital string, offset int64) bool {
	v, known := d.values[vital]
	a, absent := d.absent[vital]
	return known && v.offset > offset || absent && a.offset > offset
}

func (d *device) set(vital string, v value) {
	if d.newer(vital, v.offset) {
		return
	}
	delete(d.absent, vital)
	d.values[vital] = v
}

// reading takes a reading, and reports whether anything is different from before but its age.
func (d *device) reading(m *Measured, at wire.Time) bool {
	when := said{m.OffsetMS, m.Spot}
	changed := false
	for vital, n := range m.Values {
		before, known := d.values[vital]
		changed = changed || !known || before.number != n
		d.set(vital, value{when, n, at})
	}
	for vital, reason := range m.Absent {
		if d.newer(vital, m.OffsetMS) {
			continue
		}
		before, known := d.absent[vital]
		changed = changed || !known || before.reason != reason
		delete(d.values, vital)
		d.absent[vital] = absence{when, reason}
	}
	if m.OffsetMS >= d.flag.offset {
		changed = changed || !slices.Equal(d.flags, m.Flags)
		d.flags, d.flag = m.Flags, when
	}
	return changed
}
