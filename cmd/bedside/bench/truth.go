package bench

import (
	"time"

	"bedside/devices"
	"bedside/simulators/crowd"
)

// stretch is a time during which a vital is beyond its line.
type stretch struct {
	kind     kind
	from, to time.Duration // the first and the last second
	clear    time.Duration // so much of it is clearly beyond
	event    bool          // a true event: it must be found

	shown   time.Duration // so much of it the device showed
	firstAt time.Duration // when it showed it first; only if shown
}

// truth is what truly happens in a session, and what its devices show of it.
type truth struct {
	lines *lines
	list  []stretch
	total []int32 // seconds up to here that showed a value which was not distorted
}

// beat is how often truth is looked at.
const beat = time.Second

// newTruth finds all stretches of a session.
func newTruth(s *crowd.Session, l *lines) *truth {
	t := &truth{lines: l, total: make([]int32, 0, s.Length/beat+1)}
	rest := s.Person.Rest()
	var open [kinds]*stretch
	for at := time.Duration(0); at <= s.Length; at += beat {
		v := s.Person.Trend(at)
		for k := range kinds {
			x := l.beyond(k, &v, &rest, at-s.Dose())
			if at == s.Length || x < 0 || x == 0 && k == desaturation || x == 0 && k == bradycardia {
				t.close(open[k])
				open[k] = nil
				continue
			}
			if open[k] == nil {
				open[k] = &stretch{kind: k, from: at}
			}
			open[k].to = at
			if x >= l.rule(k).margin {
				open[k].clear += beat
			}
		}
	}
	return t
}

func (t *truth) close(s *stretch) {
	if s == nil || s.kind == raisedPulse && s.to-s.from < t.lines.sustained {
		return
	}
	s.event = s.clear >= t.lines.rule(s.kind).least
	t.list = append(t.list, *s)
}

// see takes what a device shows at a moment.
func (t *truth) see(at time.Duration, r *devices.Reading, base map[devices.Vital]int) {
	for i := range t.list {
		s := &t.list[i]
		if at < s.from || at > s.to+settle(s.kind) || r.Spot != (s.kind == pressure) || !t.lines.shows(s.kind, r, base) {
			continue
		}
		if s.shown == 0 {
			s.firstAt = at
		}
		s.shown += beat
	}
}

// settle is how long after the end a device may still show it: it averages.
func settle(k kind) time.Duration {
	if k == pressure {
		return 0
	}
	return 10 * time.Second
}

// tick notes whether this second showed a value that was not distorted.
func (t *truth) tick(honest bool) {
	n := int32(0)
	if len(t.total) > 0 {
		n = t.total[len(t.total)-1]
	}
	if honest {
		n++
	}
	t.total = append(t.total, n)
}

// honest returns how many seconds after from and up to to showed a value that was not distorted.
func (t *truth) honest(from, to time.Duration) time.Duration {
	last := len(t.total) - 1
	a, b := min(int(from/beat), last), min(int(to/beat), last)
	return time.Duration(t.total[b]-t.total[a]) * beat
}

// wasShown reports whether the devices showed enough of an event for anybody to find it.
func (t *truth) wasShown(s *stretch) bool {
	switch s.kind {
	case pressure:
		return s.shown > 0
	case raisedPulse:
		return s.shown >= t.lines.sustained
	default:
		return s.shown >= t.lines.rule(s.kind).least
	}
}

// excuses reports whether an alert of that side at that moment is about something true.
func (t *truth) excuses(what side, at time.Duration) bool {
	around := time.Minute
	if what == highPressure {
		around = 5 * time.Minute
	}
	for i := range t.list {
		s := &t.list[i]
		if s.kind.side() == what && at >= s.from-around && at <= s.to+around {
			return true
		}
	}
	return false
}
