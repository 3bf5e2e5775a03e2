package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"bedside/agent/wire"
	"bedside/devices"
)

// What is too old to be drawn as current, in real time; our choice.
const (
	roomSilent  = 12 * time.Second // without a status: two heartbeats and a bit
	streamStops = 4 * time.Second  // without a reading of a device that sends one a second; as on the page
)

// render draws every room. Nothing old is drawn as current.
func (v *view) render(now time.Time, color bool) string {
	var b strings.Builder
	if len(v.rooms) == 0 {
		b.WriteString("Nothing heard yet. Is an agent running? To try: bedside demo\n\n")
	}
	for _, key := range slices.Sorted(maps.Keys(v.rooms)) {
		v.rooms[key].render(&b, now, color)
		b.WriteByte('\n')
	}
	return b.String()
}

func (r *roomView) render(b *strings.Builder, now time.Time, color bool) {
	fmt.Fprintln(b, paint(color, "1", r.title()))
	if r.told.IsZero() {
		b.WriteString("  waiting for its first status; it comes every 5 s\n")
		r.renderAlerts(b, color)
		return
	}
	if silent := now.Sub(r.told); silent > roomSilent {
		fmt.Fprintf(b, "  %s\n", paint(color, "30;43", "!!  Agent silent for "+brief(silent)+". Look at the person and at the agent."))
		for _, a := range r.shown() {
			fmt.Fprintf(b, "  was active at %s: %s\n", r.clock(r.status.At), r.alertLine(&a))
		}
		return
	}
	for _, d := range r.devices() {
		fmt.Fprintf(b, "  %-10s %s\n", clean(d.Name), r.deviceLine(now, &d))
	}
	if r.renderAlerts(b, color) == 0 {
		b.WriteString("  no active alert\n")
	}
	if r.status.Record == "failing" {
		b.WriteString("  the record cannot be written\n")
	}
}

func (r *roomView) renderAlerts(b *strings.Builder, color bool) int {
	list := r.shown()
	for i := range list {
		fmt.Fprintf(b, "  %s\n", paint(color, alertColor(&list[i]), r.alertLine(&list[i])))
	}
	return len(list)
}

func (r *roomView) title() string {
	title := r.room + " · " + r.site
	switch r.status.Mode {
	case wire.Demo:
		title += "  [SIMULATED"
		if r.speed() > 1 {
			title += fmt.Sprintf(", %g times faster than life", r.speed())
		}
		title += "]"
	case wire.Test:
		title += "  [TEST, not a person]"
	}
	return title
}

// devices lists those of the status, and after them any that only a reading has named.
func (r *roomView) devices() []wire.Device {
	list := slices.Clone(r.status.Devices)
	for _, name := range slices.Sorted(maps.Keys(r.readings)) {
		if !slices.ContainsFunc(list, func(d wire.Device) bool { return d.Name == name }) {
			list = append(list, wire.Device{Name: name})
		}
	}
	return list
}

func (r *roomView) deviceLine(now time.Time, d *wire.Device) string {
	p, known := r.readings[d.Name]
	age := r.age(now, p.At)
	var parts []string
	switch {
	case known && p.Spot:
		parts = append(parts, spell(withoutStale(&p.Reading, d))+", "+brief(age)+" ago")
	case known && time.Duration(float64(age)/r.speed()) <= streamStops && now.Sub(p.at) <= streamStops:
		return spell(&p.Reading)
	case d.Link == "connected":
		parts = append(parts, "-?- (no value now)")
	default:
		parts = append(parts, "-?-")
	}
	if d.Link == "lost" || d.Link == "silent" {
		parts = append(parts, map[string]string{"lost": "not connected", "silent": "cannot be heard"}[d.Link]+": "+clean(d.Why))
	}
	if c := d.Cuff; c != nil {
		switch c.Phase {
		case devices.CuffInflating.String(), devices.CuffDeflating.String():
			parts = append(parts, "measuring")
		case devices.CuffFailed.String():
			parts = append(parts, "last try failed: "+words(c.Class))
		}
	}
	return strings.Join(parts, "; ")
}

