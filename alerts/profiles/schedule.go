package profiles

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"bedside/alerts/document"
)

// Moments are when the anchors of a session were, as far as they have been: zero for one that was not yet.
type Moments struct {
	FirstDose, LastDose, InfusionEnd time.Time
}

// Of returns the moment of an anchor; zero if it was not yet.
func (m Moments) Of(a Anchor) time.Time {
	switch a {
	case LastDose:
		return m.LastDose
	case InfusionEnd:
		return m.InfusionEnd
	default:
		return m.FirstDose
	}
}

// Due is a moment at which the cuff is due.
type Due struct {
	At        time.Time
	Mandatory bool
	Tolerance time.Duration // of a mandatory one
}

// Next returns the first moment after a given one at which the cuff is due, and whether there is any. Two moments within a
// minute of each other are one: the arm rests so long.
func (s Schedule) Next(m Moments, after time.Time) (Due, bool) {
	var next Due
	found := false
	for i := range s {
		d, ok := s[i].next(m, after)
		if !ok {
			continue
		}
		switch {
		case !found || d.At.Before(next.At.Add(-Rest)) || d.At.Before(next.At) && !next.Mandatory:
			keep := next
			next, found = d, true
			if keep.Mandatory && !d.Mandatory && keep.At.Sub(d.At) <= Rest {
				next = keep
			}
		case d.Mandatory && !next.Mandatory && d.At.Sub(next.At) <= Rest:
			next = d
		}
	}
	return next, found
}

func (b *Block) next(m Moments, after time.Time) (Due, bool) {
	anchor := m.Of(b.Anchor)
	if anchor.IsZero() {
		return Due{}, false
	}
	since := after.Sub(anchor)
	for _, at := range b.At {
		if at > since {
			return b.due(anchor.Add(at)), true
		}
	}
	if b.Every.Value == 0 {
		return Due{}, false
	}
	at := b.From.Value
	if since >= at {
		at += ((since-at)/b.Every.Value + 1) * b.Every.Value
	}
	if b.To.Value > 0 && at > b.To.Value {
		return Due{}, false
	}
	return b.due(anchor.Add(at)), true
}

func (b *Block) due(at time.Time) Due {
	return Due{At: at, Mandatory: b.Mandatory, Tolerance: b.Tolerance.Value}
}

// first returns when readings are due in a session of three hours whose dose takes ten minutes, or whose infusion as long as
// it does.
func (s Schedule) first(infusion time.Duration) []Due {
	begin := time.Unix(0, 0)
	m := Moments{FirstDose: begin, LastDose: begin, InfusionEnd: begin.Add(infusion)}
	var list []Due
	for at := begin; ; {
		d, ok := s.Next(m, at)
		if !ok || d.At.Sub(begin) > 3*time.Hour {
			return list
		}
		list, at = append(list, d), d.At
	}
}

// late returns the first reading of base that comes later in s, or is not mandatory any more; nil if none does. Readings are
// counted: by the time of each one of base, s has had as many.
func (s Schedule) late(base Schedule, infusion time.Duration) *Due {
	mine := s.first(infusion)
	for i, d := range base.first(infusion) {
		n, _ := slices.BinarySearchFunc(mine, d.At.Add(1), func(x Due, at time.Time) int { return cmp.Compare(x.At.UnixNano(), at.UnixNano()) })
		kept := slices.ContainsFunc(mine, func(x Due) bool { return x.Mandatory && x.At.Equal(d.At) && x.Tolerance <= d.Tolerance })
		if n < i+1 || d.Mandatory && !kept {
			return &d
		}
	}
	return nil
}

// String writes the schedule for people: "20m 40m! 1h, every 15m from 2h", an exclamation mark for a mandatory reading.
func (s Schedule) String() string {
	var parts []string
	for i := range s {
		b := &s[i]
		var words []string
		for _, at := range b.At {
			words = append(words, document.PrintDuration(at))
			if b.Mandatory {
				words[len(words)-1] += "!"
			}
		}
		if b.Every.Value > 0 {
			words = append(words, "every", document.PrintDuration(b.Every.Value), "from", document.PrintDuration(b.From.Value))
			if b.To.Value > 0 {
				words = append(words, "to", document.PrintDuration(b.To.Value))
			}
		}
		if b.Anchor != FirstDose {
			words = append(words, "after", b.Anchor.String())
		}
		parts = append(parts, strings.Join(words, " "))
	}
	return strings.Join(parts, ", ")
}
