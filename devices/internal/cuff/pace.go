package cuff

import "time"

// Pace keeps the order of a line on which only the host asks: at most one request is outstanding, and at most one is
// planned. R names the requests of a family; its zero value stands for none. What is sent, and what an answer means, is
// its user's business. The zero value is ready; it is not safe for concurrent use.
type Pace[R comparable] struct {
	Asked    R         // outstanding; zero if none
	AnswerBy time.Time // until when Asked may be answered
	SentAt   time.Time // when the last request was sent
	Planned  R         // next request; zero if none

	plannedAt time.Time // not before then
	freeAt    time.Time // earliest moment for the next request: the silence that the last one asks for
}

// Plan sets the next request: at at, or as soon as the spacing and an outstanding request allow. It replaces what was
// planned.
func (p *Pace[R]) Plan(r R, at time.Time) { p.Planned, p.plannedAt = r, at }

// Answered ends the outstanding request.
func (p *Pace[R]) Answered() {
	var none R
	p.Asked = none
}

// Expired reports whether the outstanding request can no longer be answered.
func (p *Pace[R]) Expired(now time.Time) bool {
	var none R
	return p.Asked != none && !now.Before(p.AnswerBy)
}

// Take returns the planned request if its moment has come, and takes it off the plan; else the zero value.
func (p *Pace[R]) Take(now time.Time) R {
	var none R
	r := p.Planned
	if p.Asked != none || now.Before(p.readyAt()) {
		return none
	}
	p.Planned = none
	return r
}

// Sent notes that r was sent, that it may be answered within wait, and that nothing may be sent for gap.
func (p *Pace[R]) Sent(now time.Time, r R, wait, gap time.Duration) {
	p.Asked = r
	p.SentAt, p.AnswerBy, p.freeAt = now, now.Add(wait), now.Add(gap)
}

// Next returns the earliest moment at which Expired or Take has something to say; zero if there is none.
func (p *Pace[R]) Next() time.Time {
	var none R
	switch {
	case p.Asked != none:
		return p.AnswerBy
	case p.Planned != none:
		return p.readyAt()
	}
	return time.Time{}
}

func (p *Pace[R]) readyAt() time.Time {
	if p.freeAt.After(p.plannedAt) {
		return p.freeAt
	}
	return p.plannedAt
}
