package detect

import (
	"slices"
	"time"

	"bedside/devices"
)

// Bounds of a fit, all our choice.
const (
	enoughFrames  = 3   // of a stream; a device with a line every two seconds needs six
	enoughAnswers = 2   // to a speaker's questions
	enoughShare   = 90  // per cent of the bytes; a wrong driver that finds frames by chance leaves most bytes over
	longestFrame  = 256 // bytes before the first frame that may be the rest of one; the longest line has about 180
	mouthful      = 16  // bytes that sessions are given at once, so that what came before the first frame is known
)

// Candidate is a driver in one of the ways in which its family is met.
type Candidate struct {
	Driver  devices.Driver
	Variant devices.Variant
}

// Word returns the driver's configuration word, and the variant's behind a dash of its own if the driver has several.
func (c *Candidate) Word() string {
	if c.Variant.Name == "" || len(c.Driver.Variants) < 2 {
		return c.Driver.Name
	}
	return c.Driver.Name + ", variant " + c.Variant.Name
}

// Candidates returns every driver in every variant that is met at that line setting, in the order of drivers.
func Candidates(drivers []devices.Driver, line devices.Line) []Candidate {
	var list []Candidate
	for i := range drivers {
		for _, v := range drivers[i].Lines() {
			if v.Line == line {
				list = append(list, Candidate{drivers[i], v})
			}
		}
	}
	return list
}

// Lines returns every line setting at which a driver is met, in the order in which a port is tried: first those of
// oximeters.md section 10, then the others in the order of drivers.
func Lines(drivers []devices.Driver) []devices.Line {
	usual := []devices.Line{
		{Baud: 115200, DataBits: 8, StopBits: 1},
		{Baud: 9600, DataBits: 8, StopBits: 1},
		{Baud: 19200, DataBits: 8, Parity: devices.OddParity, StopBits: 1},
		{Baud: 4800, DataBits: 8, Parity: devices.OddParity, StopBits: 1},
	}
	var met []devices.Line
	for i := range drivers {
		for _, v := range drivers[i].Lines() {
			if !slices.Contains(met, v.Line) {
				met = append(met, v.Line)
			}
		}
	}
	list := make([]devices.Line, 0, len(met))
	for _, l := range usual {
		if slices.Contains(met, l) {
			list = append(list, l)
		}
	}
	for _, l := range met {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

// Speakers returns the candidates whose questions are allowed up to that degree, in the order of lines and drivers.
func Speakers(drivers []devices.Driver, allowed devices.Asks) []Candidate {
	var list []Candidate
	for _, line := range Lines(drivers) {
		for _, c := range Candidates(drivers, line) {
			if c.Driver.Asks != devices.NeverAsks && c.Driver.Asks >= allowed && allowed != devices.NeverAsks {
				list = append(list, c)
			}
		}
	}
	return list
}

// Panel lets every candidate hear what arrives at one line setting. It is not safe for concurrent use.
type Panel struct {
	judges  []*judge
	speaker *judge
	bytes   int
	from    time.Time // of the first call of Hear
	first   time.Time // of the first byte; zero before it
	now     time.Time
}

// Listen returns a panel that is silent.
func Listen(candidates []Candidate) *Panel {
	p := &Panel{}
	for _, c := range candidates {
		p.judges = append(p.judges, newJudge(c))
	}
	return p
}

// Ask returns a panel in which the speaker may ask and the others at its line setting listen to what is answered.
func Ask(drivers []devices.Driver, speaker Candidate) *Panel {
	p := Listen(Candidates(drivers, speaker.Variant.Line))
	for _, j := range p.judges {
		if j.Driver.Name == speaker.Driver.Name && j.Variant.Name == speaker.Variant.Name {
			p.speaker, j.asked = j, true
		}
	}
	return p
}

// Hear hands bytes, or only the moment, to every candidate. It returns what the speaker wants written, which is valid until
// the next call; nothing without a speaker. A now earlier than the last one counts as the last one.
func (p *Panel) Hear(now time.Time, rx []byte) (tx []byte) {
	if now.Before(p.now) {
		now = p.now
	}
	p.now = now
	if p.from.IsZero() {
		p.from = now
	}
	if len(rx) > 0 && p.first.IsZero() {
		p.first = now
	}
	p.bytes += len(rx)
	for _, j := range p.judges {
		for rest, more := rx, true; more; more = len(rest) > 0 {
			n := min(len(rest), mouthful)
			out := j.step(now, rest[:n])
			if j == p.speaker {
				tx = append(tx, out.Tx...)
			}
			rest = rest[n:]
		}
	}
	if p.speaker != nil {
		p.speaker.told(tx)
	}
	return tx
}

// Bytes returns how many bytes have arrived.
func (p *Panel) Bytes() int { return p.bytes }

// hopeful reports whether any candidate has found frames in half as many bytes as it would need.
func (p *Panel) hopeful() bool {
	return slices.ContainsFunc(p.judges, func(j *judge) bool { return j.frames > 0 && 2*j.share() >= enoughShare })
}

// Fits returns the candidates that understand what is heard, in their order.
func (p *Panel) Fits() []Match {
	var list []Match
	for _, j := range p.judges {
		if j.fits() {
			list = append(list, j.match(p.first))
		}
	}
	return list
}

// Echo reports whether the line only gave back what the speaker wrote.
func (p *Panel) Echo() bool { return p.speaker != nil && p.speaker.echo() }

// How long a panel hears, all our choice.
const (
	quietFor = 2500 * time.Millisecond // without any byte; the slowest devices send every two seconds
	least    = 4 * time.Second         // from the first byte, so that a second driver that fits is not missed
	puzzled  = 4500 * time.Millisecond // from the first byte without sense: the wrong speed
	most     = 9 * time.Second         // from the first byte: four lines, two seconds apart
)

// Done reports whether the panel has heard enough to be asked for its verdict.
func (p *Panel) Done(now time.Time) bool {
	if p.from.IsZero() {
		return false
	}
	if p.first.IsZero() {
		return now.Sub(p.from) >= quietFor
	}
	switch heard := now.Sub(p.first); {
	case heard >= most:
		return true
	case heard >= puzzled && !p.hopeful():
		return true
	default:
		return heard >= least && len(p.Fits()) > 0
	}
}

// Question returns what the speaker has asked, of which the first 256 bytes are kept.
func (p *Panel) Question() []byte {
	if p.speaker == nil {
		return nil
	}
	return p.speaker.wrote
}
