package dinamap

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/blind"
	"bedside/devices/internal/cuff"
)

// Telling a new result from an old one by its age. All our choice.
const (
	jitter  = 2 * time.Second  // the age counts whole seconds, and two replies take unequal times
	slack   = time.Second      // the same, for an end that must lie after the last report
	restart = 5 * time.Second  // least jump back: two determinations cannot end closer to each other
	newest  = 15 * time.Second // an older result is not published as one of now
	ageEnd  = 9997 * time.Second
)

// proof implements [blind.Proof]: it follows the age of the last result. A new result is one that ended after the last
// report of the old one, by its own age.
type proof struct {
	from *receiver

	have    bool
	last    report
	at      time.Time // when last was reported
	since   time.Time // since when last has the highest age there is; zero if it has not
	doubted bool
	doubt   report
	doubtAt time.Time

	outcome      blind.Outcome
	measurements [3]devices.Measurement
}

// Forget implements [blind.Proof].
func (p *proof) Forget() { *p = proof{from: p.from} }

// Outcome implements [blind.Proof].
func (p *proof) Outcome() blind.Outcome { return p.outcome }

// Judge implements [blind.Proof].
func (p *proof) Judge(now time.Time, _ blind.Circumstances) blind.Verdict {
	r := p.from.last
	if p.have && p.follows(now, r) {
		p.doubted = false
		p.note(now, r)
		return blind.Unchanged
	}
	if !p.doubted || !r.agrees(p.doubt, now.Sub(p.doubtAt)) {
		p.doubted, p.doubt, p.doubtAt = true, r, now
		return blind.Doubtful
	}
	verdict := blind.Older
	if p.have && p.ended(now, r) {
		verdict = blind.Fresh
		p.settle(r)
	}
	p.have, p.doubted, p.since = true, false, time.Time{}
	p.note(now, r)
	return verdict
}

func (p *proof) note(now time.Time, r report) {
	p.last, p.at = r, now
	switch {
	case r.age != lastAge:
		p.since = time.Time{}
	case p.since.IsZero():
		p.since = now
	}
}

// follows reports whether r tells of the same result as before. Whether an age beyond the four digits stands still or
// begins again is not documented: both are taken for the old result, unless it was seen to stand still.
func (p *proof) follows(now time.Time, r report) bool {
	passed := now.Sub(p.at)
	if r.agrees(p.last, passed) {
		return true
	}
	if r.status != valid || !r.sameNumbers(p.last) || p.last.seconds()+passed < ageEnd {
		return false
	}
	stands := !p.since.IsZero() && now.Sub(p.since) > jitter+slack
	return r.age == lastAge || !stands && r.seconds() <= p.last.seconds()+passed-ageEnd+jitter
}

// ended reports whether r says that a determination ended since the last report: well, with an age that began again, or
// in a failure.
func (p *proof) ended(now time.Time, r report) bool {
	if r.status > unfailed {
		return p.last.status <= unfailed
	}
	passed := now.Sub(p.at)
	return r.status == valid && r.seconds() <= passed+slack && r.seconds() <= newest &&
		(p.last.status != valid || r.seconds()+restart < p.last.seconds()+passed)
}

// settle makes the outcome of r.
func (p *proof) settle(r report) {
	p.outcome = blind.Outcome{}
	switch {
	case r.status != valid:
		p.outcome.Class, p.outcome.Code = devices.CuffIndeterminate, code(r.status)
	case !cuff.Plausible(r.systolic, r.diastolic, r.mean):
		p.outcome.Class, p.outcome.Odd = devices.CuffIndeterminate, true
	default:
		p.measurements = [...]devices.Measurement{
			{Vital: devices.Systolic, Value: r.systolic},
			{Vital: devices.Diastolic, Value: r.diastolic},
			{Vital: devices.Mean, Value: r.mean},
		}
		p.outcome.Measurements = p.measurements[:]
	}
	p.outcome.Age = r.seconds()
}

// code returns the number by which a status is reported: a digit by its value, anything else by its character's number.
func code(status byte) int {
	if status >= '0' && status <= '9' {
		return int(status - '0')
	}
	return int(status)
}

func (r report) seconds() time.Duration { return time.Duration(r.age) * time.Second }

func (r report) sameNumbers(o report) bool {
	return r.systolic == o.systolic && r.diastolic == o.diastolic && r.mean == o.mean
}

// agrees reports whether r can be what the same result looks like so much later. Without a valid status only that counts.
func (r report) agrees(before report, passed time.Duration) bool {
	if r.status != before.status {
		return false
	}
	if r.status != valid {
		return true
	}
	off := r.seconds() - before.seconds() - passed
	return r.sameNumbers(before) && -jitter <= off && off <= jitter
}
