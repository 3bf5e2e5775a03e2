package nellcor

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// session implements devices.Session. All of its memory is allocated once, save the room of the first outputs.
type session struct {
	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first

	reader lines.Reader
	judge  lines.Judge

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
		s.judge.Reset()
		if !s.told.IsZero() {
			s.told = s.now // the new proof has its own time
		}
	case !s.told.IsZero() && s.now.Sub(s.told) >= doubt:
		s.give(devices.Artifact, devices.Artifact, &fields{})
	}
}

func (s *session) fault(kind devices.FaultKind, bytes int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Bytes: bytes})
}

// line takes a whole line, or what was too long to be one.
func (s *session) line(l lines.Line) {
	if !l.Broken && len(l.Text) == 0 {
		s.out.FramedBytes += l.Size
		return
	}
	var f fields
	shape := malformed
	if !l.Broken {
		shape = parse(l.Text, &f)
	}
	if shape == malformed {
		s.fault(devices.BadFrame, l.Size)
		return
	}
	s.out.Frames++
	s.out.FramedBytes += l.Size
	if shape == data {
		s.data(&f, len(l.Text))
	}
}

// data takes a well-formed data line.
func (s *session) data(f *fields, length int) {
	why := f.codes.reason()
	if f.codes&codesGone != 0 {
		s.judge.Reset() // an instrument that finds its pulse again proves it anew
		s.give(why, why, f)
		return
	}
	rate, noRate := number(f.rate, minRate, maxRate, why)
	sat, noSat := number(f.sat, minSat, maxSat, why)
	verdict := s.judge.Hear(rate, sat, length)
	if verdict == lines.Believed {
		s.give(noRate, noSat, f)
		return
	}
	if noRate == 0 && noSat == 0 {
		if verdict == lines.Doubted {
			s.fault(devices.Inconsistent, 0)
		}
		return
	}
	// What is missing is said at once, and what is not proven goes with it.
	if noRate == 0 {
		noRate = why
	}
	if noSat == 0 {
		noSat = why
	}
	s.give(noRate, noSat, f)
}

// number returns v, or a negative number and why it is no measurement.
func number(v, low, high int, missing devices.Reason) (int, devices.Reason) {
	switch {
	case v == absent:
		return absent, missing
	case v < low || v > high:
		return absent, devices.OutOfRange
	}
	return v, 0
}

// give appends a reading; a reason other than 0 takes its value away.
func (s *session) give(noRate, noSat devices.Reason, f *fields) {
	v, a := len(s.values), len(s.absences)
	one := func(vital devices.Vital, value int, why devices.Reason) {
		if why != 0 {
			s.absences = append(s.absences, devices.Absence{Vital: vital, Reason: why})
			return
		}
		s.values = append(s.values, devices.Measurement{Vital: vital, Value: value})
	}
	one(devices.PulseRate, f.rate, noRate)
	one(devices.SpO2, f.sat, noSat)
	r := devices.Reading{At: s.now, Status: f.codes.status()}
	if v < len(s.values) {
		r.Measurements = s.values[v:len(s.values):len(s.values)]
	}
	if a < len(s.absences) {
		r.Absences = s.absences[a:len(s.absences):len(s.absences)]
	}
	s.out.Readings = append(s.out.Readings, r)
	s.told = s.now
}
