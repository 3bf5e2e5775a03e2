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

// session implements devices.Session. All of its memory is allocated once, save the room of the first outputs.
type session struct {
	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first

	reader    lines.Reader
	whole     bool // the next line has its beginning
	judge     lines.Judge
	perfusion lines.Track

	out      devices.Output
	values   []devices.Measurement
	absences []devices.Absence
}

func newSession(devices.Settings) (devices.Session, error) { return &session{}, nil }

// Step implements devices.Session. In the steady state it allocates nothing.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	if now.After(s.now) {
		s.now = now
	}
	s.out.Readings, s.out.Faults = s.out.Readings[:0], s.out.Faults[:0]
	s.out.Frames, s.out.FramedBytes = 0, 0
	s.values, s.absences = s.values[:0], s.absences[:0]
	if len(rx) == 0 {
		return s.out
	}
	s.listen()
	for {
		line, rest, ok := s.reader.Next(rx)
		if !ok {
			return s.out
		}
		s.line(line)
		rx = rest
	}
}

// listen does what the passing of time asks for, before the first new byte is looked at: so the result does not depend
// on how the bytes of one moment are split.
func (s *session) listen() {
	idle := s.now.Sub(s.heard)
	if s.heard.IsZero() {
		idle = 0
	}
	s.heard = s.now
	switch {
	case idle > maxSilence:
		if n := s.reader.Void(); n > 0 {
			s.fault(devices.BadFrame, n)
		}
		s.whole = false
		s.forget()
		if !s.told.IsZero() {
			s.told = s.now // the new proof has its own time
		}
	case !s.told.IsZero() && s.now.Sub(s.told) >= doubt:
		s.give(&fields{}, devices.Artifact, lines.Doubted)
	}
}

// forget makes the next numbers wait for two lines that agree.
func (s *session) forget() {
	s.judge.Reset()
	s.perfusion = lines.Track{}
}

func (s *session) fault(kind devices.FaultKind, bytes int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Bytes: bytes})
}

// line takes a whole line, or what was too long to be one.
func (s *session) line(l lines.Line) {
	whole := s.whole
	s.whole = true
	if !l.Broken && len(l.Text) == 0 {
		s.out.FramedBytes += l.Size
		return
	}
	var f fields
	shape := malformed
	if !l.Broken {
		shape = parse(l.Text, &f)
	}
	switch {
	case shape == trend:
		s.fault(devices.Unexpected, l.Size)
	case shape == malformed, !whole && !f.dated:
		s.fault(devices.BadFrame, l.Size)
	default:
		s.out.Frames++
		s.out.FramedBytes += l.Size
		s.live(&f, len(l.Text))
	}
}

// live takes a line of well-formed live output.
func (s *session) live(f *fields, length int) {
	if why := unusable(f.exc); why != 0 {
		s.forget()
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
			s.fault(devices.Inconsistent, 0)
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
	v, a := len(s.values), len(s.absences)
	missing := missingReason(f.exc)
	one := func(vital devices.Vital, value int, why devices.Reason) {
		if gone != 0 {
			why = gone
		}
		if why != 0 {
			s.absences = append(s.absences, devices.Absence{Vital: vital, Reason: why})
			return
		}
		s.values = append(s.values, devices.Measurement{Vital: vital, Value: value})
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
	r := devices.Reading{At: s.now, Status: statusOf(f.exc, f.alarm)}
	if v < len(s.values) {
		r.Measurements = s.values[v:len(s.values):len(s.values)]
	}
	if a < len(s.absences) {
		r.Absences = s.absences[a:len(s.absences):len(s.absences)]
	}
	s.out.Readings = append(s.out.Readings, r)
	s.told = s.now
}
