package monitor

import (
	"context"
	"time"

	"bedside/agent/link"
	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

const (
	// freshStream is how long a value of a continuous device counts as current. The page must show no value older than
	// 5 s (UX section 12) and is redrawn once a second; hence 4 s.
	freshStream = 4 * time.Second
	// freshSpot is how long a cuff value counts as current: alarms.md section 5 calls 15 minutes stale, the page greys
	// it then; UX section 1 takes it away after 60 minutes.
	freshSpot = 60 * time.Minute
	// readingEvery bounds the pace of published readings when a device delivers irregularly (DESIGN: one a second).
	readingEvery = time.Second
	// qualityEvery is how often the engine hears about a line's quality; our choice.
	qualityEvery = time.Second
	// whyEvery is how often an alert about a lost device may give another reason, so that two that alternate do not make
	// one event for each attempt to open the port; our choice.
	whyEvery = 10 * time.Second
)

// said is when a device said something, and whether it says so all the time or once.
type said struct {
	at   time.Time
	spot bool
}

// current reports whether it can still be taken for true.
func (s said) current(now time.Time) bool {
	if s.spot {
		return now.Sub(s.at) <= freshSpot
	}
	return now.Sub(s.at) <= freshStream
}

// What a device said last.
type (
	value struct {
		said
		value int
	}
	absence struct {
		said
		reason devices.Reason
		since  time.Time // for this reason
	}
	status struct {
		said
		flags devices.Status
	}
)

// deviceState is what the room knows about one device. Only the goroutine of Run touches it.
type deviceState struct {
	Device
	intake Intake
	state  link.State
	// stateSince is when the line came into its state.
	stateSince time.Time
	framed     time.Time // when the last frame came
	why        string
	values     map[devices.Vital]value
	absent     map[devices.Vital]absence
	status     status
	cuff       *devices.CuffState
	frames     uint64
	faults     map[devices.FaultKind]uint64
	reopened   uint64
	published  pacer
}

func newDeviceState(d Device, now time.Time) *deviceState {
	return &deviceState{
		Device: d, stateSince: now, intake: NewIntake(d.Name, &d.Driver),
		values: make(map[devices.Vital]value),
		absent: make(map[devices.Vital]absence),
		faults: make(map[devices.FaultKind]uint64),
	}
}

// Deliver takes what a link has to say about a device. It waits only while the queue is full.
func (m *Monitor) Deliver(ctx context.Context, device string, u link.Update) {
	// The only error is the end of ctx: the agent stops, and nobody is left to tell.
	if err := m.send(ctx, func(now time.Time) { m.take(now, device, &u) }); err != nil {
		m.o.Log.Debug("monitor: delivery after the end", "device", device, "err", err)
	}
}

func (m *Monitor) take(now time.Time, name string, u *link.Update) {
	d := m.devices[name]
	if d == nil {
		m.o.Log.Error("monitor: delivery from an unknown device", "device", name)
		return
	}
	for i := range u.Readings {
		m.takeReading(now, d, &u.Readings[i])
	}
	if len(m.rest) > 0 {
		m.afterwards(func(now time.Time) { m.takeRest(now, d, u) })
		return
	}
	m.takeRest(now, d, u)
}

// takeRest takes what an update has beside readings.
func (m *Monitor) takeRest(now time.Time, d *deviceState, u *link.Update) {
	d.note(now, u)
	m.o.Outlets.Observe.Line(d.Name, u.State, u.Frames, u.Faults, u.Reopened)
	d.intake.rest(now, u, func(in alerts.Input) { m.step(now, in) })
	for i := range u.Waves {
		m.passWave(now, d, &u.Waves[i])
	}
}

// note remembers what a status says beside values.
func (d *deviceState) note(now time.Time, u *link.Update) {
	if d.state != u.State {
		d.stateSince = now
	}
	if u.Frames > 0 {
		d.framed = now
	}
	d.state, d.why, d.reopened = u.State, u.Why, u.Reopened
	if n := len(u.Cuff); n > 0 {
		d.cuff = &u.Cuff[n-1]
	}
	if u.State != link.Connected && d.cuff != nil && d.cuff.Phase.Busy() {
		d.cuff = nil // what it does now is not known
	}
	d.frames += uint64(max(0, u.Frames))
	for _, f := range u.Faults {
		d.faults[f.Kind]++
	}
}

func (m *Monitor) takeReading(now time.Time, d *deviceState, r *devices.Reading) {
	alerted := m.step(now, d.intake.reading(r))
	if alerted {
		m.afterwards(func(now time.Time) { m.publishReading(now, d, r, true) })
		return
	}
	m.publishReading(now, d, r, false)
}

// publishReading remembers a reading that has been judged, and publishes it if it is due.
func (m *Monitor) publishReading(now time.Time, d *deviceState, r *devices.Reading, alerted bool) {
	m.o.Outlets.Observe.Reading(d.Name, r)
	changed := d.remember(r)
	if !d.published.due(now, d.Driver.Rate, changed || alerted || r.Spot) {
		return
	}
	h := m.header(now)
	payload := wire.NewReading(h, d.Name, d.Driver.Name, r)
	m.emit(now, wire.ClassReading, m.o.Room.Reading(d.Name), h, payload, alerted || r.Spot)
}

// remember keeps the reading as the latest and reports whether anything became known, absent, or differently flagged.
func (d *deviceState) remember(r *devices.Reading) bool {
	now := said{r.At, r.Spot}
	changed := r.Status != d.status.flags
	d.status = status{now, r.Status}
	for _, v := range r.Measurements {
		if _, was := d.values[v.Vital]; !was {
			changed = true
		}
		d.values[v.Vital] = value{now, v.Value}
		delete(d.absent, v.Vital)
	}
	for _, a := range r.Absences {
		was, ok := d.absent[a.Vital]
		if !ok || was.reason != a.Reason {
			changed, was.since = true, r.At
		}
		d.absent[a.Vital] = absence{now, a.Reason, was.since}
		delete(d.values, a.Vital)
	}
	return changed
}

func (m *Monitor) passWave(now time.Time, d *deviceState, w *devices.Wave) {
	h := m.header(now)
	h.Seq, h.ID = 0, "" // waves are neither recorded nor stored, so they take no number
	payload := wire.NewWave(h, d.Name, w)
	m.pass(now, m.o.Room.Wave(d.Name), "wave", payload)
}

// pacer thins readings to about one a second, counted by the device's own stream where it has a rhythm, so that a
// stream read late or fast is thinned as it was sent.
type pacer struct {
	last  time.Time
	count int
}

func (p *pacer) due(now time.Time, rate int, force bool) bool {
	p.count++
	if !force && p.count < rate && now.Sub(p.last) < readingEvery {
		return false
	}
	p.last, p.count = now, 0
	return true
}
