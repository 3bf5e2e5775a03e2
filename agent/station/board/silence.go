package board

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/devices"
)

// tick lets time pass for every room.
func (b *Board) tick() {
	if !b.up && b.now.Sub(b.since) >= lostAfter {
		priority := "medium"
		for _, r := range b.order {
			if r.inSession() {
				priority = "high"
			}
		}
		b.raise("broker_lost", "No connection to the rooms", priority, "", "The message server is not reached: "+b.why+". No room is heard.")
	}
	b.missUnseen()
	for _, r := range b.order {
		b.age(r)
	}
	for _, o := range b.own {
		b.climbOwn(o)
	}
}

// missUnseen gives a place to each room that was heard, fell silent before its first heartbeat came, and did not say that it stops:
// it is missed like any other.
func (b *Board) missUnseen() {
	var missed []*room
	for _, r := range b.rooms {
		if !r.placed && !r.stopped && b.now.Sub(r.heard) >= silentAfter {
			missed = append(missed, r)
		}
	}
	slices.SortFunc(missed, func(r, s *room) int { return cmp.Compare(r.name, s.name) })
	for _, r := range missed {
		b.appear(r)
		b.touch(r)
	}
}

// age judges a room's silence, and lets values age out.
func (b *Board) age(r *room) {
	if r.odd != nil && b.now.Sub(r.odd.heard) >= rivalGone {
		r.odd = nil
		b.lower("duplicate_room", r.name)
	}
	quiet := b.now.Sub(r.heard)
	late := lateAfter
	if r.heard.Sub(r.stream) > lateAfter {
		late = lateQuiet
	}
	link := LinkLive
	switch {
	case quiet >= silentAfter:
		link = LinkSilent
	case quiet >= late:
		link = LinkLate
	}
	if link != r.link {
		b.relink(r, link)
	}
	// What the station itself does not hear says nothing about the room: it is heard for as long again first.
	if link == LinkSilent && !r.spared() && b.up && b.now.Sub(b.since) >= silentAfter {
		priority := "medium" // our choice: nobody depends on a room without a session
		if r.inSession() {
			priority = "high"
		}
		b.raise("agent_silent", "Room is silent", priority, r.name, r.words())
	}
	if link != LinkSilent {
		b.fade(r)
	}
}

// fade tells a tile again when a value of it ages out.
func (b *Board) fade(r *room) {
	if r.fade.IsZero() {
		r.fade = r.fades(b.now)
	} else if b.now.After(r.fade) {
		r.fade = time.Time{}
		b.touch(r)
	}
}

// spared reports whether a room may be silent: it was stopped on purpose while no session ran.
func (r *room) spared() bool { return r.stopped && !r.inSession() }

// relink notes a change of a room's link.
func (b *Board) relink(r *room, link string) {
	before := r.link
	r.link = link
	b.touch(r)
	switch {
	case link == LinkSilent:
		b.tell(Noted{Room: r.name, Kind: NotedSilent, Text: r.words()})
	case before == LinkSilent:
		b.lower("agent_silent", r.name)
		b.tell(Noted{Room: r.name, Kind: NotedBack})
	}
}

// words say what was known of a room last.
func (r *room) words() string {
	if r.head == nil {
		if r.saved == nil {
			return fmt.Sprintf("Silent since %s, before it had told its state.", r.heard.Format("15:04:05"))
		}
		if r.heard.After(r.saved.Heard.Time) { // by other words than a heartbeat: the old ones must not pass for new
			return fmt.Sprintf("Silent since %s. Known from before the station's start: %s", r.heard.Format("15:04:05"), r.saved.Words)
		}
		return r.saved.Words
	}
	verb := "Silent"
	if r.spared() {
		verb = "Stopped, and silent"
	}
	last := "no session"
	if s := r.head.Session; s != nil {
		last = fmt.Sprintf("session %s, %s", s.Code, s.Phase)
		if s.SinceDoseS > 0 {
			last += fmt.Sprintf(", %d min after the dose", s.SinceDoseS/60)
		}
	}
	text := fmt.Sprintf("%s since %s. Last known: %s", verb, r.heard.Format("15:04:05"), last)
	var listed []string
	for i := range r.alerts {
		listed = append(listed, alertWords(&r.alerts[i]))
	}
	if len(listed) == 0 {
		return text + "; no alert."
	}
	return text + "; " + strings.Join(listed[:min(len(listed), mostWords)], "; ") + more(len(listed)-mostWords) + "."
}

// mostWords is how many alerts the words of a silent room name. Our choice.
const mostWords = 3

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("; and %d more", n)
}

func alertWords(a *wire.Alert) string {
	text := a.Priority + " alert " + a.Title
	if a.Value != nil && a.Vital != "" {
		text = a.Priority + " alert " + vitalTitle(a.Vital) + " " + a.Value.String()
	}
	if a.Acknowledged {
		return text + ", acknowledged"
	}
	return text + " not acknowledged"
}

func vitalTitle(word string) string {
	if v, known := devices.ParseVital(word); known {
		return v.Title()
	}
	return word
}
