package trend

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// Kept is how much of the past is in a trend: our choice, twice the least time of observation that any profile has.
const Kept = 4 * time.Hour

// most bounds readings, marks and alerts each, should a room be in trouble for hours; our choice, beyond what can be drawn.
const most = 1000

// Fold is the trend of one room. The zero value is ready. It is not safe for concurrent use.
type Fold struct {
	clock  wire.Timeline
	newest time.Time
	slots  []wire.TrendSlot
	cuffs  []wire.TrendCuff
	marks  []wire.TrendMark
	alerts []wire.TrendAlert
}

// Add takes one message of the room, in the order in which they were published. What it cannot read, and what is no part of a
// trend, is left out.
func (f *Fold) Add(subject string, payload []byte) {
	switch wire.About(subject) {
	case wire.AboutReading:
		var r reading
		if json.Unmarshal(payload, &r) == nil && !r.At.IsZero() {
			f.reading(&r, f.when(&wire.Header{At: r.At, OffsetMS: r.OffsetMS, Boot: r.Boot}))
		}
	case wire.AboutAlert:
		var a wire.Alert
		if json.Unmarshal(payload, &a) == nil && !a.At.IsZero() {
			f.alert(&a, f.when(&a.Header))
		}
	case wire.AboutSession:
		var s wire.Session
		if json.Unmarshal(payload, &s) == nil && !s.At.IsZero() {
			f.session(&s, f.when(&s.Header))
		}
	}
}

// when returns the moment of a message, and forgets what is too old by then.
func (f *Fold) when(h *wire.Header) time.Time {
	f.newest, _ = f.clock.At(h)
	f.forget()
	return f.newest
}

// reading is the part of a [wire.Reading] that a trend has. Almost all that a room publishes are readings, and an agent that
// starts reads hours of them: what is not needed is not made.
type reading struct {
	At       wire.Time `json:"at"`
	OffsetMS int64     `json:"offset_ms"`
	Boot     string    `json:"boot"`
	Flags    []string  `json:"flags"`
	Values   struct {
		Pulse     number `json:"pulse_rate"`
		SpO2      number `json:"spo2"`
		Systolic  number `json:"systolic"`
		Diastolic number `json:"diastolic"`
		Mean      number `json:"mean"`
	} `json:"values"`
}

type number struct {
	Value float64 `json:"value"`
}

// whole returns the value, 0 for none. All of these vitals are whole numbers.
func (n number) whole() int64 { return max(0, int64(n.Value)) }

func (f *Fold) reading(r *reading, at time.Time) {
	v := &r.Values
	if systolic, diastolic := v.Systolic.whole(), v.Diastolic.whole(); systolic > 0 && diastolic > 0 {
		f.cuffs = append(f.cuffs, wire.TrendCuff{
			At: wire.Time{Time: at}, Systolic: int(systolic), Diastolic: int(diastolic), Mean: int(v.Mean.whole()), PulseRate: int(v.Pulse.whole()),
		})
		return // the pulse of a cuff is one moment in half an hour, and no line
	}
	pulse, oxygen := v.Pulse.whole(), v.SpO2.whole()
	if pulse == 0 && oxygen == 0 {
		return
	}
	s := f.slot(at.Unix() / wire.TrendStep)
	widen(&s[1], &s[2], pulse)
	widen(&s[3], &s[4], oxygen)
	if slices.ContainsFunc(r.Flags, doubtful) {
		s[5] = 1
	}
}

// doubtful reports whether a flag of a device says that its values may be wrong: those for which a page puts a question mark
// before the number.
func doubtful(flag string) bool {
	switch flag {
	case "artifact", "out_of_track", "low_perfusion", "weak_signal", "searching":
		return true
	}
	return false
}

// slot returns the slot of that number, which it makes if it is not there.
func (f *Fold) slot(n int64) *wire.TrendSlot {
	i, there := len(f.slots), false
	if i > 0 && f.slots[i-1][0] >= n { // a clock that was set back, or the slot that is being filled
		i, there = slices.BinarySearchFunc(f.slots, n, func(s wire.TrendSlot, n int64) int { return cmp.Compare(s[0], n) })
	}
	if !there {
		f.slots = slices.Insert(f.slots, i, wire.TrendSlot{n})
	}
	return &f.slots[i]
}

func widen(low, high *int64, v int64) {
	if v == 0 {
		return
	}
	if *low == 0 || v < *low {
		*low = v
	}
	*high = max(*high, v)
}

