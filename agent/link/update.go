package link

import (
	"slices"
	"time"

	"bedside/devices"
)

// State is whether a device can be heard.
type State uint8

// The states. A link begins as Lost.
const (
	Lost      State = iota // the port is not open, or was not open and nothing valid has arrived yet
	Silent                 // the port is open, and nothing valid arrives for longer than a healthy device is quiet
	Connected              // valid frames arrive
)

// String returns "lost", "silent" or "connected".
func (s State) String() string {
	switch s {
	case Lost:
		return "lost"
	case Silent:
		return "silent"
	case Connected:
		return "connected"
	}
	return "unknown"
}

// Update is what is new about a device. It belongs to the receiver: nothing in it is used again.
type Update struct {
	At           time.Time // of the turn that made it, by the clock of [Options]
	State        State
	StateChanged bool   // also set when the state is determined for the first time
	Why          string // in words: why lost or silent. It may change while the state stays; empty if connected
	Readings     []devices.Reading
	Waves        []devices.Wave
	Cuff         []devices.CuffState
	Frames       int             // that passed their check, since the last Update
	Faults       []devices.Fault // since the last Update
	Reopened     uint64          // how often the port was opened again since Run began
	Attempts     uint64          // how often it was tried to be opened
	Panics       uint64          // how often the driver failed by an error in its program
}

// Pace of updates without readings, waves, cuff states or a change of state. Our choice.
const (
	countsEvery = time.Second // real time
	faultsMost  = 256         // faults that wait for it at most, so that noise cannot take memory
)

// counts is what waits for the next Update.
type counts struct {
	frames int
	faults []devices.Fault
	dirty  bool
	told   time.Time // when the last Update went out
}

func (c *counts) add(out *devices.Output) {
	if out.Frames == 0 && len(out.Faults) == 0 {
		return
	}
	c.frames += out.Frames
	c.faults = append(c.faults, out.Faults...)
	c.dirty = true
}

// due returns when the counts must go out; false if there is nothing to tell.
func (l *Link) countsDue() (time.Time, bool) {
	return l.counts.told.Add(l.outside(countsEvery)), l.counts.dirty
}

// tell delivers an Update with what out has, and all counts, if that cannot wait. It copies everything.
func (l *Link) tell(now time.Time, out *devices.Output) {
	l.counts.add(out)
	due, dirty := l.countsDue()
	urgent := l.changed || len(out.Readings) > 0 || len(out.Waves) > 0 || len(out.Cuff) > 0
	late := dirty && (!now.Before(due) || len(l.counts.faults) >= faultsMost)
	if !urgent && !late {
		return
	}
	u := Update{
		At: now, State: l.state, StateChanged: l.changed, Why: l.why,
		Readings: copyReadings(out.Readings), Waves: copyWaves(out.Waves), Cuff: slices.Clone(out.Cuff),
		Frames: l.counts.frames, Faults: l.counts.faults, // a new slice grows for the next one
		Reopened: l.reopened, Attempts: l.attempts, Panics: l.panics,
	}
	l.changed = false
	l.counts = counts{told: now}
	l.o.Deliver(u)
}

func copyReadings(from []devices.Reading) []devices.Reading {
	if len(from) == 0 {
		return nil
	}
	var measured, absent int
	for i := range from {
		measured += len(from[i].Measurements)
		absent += len(from[i].Absences)
	}
	to := slices.Clone(from)
	measurements, absences := make([]devices.Measurement, 0, measured), make([]devices.Absence, 0, absent)
	for i := range to {
		measurements, to[i].Measurements = slab(measurements, from[i].Measurements)
		absences, to[i].Absences = slab(absences, from[i].Absences)
	}
	return to
}

func copyWaves(from []devices.Wave) []devices.Wave {
	if len(from) == 0 {
		return nil
	}
	var n int
	for i := range from {
		n += len(from[i].Samples)
	}
	to, samples := slices.Clone(from), make([]int32, 0, n)
	for i := range to {
		samples, to[i].Samples = slab(samples, from[i].Samples)
	}
	return to
}

// slab copies part to the end of all, which has room for it, and returns both: one allocation serves many parts.
func slab[T any](all, part []T) (grown, piece []T) {
	if len(part) == 0 {
		return all, nil
	}
	n := len(all)
	all = append(all, part...)
	return all, all[n:len(all):len(all)]
}
