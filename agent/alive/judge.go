package alive

import "time"

// Bounds, our choice. A loop promises a turn at least every five seconds (see the loops), so one that hangs is known after
// ten at most, and a service manager that waits for ten more ends the program within twenty.
const (
	// margin is how much later than it promised a loop may come on a computer that is busy with something else.
	margin = 5 * time.Second
	// firstTurn is how long a loop may take to its first turn. An embedded NATS server that finds many messages takes
	// seconds.
	firstTurn = 30 * time.Second
)

// Sign is what a loop has said of itself.
type Sign struct {
	Name   string
	Count  uint64        // of turns so far, 0 before the first
	Within time.Duration // the next turn follows the last one by no more than that
	Away   bool          // the loop waits for something outside that nobody can put a bound on
}

// Late is a loop that has not taken its turn in time.
type Late struct {
	Name string
	For  time.Duration // since its last turn, as far as it was watched
}

// Judge decides which loops are late. It knows no time but that of its calls, and is not safe for concurrent use.
type Judge struct {
	every time.Duration
	last  time.Time
	loops map[string]*memory
}

// memory is what a judge keeps of a loop.
type memory struct {
	count uint64
	age   time.Duration // since the count was seen to change
}

// NewJudge returns a judge that is asked about that often.
func NewJudge(every time.Duration) *Judge {
	return &Judge{every: every, loops: make(map[string]*memory)}
}

// Look returns the loops that are late, in the order of signs. If the judge itself was not asked for long, because the whole
// process or computer stood still, the time in which nobody looked counts against no loop.
func (j *Judge) Look(now time.Time, signs []Sign) []Late {
	var passed time.Duration
	if !j.last.IsZero() {
		passed = min(max(0, now.Sub(j.last)), 2*j.every)
	}
	j.last = now
	var late []Late
	for _, s := range signs {
		m, known := j.loops[s.Name]
		switch {
		case !known:
			m = &memory{count: s.Count}
			j.loops[s.Name] = m
		case s.Count != m.count || s.Away:
			m.count, m.age = s.Count, 0
		default:
			m.age += passed
		}
		limit := s.Within + margin
		if s.Count == 0 {
			limit = firstTurn
		}
		if m.age > limit {
			late = append(late, Late{Name: s.Name, For: m.age})
		}
	}
	return late
}
