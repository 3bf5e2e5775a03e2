package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
)

// roomSilent is after how long without a status a room's values are not shown any more: two heartbeats and a bit; our
// choice.
const roomSilent = 12 * time.Second

// view is what bedside watch knows of the rooms it hears. It is pure: messages and moments in, text out.
type view struct {
	rooms map[string]*roomView
}

type roomView struct {
	site, room string
	status     wire.Status
	heard      time.Time               // when anything came
	told       time.Time               // when a status came
	values     map[string]wire.Reading // newest reading, by device
	read       map[string]time.Time    // when it came
	alerts     map[string]wire.Alert   // active and latched, by occurrence
}

func newView() *view { return &view{rooms: make(map[string]*roomView)} }

// take notes one message and returns a line about it for a terminal that cannot redraw, or "".
func (v *view) take(now time.Time, subject string, payload []byte) (string, error) {
	tokens := strings.Split(subject, ".")
	if len(tokens) < 5 || tokens[0]+"."+tokens[1] != wire.Prefix {
		return "", nil
	}
	r := v.room(tokens[2], tokens[3])
	r.heard = now
	switch tokens[4] {
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
			site: site, room: room, values: make(map[string]wire.Reading), read: make(map[string]time.Time),
			alerts: make(map[string]wire.Alert),
		}
	}
	return v.rooms[key]
}

func (r *roomView) takeStatus(now time.Time, payload []byte) error {
	var s wire.Status
	if err := json.Unmarshal(payload, &s); err != nil {
		return fmt.Errorf("watch: status: %w", err)
	}
	r.status, r.told = s, now
	r.alerts = make(map[string]wire.Alert, len(s.Alerts))
	for _, a := range s.Alerts {
		r.alerts[a.Occurrence] = a
	}
	return nil
}

func (r *roomView) takeReading(now time.Time, payload []byte) (string, error) {
	var p wire.Reading
	if err := json.Unmarshal(payload, &p); err != nil {
		return "", fmt.Errorf("watch: reading: %w", err)
	}
	r.values[p.Device], r.read[p.Device] = p, now
	return fmt.Sprintf("%s %s %s: %s", clockOf(p.At), r.room, p.Device, spell(&p)), nil
}

func (r *roomView) takeAlert(payload []byte) (string, error) {
	var a wire.Alert
	if err := json.Unmarshal(payload, &a); err != nil {
		return "", fmt.Errorf("watch: alert: %w", err)
	}
	if a.State == "inactive" {
		delete(r.alerts, a.Occurrence)
	} else {
		r.alerts[a.Occurrence] = a
	}
	return fmt.Sprintf("%s %s %s %s: %s", clockOf(a.At), r.room, mark(&a), a.Event, a.Text), nil
}

func clockOf(t wire.Time) string { return t.Local().Format("15:04:05") }

// mark is the priority as monitors write it: stars for the patient, exclamation marks for the equipment.
func mark(a *wire.Alert) string {
	n := map[string]int{"high": 3, "medium": 2, "low": 1}[a.Priority]
	if a.Kind == "technical" {
		return strings.Repeat("!", n)
	}
	return strings.Repeat("*", n)
}

// spell writes a reading in words: what is known, and why the rest is not.
func spell(p *wire.Reading) string {
	var parts []string
	for _, vital := range slices.Sorted(maps.Keys(p.Values)) {
		parts = append(parts, fmt.Sprintf("%s %s %s", vital, p.Values[vital].Value, p.Values[vital].Unit))
	}
	for _, vital := range slices.Sorted(maps.Keys(p.Absent)) {
		parts = append(parts, fmt.Sprintf("%s -?- (%s)", vital, p.Absent[vital]))
	}
	if len(p.Flags) > 0 {
		parts = append(parts, "["+strings.Join(p.Flags, " ")+"]")
	}
	return strings.Join(parts, ", ")
}

// render draws every room for a terminal of that width. Nothing old is drawn as current.
func (v *view) render(now time.Time, color bool) string {
	var b strings.Builder
	if len(v.rooms) == 0 {
		b.WriteString("Nothing heard yet. Start an agent, such as: bedside demo\n")
	}
	for _, key := range slices.Sorted(maps.Keys(v.rooms)) {
		v.rooms[key].render(&b, now, color)
	}
	return b.String()
}

func (r *roomView) render(b *strings.Builder, now time.Time, color bool) {
	title := r.room + " · " + r.site
	if r.status.Mode != "" && r.status.Mode != wire.Live {
		title += "  [" + strings.ToUpper(map[wire.Mode]string{wire.Demo: "simulated", wire.Test: "test"}[r.status.Mode]) + "]"
	}
	fmt.Fprintf(b, "%s\n", paint(color, "1", title))
	if silent := now.Sub(r.heard); silent > roomSilent {
		fmt.Fprintf(b, "  %s\n\n", paint(color, "33;1", fmt.Sprintf("!! agent silent for %s; last values are not shown", silent.Round(time.Second))))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		r.renderReading(b, now, name)
	}
	list := slices.SortedFunc(maps.Values(r.alerts), func(a, c wire.Alert) int {
		if n := strings.Compare(mark(&c), mark(&a)); len(mark(&a)) == len(mark(&c)) {
			return n
		}
		return len(mark(&c)) - len(mark(&a))
	})
	for i := range list {
		a := &list[i]
		line := fmt.Sprintf("%-3s %s", mark(a), a.Text)
		if a.State == "latched" {
			line += " (over, not acknowledged)"
		}
		if a.Acknowledged {
			line += " (seen by " + a.AcknowledgedBy + ")"
		}
		fmt.Fprintf(b, "  %s\n", paint(color, map[string]string{"high": "97;41;1", "medium": "30;43", "low": "36"}[a.Priority], line))
	}
	if len(list) == 0 {
		b.WriteString("  no active alert\n")
	}
	b.WriteByte('\n')
}

// renderReading draws a device's newest reading. A stream that has stopped, or that the agent calls stale, is not shown.
func (r *roomView) renderReading(b *strings.Builder, now time.Time, name string) {
	p := r.values[name]
	age := now.Sub(r.read[name])
	text := spell(&p)
	if !p.Spot && age > 4*time.Second {
		text = "-?- (nothing for " + age.Round(time.Second).String() + ")"
	} else if age > 2*time.Second {
		text += "  " + age.Round(time.Second).String() + " ago"
	}
	fmt.Fprintf(b, "  %-10s %s\n", name, text)
}

func paint(color bool, code, text string) string {
	if !color || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
