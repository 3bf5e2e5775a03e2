package site

import (
	"encoding/json"
	"strconv"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// status publishes the full truth of the room, as large as one in the middle of a session.
func (r *room) status(now time.Time) {
	r.mu.Lock()
	h := r.header(now)
	outbox := len(r.waiting)
	r.mu.Unlock()
	h.ID = ""
	s := wire.Status{
		Header: h, Version: "bench", UptimeMS: h.OffsetMS, Profile: "iv-ketamine@1", ProfileHash: "5d1c7f3a5d1c7f3a",
		Approval: wire.Unapproved, Session: inSession(h.Session, now), Broker: "connected", Outbox: outbox, Record: "ok",
		Devices: []wire.Device{r.device("oximeter", devices.Oximeter, now), r.device("monitor", devices.Oximeter, now)}, Alerts: []wire.Alert{},
	}
	if r.opened%2 == 1 {
		r.opened++ // the alert that stands, not the next one
		a := r.ofAlert(now)
		r.opened -= 2
		s.Alerts = append(s.Alerts, wire.NewAlert(h, a, "", s.Profile))
	}
	body, err := json.Marshal(s)
	if err != nil {
		r.site.failures.Add(1)
		return
	}
	r.site.statusBytes.Store(int64(len(body)))
	if r.nc.Publish(r.Status(), body) != nil {
		r.site.unsent.Add(1) // as an agent, which drops a status that cannot leave
	}
}

func (r *room) device(name string, kind devices.Kind, now time.Time) wire.Device {
	latest := func(v devices.Vital, value int) wire.Latest {
		return wire.Latest{Number: wire.Number{Value: wire.Digits(v, value), Unit: v.Unit()}, AgeMS: 400, At: wire.Time{Time: now}}
	}
	return wire.Device{
		Name: name, Driver: "simulated", Kind: kind.String(), Title: kind.Title(),
		Port: "/dev/serial/by-id/usb-bench-" + r.Room.Room + "-" + name, Link: "connected", Frames: r.seqNow(),
		Values: map[string]wire.Latest{
			devices.PulseRate.String(): latest(devices.PulseRate, 72), devices.SpO2.String(): latest(devices.SpO2, 97),
		},
		Absent: map[string]string{devices.PerfusionIndex.String(): devices.NotMeasured.String()},
	}
}

func (r *room) seqNow() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seq
}

// inSession is a session an hour old, with what such a one has.
func inSession(code string, now time.Time) *wire.SessionStatus {
	now = now.UTC()
	last := sessions.CuffReading{At: now.Add(-3 * time.Minute), Systolic: 138, Diastolic: 84, Mean: 102}
	status := sessions.Status{
		Code: code, Route: "iv", Profile: "iv-ketamine@1", Hash: "5d1c7f3a5d1c7f3a", By: "AK", Since: now.Add(-time.Hour),
		Phase: sessions.Peak, Screening: map[string]sessions.Answer{sessions.EscortPresent: sessions.Yes},
		SinceDose: 20 * time.Minute, Baseline: sessions.Values{Systolic: 124, Diastolic: 78, PulseRate: 72, SpO2: 98},
		NextReading: now.Add(2 * time.Minute), ReadingWhy: "schedule", Last: &last, Observe: 100 * time.Minute,
		Gate: sessions.Gate{Name: sessions.GateDischarge, Items: []sessions.Item{{Name: "observation", Text: "100 minutes of observation left"}}},
	}
	for n := range 2 {
		status.Doses = append(status.Doses, sessions.GivenDose{
			At: now.Add(-20 * time.Minute), Number: n + 1, Drug: "ketamine", Amount: strconv.Itoa(30+n) + " mg", By: "AK",
		})
	}
	for range 2 {
		status.Episodes = append(status.Episodes, sessions.Episode{
			Vital: "pulse_rate", Class: sessions.Transient, Since: now, PeakAt: now, Over: now, Baseline: 72, Peak: 98, Rise: 26, Area: 41.5,
			Last: 74, LastAt: now,
		})
	}
	return wire.NewSessionStatus(&status)
}
