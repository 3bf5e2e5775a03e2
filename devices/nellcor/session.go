package nellcor

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// session implements devices.Session: a listener, and what its lines mean.
type session struct {
	lines.Listener
	judge lines.Judge
}

func newSession(devices.Settings) (devices.Session, error) {
	return &session{Listener: lines.Listener{Silent: maxSilence, Doubtful: doubt}}, nil
}

// Step implements devices.Session.
func (s *session) Step(now time.Time, rx []byte) devices.Output { return s.Listener.Step(now, rx, s) }

// Silence implements lines.Hearer.
func (s *session) Silence() { s.judge.Reset() }

// Doubt implements lines.Hearer.
func (s *session) Doubt() { s.give(devices.Artifact, devices.Artifact, &fields{}) }

// Line implements lines.Hearer.
func (s *session) Line(l lines.Line) {
	var f fields
	shape := malformed
	if !l.Broken {
		shape = parse(l.Text, &f)
	}
	if shape == malformed {
		s.Fault(devices.BadFrame, l.Size)
		return
	}
	s.Frame(l)
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
			s.Fault(devices.Inconsistent, 0)
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
	s.Put(devices.PulseRate, f.rate, noRate)
	s.Put(devices.SpO2, f.sat, noSat)
	s.Tell(f.codes.status())
}
