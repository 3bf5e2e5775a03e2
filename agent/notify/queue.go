package notify

import (
	"slices"
	"time"

	"bedside/alerts"
)

const (
	capacity = 256 // notices that wait in a queue, and alerts that are remembered as open; our choice
	// attemptTime is how long one try may take; our choice: longer than a phone gateway needs on a bad day.
	attemptTime = 10 * time.Second
	// failingTries is how many tries in a row fail before a channel is failing: one hiccup is no alarm. Our choice.
	failingTries = 2
)

// pauses are the waits between tries, the last one again and again; ECOSYSTEM section 8 asks for 1 s to 5 min.
func pauses() []time.Duration {
	return []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
	}
}

// patience is how old a notice may grow in a queue; our choice. A call that comes later than that leads to a room where
// something else is going on, and the ladder has called everyone long before.
func patience(p alerts.Priority) time.Duration {
	switch p {
	case alerts.High:
		return 10 * time.Minute
	case alerts.Medium:
		return 30 * time.Minute
	default:
		return 2 * time.Hour
	}
}

// letter is a dead one: a notice that was given up, and why.
type letter struct {
	notice Notice
	why    string
}

type waiting struct {
	notice Notice
	until  time.Time // given up then
}

// queue decides what one channel sends next, and when. It has no clock and no lock: whoever owns it gives the moment.
type queue struct {
	list    []waiting
	sending bool      // the first of list is being tried
	tries   int       // of the first, that failed
	failed  int       // tries that failed in a row, whichever notice they were of
	due     time.Time // no try before; zero: at once
	told    bool      // due is what the server asked for
	why     string    // of the last failure
	open    []Notice  // last notice of each alert that was taken and not closed, oldest first
}

// put takes a notice. What has to give way is returned.
func (q *queue) put(now time.Time, n Notice) []letter {
	if !q.remember(&n) {
		return nil
	}
	q.list = append(q.list, waiting{n, now.Add(patience(n.Priority))})
	if n.Priority == alerts.High && !q.told && q.due.After(now) {
		q.due = now // somebody is called urgently: the pause was for something less
	}
	if len(q.list) <= capacity {
		return nil
	}
	victim := -1
	for i := range q.list {
		if q.sending && i == 0 {
			continue
		}
		if victim < 0 || q.list[i].notice.Priority < q.list[victim].notice.Priority {
			victim = i
		}
	}
	dead := letter{q.list[victim].notice, "too many notices wait for this channel"}
	q.drop(victim)
	return []letter{dead}
}

// remember keeps the open alerts up to date, and completes n by what was told of the same alert. It reports whether n is
// of interest: the end of an alert is only to those who heard of it.
func (q *queue) remember(n *Notice) bool {
	if n.test {
		return true
	}
	key := n.Key()
	i := slices.IndexFunc(q.open, func(o Notice) bool { return o.Key() == key })
	if n.Resolved {
		if i < 0 {
			return false
		}
		n.Priority = q.open[i].Priority
		q.open = slices.Delete(q.open, i, i+1)
		return true
	}
	if i >= 0 {
		if before := q.open[i].Priority; before != n.Priority {
			n.before = &before
		}
		q.open[i] = *n
		return true
	}
	if len(q.open) == capacity {
		q.open = slices.Delete(q.open, 0, 1)
	}
	q.open = append(q.open, *n)
	return true
}

// drop takes a notice that is not being tried out of the list.
func (q *queue) drop(i int) {
	q.list = slices.Delete(q.list, i, i+1)
	if i == 0 {
		q.tries = 0
	}
}

// expire gives up what has waited too long.
func (q *queue) expire(now time.Time) []letter {
	var dead []letter
	for i := 0; i < len(q.list); {
		w := &q.list[i]
		if q.sending && i == 0 || now.Before(w.until) {
			i++
			continue
		}
		why := "waited too long behind others"
		if q.why != "" {
			why = q.why
		}
		dead = append(dead, letter{w.notice, "given up after " + patience(w.notice.Priority).String() + ": " + why})
		q.drop(i)
	}
	return dead
}

// take returns the notice to try now, which is being tried until done; or, if there is none, when to ask again: the zero
// time if nothing waits.
func (q *queue) take(now time.Time) (n Notice, ok bool, again time.Time) {
	if len(q.list) == 0 || q.sending {
		return Notice{}, false, time.Time{}
	}
	if !q.due.After(now) {
		q.sending = true
		return q.list[0].notice, true, time.Time{}
	}
	again = q.due
	for i := range q.list {
		if q.list[i].until.Before(again) {
			again = q.list[i].until
		}
	}
	return Notice{}, false, again
}

// done says how the try ended; failure is nil if the notice was delivered. chance is from 0 to 1. The notice is returned if
// it was given up for good.
func (q *queue) done(now time.Time, failure *Failure, chance float64) []letter {
	first := q.list[0].notice
	q.sending = false
	q.noted(failure)
	switch {
	case failure == nil:
		q.due, q.told = time.Time{}, false
		q.drop(0)
		return nil
	case failure.Permanent:
		q.due, q.told = time.Time{}, false
		q.drop(0)
		return []letter{{first, failure.Text}}
	}
	steps := pauses()
	pause := steps[min(q.tries, len(steps)-1)]
	pause = time.Duration(float64(pause) * (0.8 + 0.4*chance))
	q.told = failure.After > 0
	q.due = now.Add(max(pause, failure.After))
	q.tries++
	return nil
}

// noted counts a try of whatever.
func (q *queue) noted(failure *Failure) {
	if failure == nil {
		q.failed, q.why = 0, ""
		return
	}
	q.failed++
	q.why = failure.Text
	if failure.Permanent {
		q.failed = max(q.failed, failingTries)
	}
}

// failing reports whether somebody should look after the channel.
func (q *queue) failing() bool { return q.failed >= failingTries }

// close gives up everything.
func (q *queue) close(why string) []letter {
	dead := make([]letter, len(q.list))
	for i := range q.list {
		dead[i] = letter{q.list[i].notice, why}
	}
	*q = queue{failed: q.failed, why: q.why}
	return dead
}
