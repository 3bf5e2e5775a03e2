package whatif

import (
	"cmp"
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// Together is how far apart two moments may be and still be the same: a device speaks once a second. Our choice.
const Together = time.Second

// Verdict is how an alert differs between the two sides.
type Verdict string

// The verdicts, on what the other profile does.
const (
	Same         Verdict = "same"
	Earlier      Verdict = "earlier"
	Later        Verdict = "later"
	OnlyRecorded Verdict = "only_recorded"
	OnlyOther    Verdict = "only_other"
	Different    Verdict = "different" // of an elevation: another beginning, peak, end or class
)

// Comparison is a session with the alerts of two profiles side by side.
type Comparison struct {
	Session  string    `json:"session"` // pseudonymous code
	Site     string    `json:"site"`
	Room     string    `json:"room"`
	Mode     wire.Mode `json:"mode"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Ended    bool      `json:"ended"` // else the record stops while the session runs
	Recorded Judge     `json:"recorded"`
	Other    Judge     `json:"other"`
	Alerts   []Pair    `json:"alerts"`
	Episodes []Rise    `json:"episodes"`
	Asked    []Ask     `json:"asked"` // cuff readings that the other profile would have asked for beyond those taken
	// AcknowledgedAlone is how many acknowledgements were of an alert that the other profile had not raised then.
	AcknowledgedAlone int          `json:"acknowledged_alone"`
	Carried           []Occurrence `json:"not_judged_again"` // recorded technical alerts
	Notes             []Note       `json:"notes"`
}

// Judge is one of the two sides as a whole.
type Judge struct {
	Profile  string             `json:"profile"` // such as "iv-ketamine@1"
	Hash     string             `json:"profile_hash,omitempty"`
	Approved string             `json:"approved_by,omitempty"`
	Alerts   map[string]int     `json:"alerts"`   // by the highest priority that each reached
	PerHour  map[string]float64 `json:"per_hour"` // of the session, the same
}

// Pair is one alert on both sides, or on one alone.
type Pair struct {
	Verdict  Verdict     `json:"verdict"`
	Delay    float64     `json:"delay_s"` // of the other against the recorded one, in seconds; negative for earlier
	Recorded *Occurrence `json:"recorded,omitempty"`
	Other    *Occurrence `json:"other,omitempty"`
}

// Rise is one elevation over the baseline on both sides, or on one alone.
type Rise struct {
	Verdict  Verdict           `json:"verdict"`
	Recorded *sessions.Episode `json:"recorded,omitempty"`
	Other    *sessions.Episode `json:"other,omitempty"`
}

// Note is something that the two profiles do not agree about beside alerts.
type Note struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Result returns the comparison of what was taken so far. The error is ErrNoStart if no session has begun in it. Take is not
// called any more afterwards.
func (r *Replay) Result() (*Comparison, error) {
	if !r.begun {
		return nil, ErrNoStart
	}
	end := r.to
	if !r.ended.IsZero() {
		end = r.ended
		for _, s := range []*side{&r.recorded, &r.other, &r.carried} {
			s.cut(end)
		}
	} else {
		r.room.pass(end)
	}
	p := r.room.profile
	c := &Comparison{
		Session: r.start.Session, Site: r.start.Site, Room: r.start.Room, Mode: r.start.Mode, From: r.from, To: end,
		Ended: !r.ended.IsZero(), Alerts: pairs(r.recorded.list, r.other.list), Episodes: rises(r.episodes[0], r.episodes[1]),
		Asked: append([]Ask{}, r.asked(end)...), AcknowledgedAlone: r.acknowledged, Carried: []Occurrence{},
		Notes: append([]Note{}, r.notes...),
	}
	for _, o := range r.carried.list {
		c.Carried = append(c.Carried, *o)
	}
	hours := end.Sub(r.from).Hours()
	c.Recorded = judge(r.start.Profile, r.start.Hash, "", r.recorded.list, hours)
	c.Other = judge(p.Word(), p.Hash(), p.ApprovedBy, r.other.list, hours)
	return c, nil
}

func judge(word, hash, approved string, list []*Occurrence, hours float64) Judge {
	j := Judge{Profile: word, Hash: hash, Approved: approved, Alerts: map[string]int{}, PerHour: map[string]float64{}}
	for _, priority := range priorities() {
		n := 0
		for _, o := range list {
			if o.Priority == priority {
				n++
			}
		}
		j.Alerts[priority] = n
		if hours > 0 {
			j.PerHour[priority] = float64(n) / hours
		}
	}
	return j
}

// pairs puts together what overlaps in time and is of one condition: each recorded occurrence with the first of the other
// side that is not taken. The list is in the order of time.
func pairs(recorded, other []*Occurrence) []Pair {
	list := []Pair{}
	taken := map[*Occurrence]bool{}
	for _, o := range recorded {
		i := slices.IndexFunc(other, func(x *Occurrence) bool { return !taken[x] && o.matches(x) })
		if i < 0 {
			list = append(list, Pair{Verdict: OnlyRecorded, Recorded: o})
			continue
		}
		taken[other[i]] = true
		list = append(list, pair(o, other[i]))
	}
	for _, o := range other {
		if !taken[o] {
			list = append(list, Pair{Verdict: OnlyOther, Other: o})
		}
	}
	slices.SortStableFunc(list, func(a, b Pair) int {
		return cmp.Or(a.from().Compare(b.from()), cmp.Compare(a.Any().Condition, b.Any().Condition))
	})
	return list
}

func pair(recorded, other *Occurrence) Pair {
	delay := other.Raised.Sub(recorded.Raised)
	p := Pair{Verdict: Same, Recorded: recorded, Other: other}
	switch {
	case recorded.Before: // the other profile judges from the beginning of the session on
	case delay > Together:
		p.Verdict, p.Delay = Later, delay.Seconds()
	case delay < -Together:
		p.Verdict, p.Delay = Earlier, delay.Seconds()
	}
	return p
}

// Any returns the recorded occurrence, or the other one if there is only that.
func (p *Pair) Any() *Occurrence {
	if p.Recorded != nil {
		return p.Recorded
	}
	return p.Other
}

// from returns when the first of the two began.
func (p *Pair) from() time.Time {
	if p.Recorded != nil && p.Other != nil && p.Other.Raised.Before(p.Recorded.Raised) {
		return p.Other.Raised
	}
	return p.Any().Raised
}

// matches reports whether two occurrences are of one condition and overlap in time.
func (o *Occurrence) matches(x *Occurrence) bool {
	overlap := (o.Until.IsZero() || !x.Raised.After(o.Until.Add(Together))) && (x.Until.IsZero() || !o.Raised.After(x.Until.Add(Together)))
	return overlap && o.Condition == x.Condition && o.report == x.report
}

// rises puts elevations together as alerts are.
func rises(recorded, other []sessions.Episode) []Rise {
	list := []Rise{}
	taken := make([]bool, len(other))
	for i := range recorded {
		e := &recorded[i]
		found := -1
		for j := range other {
			if x := &other[j]; found < 0 && !taken[j] && e.Vital == x.Vital && overlap(e, x) {
				found = j
			}
		}
		if found < 0 {
			list = append(list, Rise{Verdict: OnlyRecorded, Recorded: e})
			continue
		}
		taken[found] = true
		x := &other[found]
		r := Rise{Verdict: Different, Recorded: e, Other: x}
		if near(e.Since, x.Since) && near(e.Over, x.Over) && e.Class == x.Class && e.Peak == x.Peak {
			r.Verdict = Same
		}
		list = append(list, r)
	}
	for j := range other {
		if !taken[j] {
			list = append(list, Rise{Verdict: OnlyOther, Other: &other[j]})
		}
	}
	return list
}

func overlap(a, b *sessions.Episode) bool {
	return (a.Over.IsZero() || !b.Since.After(a.Over)) && (b.Over.IsZero() || !a.Since.After(b.Over))
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() <= Together }
