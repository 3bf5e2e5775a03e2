package fivebyte

import (
	"errors"
	"fmt"
	"time"

	"bedside/devices"
	"bedside/devices/internal/packets"
)

// silence is without a byte; then nothing that was seen counts any more; oximeters.md section 3.
const silence = time.Second

// variants of oximeters.md section 3, the likeliest first: as sold with the maker's cable, as the maker's document has it,
// and Berry's dialect.
const (
	contec19200 = "contec-19200"
	contec4800  = "contec-4800"
	berry115200 = "berry-115200"
)

// ErrVariant is why a session was not opened: the settings name a variant that the family does not have.
var ErrVariant = errors.New("fivebyte: no such variant")

// Driver describes the oximeters that stream frames of five bytes. A session only listens; it never writes a byte. It is safe
// for concurrent use.
func Driver() devices.Driver {
	odd := func(baud int) devices.Line {
		return devices.Line{Baud: baud, DataBits: 8, Parity: devices.OddParity, StopBits: 1}
	}
	return devices.Driver{
		Name:   "fivebyte",
		Title:  "Contec or Berry oximeter, five-byte frames",
		Kind:   devices.Oximeter,
		Line:   odd(19200),
		Vitals: []devices.Vital{devices.PulseRate, devices.SpO2, devices.Pleth},
		Rate:   3,
		Proof:  devices.BySimulator,

		Covered: "Contec CMS50C, CMS50D, CMS50D+ and CMS50E before V7 packets; Berry oximeters with the BCI protocol",

		Variants: []devices.Variant{
			{Name: contec19200, Line: odd(19200)},
			{Name: contec4800, Line: odd(4800)},
			{Name: berry115200, Line: devices.Line{Baud: 115200, DataBits: 8, Parity: devices.NoParity, StopBits: 1}},
		},
		MaxSilence: silence,
		NewSession: newSession,
	}
}

// session implements devices.Session. All of its memory is allocated once.
type session struct {
	packets.Listener
	profile profile

	frame [frameLen]byte
	n     int // bytes in frame

	locked bool // frames count
	run    int  // frames that follow each other without a gap, while they do not count yet
	bad    int  // bytes dropped since two frames followed each other, while they count
	joined bool // no byte was dropped since the last frame
}

func newSession(set devices.Settings) (devices.Session, error) {
	p := contecProfile()
	switch set.Variant {
	case "", contec19200, contec4800:
	case berry115200:
		p = berryProfile()
	default:
		return nil, fmt.Errorf("%w: %q", ErrVariant, set.Variant)
	}
	return &session{profile: p, Listener: packets.Listener{
		Belief: packets.NewBelief(p.pace), Silent: silence, Packets: p.rate, Size: frameLen, FullScale: p.fullScale,
	}}, nil
}

// Step implements devices.Session. In the steady state it allocates nothing.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	s.Enter(now)
	if len(rx) > 0 {
		if s.Idle() >= silence {
			s.forget()
		}
		if s.Listen() {
			s.absent(devices.Artifact, 0)
		}
		s.consume(rx)
	}
	return s.Leave()
}

// forget begins anew after a silence.
func (s *session) forget() {
	s.Drop(s.n + s.run*frameLen)
	s.n, s.run, s.bad, s.locked, s.joined = 0, 0, 0, false, false
	s.Restart()
	s.Forget()
}
