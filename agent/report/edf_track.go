package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// annotation is something that happened, for the track of an EDF+ file.
type annotation struct {
	onset time.Duration // since the beginning of the session
	long  time.Duration // 0 for a moment
	text  string
}

// annotations lists what happened in a session, in order.
func annotations(r *Report) []annotation {
	var list []annotation
	add := func(at, to time.Time, format string, args ...any) {
		a := annotation{onset: at.Sub(r.From), text: fmt.Sprintf(format, args...)}
		switch {
		case a.onset.Abs() > longest: // a clock that was wrong: the moment as it was told, and no place in the course
			a.onset, a.text = 0, a.text+" (told for "+iso(at)+")"
		case !to.IsZero():
			a.long = min(max(to.Sub(at), 0), longest)
		}
		list = append(list, a)
	}
	add(r.From, time.Time{}, "Session %s, mode %s, begun %s", r.Session, r.Mode, iso(r.From))
	add(r.From, time.Time{}, notADevice)
	for _, p := range r.Phases {
		add(p.From, p.To, "Phase %s", p.Phase)
	}
	for _, d := range r.Doses {
		add(d.At, time.Time{}, "Dose %d: %s %s", d.Number, d.Drug, d.Amount)
	}
	for i := range r.Readings {
		add(r.Readings[i].At, time.Time{}, "%s", pressureText(&r.Readings[i]))
	}
	for i := range r.Peaks {
		p := &r.Peaks[i]
		text := fmt.Sprintf("Peak %s %s %s", p.Vital, wire.Digits(p.Vital, p.Value), p.Vital.Unit())
		if p.Baseline > 0 {
			text += fmt.Sprintf(", baseline %s", wire.Digits(p.Vital, p.Baseline))
		}
		add(p.At, time.Time{}, "%s", text)
	}
	for i := range r.Alerts {
		a := &r.Alerts[i]
		over := a.Over
		if over.IsZero() {
			over = r.To
		}
		add(a.Raised, over, "Alert %s %s: %s", a.Priority, a.Condition, a.Text)
		for _, k := range a.Acknowledged {
			add(k.At, time.Time{}, "Acknowledged %s by %s", a.Condition, k.By)
		}
	}
	for _, g := range r.Gaps {
		add(g.From, g.To, "The agent did not run")
	}
	for _, a := range slices.Concat(r.Acts, r.Notices) {
		add(a.At, time.Time{}, "%s", strings.Join(slices.DeleteFunc([]string{strings.ReplaceAll(a.Event, "_", " "), a.By, a.Text, a.Reason}, func(s string) bool {
			return s == ""
		}), " · "))
	}
	slices.SortStableFunc(list, func(a, b annotation) int { return cmp.Compare(a.onset, b.onset) })
	return list
}

func pressureText(x *sessions.CuffReading) string {
	text := fmt.Sprintf("Blood pressure %d/%d", x.Systolic, x.Diastolic)
	if x.Mean > 0 {
		text += fmt.Sprintf(" (%d)", x.Mean)
	}
	text += " " + devices.Systolic.Unit()
	if x.ByHand {
		text += " by hand"
	}
	return text
}

// track is the signal of the annotations: so many bytes in each record, of which the first say when the record begins.
type track struct {
	width   int
	records [][]byte
}

// The lists of an EDF+ track are put together with these: Kemp and Olivan 2003, section 2.2.2.
const (
	edfDuration = 0x15
	edfText     = 0x14
	edfEnd      = 0x00
)

// longestAnnotation is how many bytes of text one annotation has; a longer text goes on in the next. Our choice: readers cut at
// 40 to 512.
const longestAnnotation = 120

// newTrack lays annotations out over the records, in their order; an annotation need not lie in the record of its moment. The
// fraction is what the beginning is behind the full second of the header.
func newTrack(list []annotation, records int, fraction time.Duration) *track {
	var parts [][]byte
	longest := 0
	for _, a := range list {
		for _, text := range pieces(a.text) {
			if text == "" {
				continue // would be read as the moment of the record
			}
			part := append([]byte(nil), onset(a.onset+fraction)...)
			if a.long > 0 {
				part = append(part, edfDuration)
				part = append(part, seconds(a.long)...)
			}
			part = append(append(append(part, edfText), text...), edfText, edfEnd)
			parts, longest = append(parts, part), max(longest, len(part))
		}
	}
	clock := func(i int) []byte {
		return append([]byte(onset(time.Duration(i)*time.Second+fraction)), edfText, edfText, edfEnd)
	}
	t := &track{width: len(clock(records)) + longest}
	t.width += t.width % 2
	for !t.lay(parts, records, clock) {
		t.width *= 2
	}
	return t
}

// lay fills the records, and reports whether all parts found a place.
func (t *track) lay(parts [][]byte, records int, clock func(int) []byte) bool {
	t.records = make([][]byte, records)
	for i := range t.records {
		b := append(make([]byte, 0, t.width), clock(i)...)
		for len(parts) > 0 && len(b)+len(parts[0]) <= t.width {
			b, parts = append(b, parts[0]...), parts[1:]
		}
		t.records[i] = b
	}
	return len(parts) == 0
}

// record returns the bytes of a record.
func (t *track) record(i int) []byte {
	return append(t.records[i], make([]byte, t.width-len(t.records[i]))...)
}

func onset(d time.Duration) string {
	if d < 0 {
		return "-" + seconds(-d)
	}
	return "+" + seconds(d)
}

// seconds writes a duration with its fraction, if there is one.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64)
}

// pieces cuts a text into what fits into one annotation each, between characters. Control characters, which the track is made
// of, become spaces.
func pieces(text string) []string {
	text = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(text, "?")))
	var list []string
	for len(text) > longestAnnotation {
		cut := longestAnnotation
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		list, text = append(list, text[:cut]), "… "+text[cut:]
	}
	return append(list, text)
}
