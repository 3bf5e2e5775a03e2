package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

// view is what bedside watch knows of the rooms it hears. It is pure: messages and moments in, text out.
type view struct {
	rooms map[string]*roomView
	zone  *time.Location // of the times it writes
}

// roomView is one room. A status is the full truth and is never stored by a server, so it tells what time it is in the
// room; readings and alerts may come late, after an outage, and are judged against it.
type roomView struct {
	site, room string
	zone       *time.Location
	status     wire.Status
	told       time.Time           // when the status came; zero: none came yet
	readings   map[string]received // newest reading, by device
	alerts     map[string]wire.Alert
}

type received struct {
	wire.Reading
	at time.Time
}

func newView(zone *time.Location) *view { return &view{rooms: make(map[string]*roomView), zone: zone} }

// take notes one message and returns a line about it for a terminal that cannot redraw, or "".
func (v *view) take(now time.Time, subject string, payload []byte) (string, error) {
	rest, ok := strings.CutPrefix(subject, wire.Prefix+".")
	tokens := strings.Split(rest, ".")
	if !ok || len(tokens) < 3 {
		return "", nil
	}
	r := v.room(tokens[0], tokens[1])
	switch tokens[2] {
	case "status":
		return "", r.takeStatus(now, payload)
	case "reading":
		return r.takeReading(now, payload)
	case "alert":
		return r.takeAlert(payload)
	default:
		return "", nil
	}
}

func (v *view) room(site, room string) *roomView {
	key := site + "." + room
	if v.rooms[key] == nil {
		v.rooms[key] = &roomView{
			site: site, room: room, zone: v.zone,
			readings: make(map[string]received), alerts: make(map[string]wire.Alert),
		}
	}
	return v.rooms[key]
}

// takeStatus replaces what was known of alerts, but for those that changed after the status was made.
func (r *roomView) takeStatus(now time.Time, payload []byte) error {
	var s wire.Status
	if err := json.Unmarshal(payload, &s); err != nil {
		return fmt.Errorf("not a status: %w", err)
	}
	before := r.alerts
	if s.Boot != r.status.Boot { // another process: its numbers may begin anew
		maps.DeleteFunc(r.readings, func(_ string, p received) bool { return p.Boot != s.Boot })
	}
	r.status, r.told = s, now
	r.alerts = make(map[string]wire.Alert, len(s.Alerts))
	for _, a := range s.Alerts {
		r.alerts[a.Occurrence] = a
	}
	for _, a := range before {
		if a.Event != "" && r.isNews(&a.Header) {
			r.note(a)
		}
	}
	for i := range s.Devices {
		r.takeLatest(now, &s.Devices[i])
	}
	return nil
}

// isNews reports whether an event happened after the last status was made. A status has the number of the next event.
func (r *roomView) isNews(h *wire.Header) bool {
	if h.Boot == r.status.Boot {
		return h.Seq >= r.status.Seq
	}
	return h.At.After(r.status.At.Time)
}

// takeLatest takes a cuff's last result from a status, for a watch that began after it was measured.
func (r *roomView) takeLatest(now time.Time, d *wire.Device) {
	if _, known := r.readings[d.Name]; known || d.Kind != devices.Cuff.String() || len(d.Values) == 0 {
		return
	}
	p := received{wire.Reading{Header: r.status.Header, Device: d.Name, Spot: true, Values: make(map[string]wire.Number)}, now}
	p.Seq = 0 // any result that comes itself is better
	for vital, latest := range d.Values {
		p.Values[vital], p.At = latest.Number, latest.At
	}
	r.readings[d.Name] = p
}

func (r *roomView) takeReading(now time.Time, payload []byte) (string, error) {
	var p wire.Reading
	if err := json.Unmarshal(payload, &p); err != nil {
		return "", fmt.Errorf("not a reading: %w", err)
	}
	if last := r.readings[p.Device]; p.Boot != last.Boot && !p.At.Before(last.At.Time) || p.Boot == last.Boot && p.Seq >= last.Seq {
		r.readings[p.Device] = received{p, now}
	}
	return fmt.Sprintf("%s %s %s: %s", r.clock(p.At), r.room, clean(p.Device), spell(&p)), nil
}

func (r *roomView) takeAlert(payload []byte) (string, error) {
	var a wire.Alert
	if err := json.Unmarshal(payload, &a); err != nil {
		return "", fmt.Errorf("not an alert: %w", err)
	}
	if last := r.alerts[a.Occurrence]; r.isNews(&a.Header) && (a.Boot != last.Boot || a.Seq >= last.Seq) { // else sent late
		r.note(a)
	}
	return fmt.Sprintf("%s %s %s %s: %s", r.clock(a.At), r.room, mark(&a), clean(a.Event), clean(a.Text)), nil
}

// note keeps an alert that is over as well, until the next status, so that an older message cannot bring it back.
func (r *roomView) note(a wire.Alert) { r.alerts[a.Occurrence] = a }

// shown lists the alerts that are not over: highest priority first, then what is still true before what is over, and
// the person before the equipment.
func (r *roomView) shown() []wire.Alert {
	var list []wire.Alert
	for _, a := range r.alerts {
		if a.State != "inactive" {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b wire.Alert) int {
		return cmp.Or(
			cmp.Compare(len(mark(&b)), len(mark(&a))),
			cmp.Compare(a.State, b.State), // active, latched
			cmp.Compare(a.Kind, b.Kind),   // physiological, technical
			a.Since.Compare(b.Since.Time),
			cmp.Compare(a.Occurrence, b.Occurrence),
		)
	})
	return list
}

// age is how old a moment of the room is, in the room's time, which a sped-up demo makes run faster than ours. It never
// asks whether the room's clock and ours agree.
func (r *roomView) age(now time.Time, at wire.Time) time.Duration {
	since := time.Duration(float64(now.Sub(r.told)) * r.speed())
	return max(0, r.status.At.Add(since).Sub(at.Time))
}

func (r *roomView) speed() float64 { return max(1, r.status.Speed) }

func (r *roomView) clock(t wire.Time) string { return t.In(r.zone).Format("15:04:05") }
