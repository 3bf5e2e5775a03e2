package masimo

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// How far two perfusion indices in a row may be apart, our choice: a tenth of a per cent or a quarter of the value.
const (
	nearPerfusion      = 10
	nearPerfusionShare = 4
)

// session implements devices.Session: a listener, and what its lines mean.
type session struct {
	lines.Listener
	judge     lines.Judge
	perfusion lines.Track
}

func newSession(devices.Settings) (devices.Session, error) {
	return &session{Listener: lines.Listener{Silent: maxSilence, Doubtful: doubt}}, nil
}

// Step implements devices.Session.
func (s *session) Step(now time.Time, rx []byte) devices.Output { return s.Listener.Step(now, rx, s) }

// Silence implements lines.Hearer: it makes the next numbers wait for two lines that agree.
func (s *session) Silence() {
	s.judge.Reset()
	s.perfusion = lines.Track{}
}

// Doubt implements lines.Hearer.
func (s *session) Doubt() { s.give(&fields{}, devices.Artifact, lines.Doubted) }

// Line implements lines.Hearer.
func (s *session) Line(l lines.Line) {
	var f fields
	shape := malformed
	if !l.Broken {
		shape = parse(l.Text, &f)
	}
	switch {
	case shape == trend:
		s.Fault(devices.Unexpected, l.Size)
	case shape == malformed, !l.Whole && !f.dated:
		s.Fault(devices.BadFrame, l.Size)
	default:
		s.Frame(l)
		s.live(&f, len(l.Text))
	}
}

// live takes a line of well-formed live output.
func (s *session) live(f *fields, length int) {
	if why := unusable(f.exc); why != 0 {
		s.Silence()
		s.give(f, why, lines.Believed)
		return
	}
	rate, sat := inRange(f.rate, minRate, maxRate), inRange(f.sat, minSat, maxSat)
	verdict := s.judge.Hear(rate, sat, length)
	if f.perfusion != absent && !s.perfusion.Accept(f.perfusion, max(nearPerfusion, f.perfusion/nearPerfusionShare)) {
		f.perfusion = unconfirmed
	}
	if verdict != lines.Believed && rate != absent && sat != absent {
		if verdict == lines.Doubted {
			s.Fault(devices.Inconsistent, 0)
		}
		return
	}
	s.give(f, 0, verdict)
}

// inRange returns v, or a negative number where v is absent or outside the range.
func inRange(v, low, high int) int {
	if v < low || v > high {
		return absent
	}
	return v
}

// give appends a reading. A reason other than 0 takes all values away; without it, numbers that are not believed are
// absent for the reason of the other one, which is missing.
func (s *session) give(f *fields, gone devices.Reason, verdict lines.Verdict) {
	missing := missingReason(f.exc)
	one := func(vital devices.Vital, value int, why devices.Reason) {
		if gone != 0 {
			why = gone
		}
		s.Put(vital, value, why)
	}
	number := func(value, low, high int) devices.Reason {
		switch {
		case value == absent || inRange(value, low, high) >= 0 && verdict != lines.Believed:
			return missing
		case inRange(value, low, high) < 0:
			return devices.OutOfRange
		}
		return 0
	}
	one(devices.PulseRate, f.rate, number(f.rate, minRate, maxRate))
	one(devices.SpO2, f.sat, number(f.sat, minSat, maxSat))
	switch f.perfusion {
	case absent:
		one(devices.PerfusionIndex, 0, devices.NotMeasured)
	case unconfirmed:
		one(devices.PerfusionIndex, 0, devices.Artifact)
	default:
		one(devices.PerfusionIndex, f.perfusion, 0)
	}
	s.Tell(statusOf(f.exc, f.alarm))
}