func (f *Fold) alert(a *wire.Alert, at time.Time) {
	if alerts.IsTest(a.Condition) {
		return
	}
	i := slices.IndexFunc(f.alerts, func(x wire.TrendAlert) bool { return x.Occurrence == a.Occurrence })
	if i < 0 {
		if a.State != alerts.Active.String() {
			return // it began before the trend
		}
		f.alerts = append(f.alerts, wire.TrendAlert{
			Occurrence: a.Occurrence, Condition: a.Condition, Title: a.Title, Kind: a.Kind, Priority: a.Priority, From: wire.Time{Time: at},
		})
		i = len(f.alerts) - 1
	}
	x := &f.alerts[i]
	if worse(a.Priority, x.Priority) {
		x.Priority = a.Priority
	}
	if a.Acknowledged && x.AcknowledgedAt == nil {
		x.AcknowledgedBy, x.AcknowledgedAt, x.Via = a.AcknowledgedBy, &wire.Time{Time: at}, a.Via
	}
	if a.State == alerts.Active.String() && further(a, x) {
		x.Text, x.Vital, x.Value, x.Limit, x.Side = a.Text, a.Vital, a.Value, a.Limit, a.Side
	}
	switch active := a.State == alerts.Active.String(); {
	case active:
		x.To = nil // it was latched and is true again
	case x.To == nil:
		x.To = &wire.Time{Time: at}
	}
}

// further reports whether an alert says more now than what is kept of it: a value further beyond its limit, or none of both.
func further(a *wire.Alert, x *wire.TrendAlert) bool {
	if a.Value == nil || x.Value == nil {
		return x.Value == nil
	}
	now, errNow := a.Value.Float64()
	was, errWas := x.Value.Float64()
	if errNow != nil || errWas != nil || a.Vital != x.Vital || a.Side != x.Side {
		return worse(a.Priority, x.Priority) // another quantity cannot be compared
	}
	if a.Side == "below" {
		return now < was
	}
	return now > was
}

func worse(a, b string) bool {
	pa, _ := alerts.ParsePriority(a)
	pb, _ := alerts.ParsePriority(b)
	return pa > pb
}

func (f *Fold) session(s *wire.Session, at time.Time) {
	mark := wire.TrendMark{At: wire.Time{Time: at}, Kind: s.Event, Text: s.Text, By: s.By, Mark: s.Mark, Note: s.Note}
	switch s.Event {
	case string(sessions.PhaseChanged), string(sessions.Started):
		mark.Text = s.Phase
	case string(sessions.ReadingTaken):
		if r := s.Reading; r != nil && r.ByHand {
			f.cuffs = append(f.cuffs, wire.TrendCuff{
				At: mark.At, Systolic: r.Systolic, Diastolic: r.Diastolic, Mean: r.Mean, PulseRate: r.PulseRate, ByHand: true, By: r.By,
			})
		}
		return
	case string(sessions.ReadingFailed):
		f.cuffs = append(f.cuffs, wire.TrendCuff{At: mark.At, Failed: s.Text})
		return
	case string(sessions.NoteTakenBack):
		for i := range f.marks {
			if m := &f.marks[i]; m.Kind == string(sessions.Noted) && m.Note != "" && m.Note == s.Note {
				m.TakenBack = true
			}
		}
		return
	case string(sessions.Dosed), string(sessions.Noted), string(sessions.SymptomSeen), string(sessions.SessionEnded), wire.EventAgentStarted:
	default:
		return
	}
	f.marks = append(f.marks, mark)
}

// forget drops what is older than Kept, but for the phase and the session in which the trend begins.
func (f *Fold) forget() {
	begin := f.newest.Add(-Kept)
	first := begin.Unix() / wire.TrendStep
	if n, _ := slices.BinarySearchFunc(f.slots, first, func(s wire.TrendSlot, n int64) int { return cmp.Compare(s[0], n) }); n > 0 {
		f.slots = slices.Delete(f.slots, 0, n)
	}
	f.cuffs = recent(f.cuffs, func(c *wire.TrendCuff) bool { return c.At.Before(begin) })
	f.alerts = recent(f.alerts, func(a *wire.TrendAlert) bool { return a.To != nil && a.To.Before(begin) })
	frame := len(f.marks)
	for i := range f.marks {
		if m := &f.marks[i]; m.At.Before(begin) && (m.Kind == string(sessions.PhaseChanged) || m.Kind == string(sessions.Started)) {
			frame = i
		}
	}
	i := -1
	f.marks = recent(f.marks, func(m *wire.TrendMark) bool {
		i++
		return m.At.Before(begin) && i != frame
	})
}

// recent drops what is old, and of the rest the oldest if there is too much of it.
func recent[T any](list []T, old func(*T) bool) []T {
	list = slices.DeleteFunc(list, func(x T) bool { return old(&x) })
	if over := len(list) - most; over > 0 {
		list = slices.Delete(list, 0, over)
	}
	return list
}

// Trend returns the trend with the slots from number since on; 0 for all. It shares nothing with the fold.
func (f *Fold) Trend(since int64) wire.Trend {
	n, _ := slices.BinarySearchFunc(f.slots, since, func(s wire.TrendSlot, n int64) int { return cmp.Compare(s[0], n) })
	return wire.Trend{
		At: wire.Time{Time: f.newest}, StepS: wire.TrendStep, Slots: append([]wire.TrendSlot{}, f.slots[n:]...),
		Cuffs: append([]wire.TrendCuff{}, f.cuffs...), Marks: append([]wire.TrendMark{}, f.marks...), Alerts: append([]wire.TrendAlert{}, f.alerts...),
	}
}