// withoutStale takes out the values that the agent calls too old to be current.
func withoutStale(p *wire.Reading, d *wire.Device) *wire.Reading {
	out := *p
	out.Values, out.Absent = maps.Clone(p.Values), maps.Clone(p.Absent)
	if out.Absent == nil {
		out.Absent = make(map[string]string)
	}
	for vital := range p.Values {
		if d.Absent[vital] == devices.Stale.String() {
			delete(out.Values, vital)
			out.Absent[vital] = devices.Stale.String()
		}
	}
	return &out
}

func (r *roomView) alertLine(a *wire.Alert) string {
	line := fmt.Sprintf("%-3s %s  since %s", mark(a), clean(a.Text), r.clock(a.Since))
	if a.State == "latched" {
		line += ", over"
	}
	if a.Acknowledged {
		return line + ", seen by " + clean(a.AcknowledgedBy)
	}
	if a.State == "latched" {
		line += ", not acknowledged"
	}
	return line
}

// alertColor is red, yellow or cyan behind what nobody has seen, and the letters alone in that color after that.
func alertColor(a *wire.Alert) string {
	if a.Acknowledged {
		return map[string]string{"high": "31;1", "medium": "33", "low": "36"}[a.Priority]
	}
	return map[string]string{"high": "97;41;1", "medium": "30;43", "low": "30;46"}[a.Priority]
}

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
	values := maps.Clone(p.Values)
	var parts []string
	if text, ok := pressure(values); ok {
		parts = append(parts, text)
		for _, v := range []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean} {
			delete(values, v.String())
		}
	}
	for _, vital := range inOrder(values) {
		parts = append(parts, title(vital)+" "+number(values[vital]))
	}
	for _, vital := range inOrder(p.Absent) {
		parts = append(parts, title(vital)+" -?- ("+words(p.Absent[vital])+")")
	}
	if len(parts) == 0 {
		parts = []string{"-?-"}
	}
	var b strings.Builder
	b.WriteString(strings.Join(parts, ", "))
	for _, f := range p.Flags {
		if !slices.Contains(devices.HighQuality.Names(), f) { // what is as it should be needs no word
			b.WriteString(" [" + words(f) + "]")
		}
	}
	return b.String()
}

// pressure writes a cuff's result as people do: systolic/diastolic (mean).
func pressure(values map[string]wire.Number) (string, bool) {
	systolic, ok1 := values[devices.Systolic.String()]
	diastolic, ok2 := values[devices.Diastolic.String()]
	if !ok1 || !ok2 {
		return "", false
	}
	text := clean(systolic.Value.String()) + "/" + clean(diastolic.Value.String())
	if mean, ok := values[devices.Mean.String()]; ok {
		text += " (" + clean(mean.Value.String()) + ")"
	}
	return text + " " + unit(systolic.Unit), true
}

// inOrder lists names of vitals as monitors show them; those that this program does not know come last.
func inOrder[T any](of map[string]T) []string {
	rank := func(name string) int {
		if v, ok := devices.ParseVital(name); ok {
			return int(v)
		}
		return 1 << 8
	}
	return slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		if rank(a) != rank(b) {
			return rank(a) - rank(b)
		}
		return strings.Compare(a, b)
	})
}

func title(vital string) string {
	if v, ok := devices.ParseVital(vital); ok {
		return v.Title()
	}
	return clean(vital)
}

func number(n wire.Number) string { return clean(n.Value.String()) + " " + unit(n.Unit) }

// unit writes a UCUM unit as people do.
func unit(ucum string) string {
	if ucum == devices.Systolic.Unit() {
		return "mmHg"
	}
	return clean(ucum)
}

func words(machine string) string { return strings.ReplaceAll(clean(machine), "_", " ") }

// clean takes out what could steer a terminal: the text came over a network.
func clean(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return '?'
	}, text)
}

// brief writes an age for people: "12 s", "3 min".
func brief(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

func paint(color bool, code, text string) string {
	if !color || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
