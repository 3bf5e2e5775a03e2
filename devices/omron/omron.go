package omron

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
	"bedside/devices/internal/lines"
)

// Driver describes the Omron monitors that send a line after each measurement. A session only listens: it never writes a
// byte, and takes no orders. The device may be quiet for ever, hence no MaxSilence. It is safe for concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:    "omron",
		Title:   "Omron blood-pressure monitor, overheard",
		Kind:    devices.Cuff,
		Line:    devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:  []devices.Vital{devices.Systolic, devices.Diastolic, devices.Mean, devices.PulseRate},
		Proof:   devices.BySimulator,
		Covered: "Omron HBP-9030 and HBP-9031C (format 5), HBP-9020 (mode 5, F3)",

		NewSession: func(devices.Settings) (devices.Session, error) { return &session{}, nil },
	}
}

// session implements devices.Session. All of its memory is allocated once.
type session struct {
	cuff.Overheard
	reader lines.Reader
}

// Step implements devices.Session.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	if s.Enter(now, len(rx)) {
		if n := s.reader.Void(); n > 0 {
			s.Fault(devices.BadFrame, n)
		}
	}
	for len(rx) > 0 {
		line, rest, ok := s.reader.Next(rx)
		if !ok {
			break
		}
		s.line(line)
		rx = rest
	}
	return s.Leave()
}

func (s *session) line(l lines.Line) {
	if !l.Broken && len(l.Text) == 0 {
		s.Frame(0, l.Size) // of the line end before it
		return
	}
	m := parse(l.Text)
	switch m.shape {
	case malformed:
		s.Fault(devices.BadFrame, l.Size)
		return
	case foreign:
		s.Fault(devices.Unexpected, l.Size)
		return
	}
	s.Frame(1, l.Size)
	switch {
	case s.Known(l.Text):
	case m.code != 0:
		s.Failed(m.code)
	case !m.plausible:
		s.Fault(devices.Inconsistent, 0)
		s.Failed(0)
	default:
		s.Done(m.result)
	}
}
