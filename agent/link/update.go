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

// Pace of updates without readings, cuff states or a change of state, in real time. Our choice.
const (
	countsEvery = time.Second
	wavesEvery  = time.Second / 3        // 25 samples at 75 a second, a packet of Nonin's
	waveGap     = 200 * time.Millisecond // between two runs of samples that are still one; a USB line is late by less
	faultsMost  = 256                    // faults that wait at most, so that noise cannot take memory
)

// pending is what waits for the next Update.
type pending struct {
	waves    []devices.Wave
	waveFrom time.Time // when the first of waves came
	frames   int
	faults   []devices.Fault
	dirty    bool      // there are counts to tell
	told     time.Time // when the last Update went out
}

func (p *pending) add(now time.Time, out *devices.Output) {
	for i := range out.Waves {
		p.addWave(now, &out.Waves[i])
	}
	if out.Frames == 0 && len(out.Faults) == 0 {
		return
	}
	p.frames += out.Frames
	p.faults = append(p.faults, out.Faults...)
	p.dirty = true
}

// addWave copies w. Runs of samples that follow each other become one: a driver that gives them frame by frame would
// otherwise make the agent publish each of them.
func (p *pending) addWave(now time.Time, w *devices.Wave) {
	if len(p.waves) == 0 {
		p.waveFrom = now
	} else if last := &p.waves[len(p.waves)-1]; follows(last, w) {
		last.Samples = append(last.Samples, w.Samples...)
		last.At = w.At
		return
	}
	fresh := *w
	fresh.Samples = append(make([]int32, 0, max(32, len(w.Samples))), w.Samples...)
	p.waves = append(p.waves, fresh)
}

// follows reports whether w goes on where last ended.
func follows(last, w *devices.Wave) bool {
	if last.Vital != w.Vital || last.Rate != w.Rate || last.FullScale != w.FullScale || w.Rate <= 0 {
		return false
	}
	length := time.Duration(len(w.Samples)) * time.Second / time.Duration(w.Rate)
	return w.At.Sub(last.At)-length < waveGap
}

// tellBy returns the moment by which what is pending must go out; false if nothing is.
func (l *Link) tellBy() (due time.Time, ok bool) {
	if l.pending.dirty {
		due, ok = l.pending.told.Add(l.outside(countsEvery)), true
	}
	if len(l.pending.waves) > 0 {
		if at := l.pending.waveFrom.Add(l.outside(wavesEvery)); !ok || at.Before(due) {
			due, ok = at, true
		}
	}
	return due, ok
}

// tell delivers an Update with what out has and all that is pending, if that cannot wait. It copies everything.
func (l *Link) tell(now time.Time, out *devices.Output) {
	l.pending.add(now, out)
	due, waits := l.tellBy()
	urgent := l.changed || len(out.Readings) > 0 || len(out.Cuff) > 0 || len(l.pending.faults) >= faultsMost
	if !urgent && (!waits || now.Before(due)) {
		return
	}
	u := Update{
		At: now, State: l.state, StateChanged: l.changed, Why: l.why,
		Readings: copyReadings(out.Readings), Waves: l.pending.waves, Cuff: slices.Clone(out.Cuff),
		Frames: l.pending.frames, Faults: l.pending.faults, // new slices grow for the next one
		Reopened: l.reopened, Attempts: l.attempts, Panics: l.panics,
	}
	l.changed = false
	l.pending = pending{told: now}
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

// slab copies part to the end of all, which has room for it, and returns both: one allocation serves many parts.
func slab[T any](all, part []T) (grown, piece []T) {
	if len(part) == 0 {
		return all, nil
	}
	n := len(all)
	all = append(all, part...)
	return all, all[n:len(all):len(all)]
}
