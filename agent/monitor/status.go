package monitor

import (
	"context"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

// Snapshot returns the full truth about the room now.
func (m *Monitor) Snapshot(ctx context.Context) (wire.Status, error) {
	var s wire.Status
	if err := m.ask(ctx, func(now time.Time) { s = m.status(now) }); err != nil {
		return wire.Status{}, err // s may be written yet
	}
	return s, nil
}

func (m *Monitor) sendStatus(now time.Time) {
	s := m.status(now)
	m.sendAs(now, &s)
}

func (m *Monitor) sendAs(now time.Time, s *wire.Status) {
	b := m.encode(s)
	if b == nil {
		return
	}
	m.o.Outlets.Publish(wire.Message{Class: wire.ClassPassing, Subject: m.o.Room.Status(), At: now, Payload: b})
}

func (m *Monitor) status(now time.Time) wire.Status {
	around := m.o.Surroundings()
	h := m.header(now)
	h.ID = "" // a status is no numbered event: Seq is the number that the next one will have
	s := wire.Status{
		Header: h, Version: m.o.Version, UptimeMS: h.OffsetMS, Profile: m.judgement.rules.Word, ProfileHash: m.judgement.rules.Hash,
		Approved: m.judgement.rules.ApprovedBy,
		Devices:  make([]wire.Device, 0, len(m.order)), Alerts: []wire.Alert{},
		Broker: "lost", Outbox: around.Outbox, Record: "failing", OffsetNow: m.clock.offset(now).Milliseconds(),
	}
	s.DiskFree = around.DiskFree
	if speed := m.o.Clock.Speed(); speed == 1 {
		s.ClockSynced = around.ClockSynced
	} else { // its time is a story's, and no computer's
		s.Speed = speed
	}
	if around.BrokerConnected {
		s.Broker = "connected"
	}
	if around.RecordHealthy {
		s.Record = "ok"
	}
	for _, d := range m.order {
		s.Devices = append(s.Devices, d.wire(now))
	}
	active := m.judgement.engine.Active()
	for i := range active {
		h.ID = m.listeners.Message(active[i].Occurrence)
		s.Alerts = append(s.Alerts, m.alert(h, &active[i], ""))
	}
	s.Limits = wire.NewLimits(m.judgement.engine.Limits())
	m.statusOfSession(&s, len(active) > 0)
	s.Recipients = new(m.listeners.Report(m.o.Clock.Outside()))
	s.Sound = m.roomSound(&around)
	return s
}

// statusOfSession adds what is about session, profile and silence.
func (m *Monitor) statusOfSession(s *wire.Status, alerting bool) {
	if s.Approved == "" {
		s.Approval = wire.Unapproved
	}
	if stands, ok := m.judgement.session.Status(); ok {
		s.Session = wire.NewSessionStatus(&stands)
	}
	silence := m.judgement.engine.Silence()
	s.Silence = wire.NewSilence(&silence)
	if alerting {
		s.Signal = m.judgement.engine.Compound().String()
	}
}

func (d *deviceState) wire(now time.Time) wire.Device {
	out := wire.Device{
		Name: d.Name, Driver: d.Driver.Name, Kind: d.Driver.Kind.String(), Title: d.Driver.Kind.Title(), Port: d.Port,
		Link: d.state.String(), Why: d.why, Simulated: d.Simulated,
		Values: make(map[string]wire.Latest), Absent: make(map[string]string),
		LinkMS: now.Sub(d.stateSince).Milliseconds(), AbsentMS: make(map[string]int64),
		Frames: d.frames, Faults: make(map[string]uint64, len(d.faults)), Reopened: d.reopened, Commands: d.Verbs,
	}
	if !d.framed.IsZero() {
		out.FrameMS = new(now.Sub(d.framed).Milliseconds())
	}
	for kind, n := range d.faults {
		out.Faults[kind.String()] = n
	}
	if d.status.current(now) {
		out.Flags = d.status.flags.Names()
	}
	for vital, a := range d.absent {
		since := a.since
		if !a.current(now) { // nobody knows whether the finger is still out
			a.reason, since = devices.Stale, a.at
		}
		out.Absent[vital.String()] = a.reason.String()
		out.AbsentMS[vital.String()] = now.Sub(since).Milliseconds()
	}
	for vital, l := range d.values {
		if !l.current(now) {
			out.Absent[vital.String()] = devices.Stale.String()
			out.AbsentMS[vital.String()] = now.Sub(l.at).Milliseconds()
			continue
		}
		out.Values[vital.String()] = wire.Latest{
			Number: wire.Number{Value: wire.Digits(vital, l.value), Unit: vital.Unit()},
			AgeMS:  now.Sub(l.at).Milliseconds(), At: wire.Time{Time: l.at},
		}
	}
	if d.cuff != nil {
		out.Cuff = wire.NewCuff(d.cuff)
	}
	return out
}
