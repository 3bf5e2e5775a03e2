package access

import "time"

// rule bounds how often somebody may guess.
type rule struct {
	tries    int           // failures that are free
	within   time.Duration // a failure is forgotten after that
	first    time.Duration // how long to wait once they are used up; doubled each time
	most     time.Duration // and never longer
	quiet    time.Duration // without a failure, after which the waiting begins anew
	forgives bool          // a success forgets the failures
}

// Five tries in five minutes: ECOSYSTEM section 5. The rest is our choice. Of one person, failures count for a day whatever
// their pace, which leaves at most 31 guesses a day at a million PINs. Of a device, on which many people mistype, they count
// for five minutes, and somebody's own success does not buy new guesses at others.
func personRule() rule {
	return rule{tries: 5, within: 24 * time.Hour, first: 5 * time.Minute, most: time.Hour, quiet: 24 * time.Hour, forgives: true}
}

func deviceRule() rule {
	return rule{tries: 5, within: 5 * time.Minute, first: 5 * time.Minute, most: 30 * time.Minute, quiet: time.Hour}
}

// callerRule is for enrolment codes, by address: a code has 50 bits and lives for ten minutes, so this only keeps noise away.
func callerRule() rule {
	return rule{tries: 10, within: 10 * time.Minute, first: time.Minute, most: 10 * time.Minute, quiet: time.Hour}
}

// tally counts the failures of one person, device or address. It has no clock and is not safe for concurrent use.
type tally struct {
	failures []time.Time // the newest, at most rule.tries
	pending  int         // tries whose outcome is not known yet: they count, so that guesses side by side win nothing
	level    int         // how often it had to wait
	until    time.Time
	last     time.Time // failure
}

// outcome is what became of a try.
type outcome uint8

const (
	undecided outcome = iota // it was given up: nobody learned anything
	failed
	succeeded
)

// begin reports whether a try is allowed now, or else how long to wait. What was allowed must be ended.
func (t *tally) begin(now time.Time, r *rule) (wait time.Duration, ok bool) {
	t.forget(now, r)
	if left := t.until.Sub(now); left > 0 {
		return left, false
	}
	free := r.tries - len(t.failures)
	if t.level > 0 {
		free = 1
	}
	if t.pending >= free {
		return time.Second, false
	}
	t.pending++
	return 0, true
}

// end says what became of a try.
func (t *tally) end(now time.Time, r *rule, o outcome) {
	t.pending--
	switch {
	case o == succeeded && r.forgives:
		*t = tally{pending: t.pending}
	case o == failed:
		t.forget(now, r)
		t.last = now
		t.failures = append(t.failures, now)
		if t.level == 0 && len(t.failures) < r.tries {
			return
		}
		t.until = now.Add(min(r.first<<min(t.level, 16), r.most))
		t.level++
		t.failures = nil
	}
}

func (t *tally) forget(now time.Time, r *rule) {
	for len(t.failures) > 0 && now.Sub(t.failures[0]) >= r.within {
		t.failures = t.failures[1:]
	}
	if t.level > 0 && now.Sub(t.last) >= r.quiet {
		t.level = 0
	}
}

// idle reports whether the tally says nothing any more and can be dropped.
func (t *tally) idle(now time.Time, r *rule) bool {
	t.forget(now, r)
	return t.pending == 0 && t.level == 0 && len(t.failures) == 0
}

// book has the tallies of everybody of one kind. Its size is bounded: beyond it all newcomers share one.
type book struct {
	rule rule
	most int
	all  map[string]*tally
}

func newBook(r rule, most int) *book { return &book{rule: r, most: most, all: map[string]*tally{}} }

func (b *book) of(now time.Time, key string) *tally {
	if t := b.all[key]; t != nil {
		return t
	}
	if len(b.all) >= b.most {
		for k, t := range b.all {
			if t.idle(now, &b.rule) {
				delete(b.all, k)
			}
		}
	}
	if len(b.all) >= b.most {
		key = "" // of everybody who came too late
		if t := b.all[key]; t != nil {
			return t
		}
	}
	t := &tally{}
	b.all[key] = t
	return t
}

// locked returns for how many seconds a key has to wait, rounded up; 0: not at all.
func (b *book) locked(key string) int64 {
	t := b.all[key]
	if t == nil {
		return 0
	}
	return int64((max(0, time.Until(t.until)) + time.Second - 1) / time.Second)
}
