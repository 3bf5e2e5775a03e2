package and

import (
	"bytes"
	"time"

	"bedside/devices"
	"bedside/devices/internal/blind"
)

// newest is how long after the last report a result that somebody else's start brought still counts as one of now. Our
// choice: three polls of an idle monitor.
const newest = 3 * idlePoll

// proof implements [blind.Proof]: a result is identified by its whole text, in which the monitor's own clock stands beside
// the numbers. That clock is used for nothing else.
type proof struct {
	from *receiver

	have    bool
	last    [maxFrame]byte
	n       int
	at      time.Time // when last was reported
	doubted bool
	doubt   [maxFrame]byte
	m       int
	unasked bool // the doubt came by itself

	outcome      blind.Outcome
	measurements [4]devices.Measurement
}

// Forget implements [blind.Proof].
func (p *proof) Forget() { *p = proof{from: p.from} }

// Outcome implements [blind.Proof].
func (p *proof) Outcome() blind.Outcome { return p.outcome }

// Judge implements [blind.Proof].
func (p *proof) Judge(now time.Time, c blind.Circumstances) blind.Verdict {
	text := p.from.text
	if p.have && bytes.Equal(text, p.last[:p.n]) {
		p.doubted, p.at = false, now
		return blind.Unchanged
	}
	if !p.doubted || !bytes.Equal(text, p.doubt[:p.m]) {
		p.doubted, p.unasked = true, !c.Asked
		p.m = copy(p.doubt[:], text)
		return blind.Doubtful
	}
	verdict := blind.Older
	if c.Expected || p.have && (p.unasked || now.Sub(p.at) <= newest) {
		verdict = blind.Fresh
		p.outcome = p.settle(text)
	}
	p.have, p.doubted, p.at = true, false, now
	p.n = copy(p.last[:], text)
	return verdict
}

// settle makes the outcome of a text.
func (p *proof) settle(text []byte) blind.Outcome {
	r, ok := parse(text)
	switch {
	case !ok || r.failed == 0 && !r.plausible():
		return blind.Outcome{Class: devices.CuffIndeterminate, Odd: true}
	case r.failed != 0:
		return blind.Outcome{Class: classOf(r.failed), Code: r.failed}
	}
	p.measurements = [...]devices.Measurement{
		{Vital: devices.Systolic, Value: r.systolic},
		{Vital: devices.Diastolic, Value: r.diastolic},
		{Vital: devices.Mean, Value: r.mean},
		{Vital: devices.PulseRate, Value: r.rate},
	}
	o := blind.Outcome{Measurements: p.measurements[:]}
	if r.moved {
		o.Status = devices.Motion
	}
	return o
}
