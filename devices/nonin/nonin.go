package nonin

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/lines"
)

// Driver describes the family of Nonin instruments that send data format 1, 2, 7, 8 or 13, or lines of text. A session finds
// out by listening which of them it hears, and never writes a byte.
//
// MaxSilence is that of the formats that come once a second; a session itself starts its proof anew after one second
// without bytes in formats 2 and 7 (oximeters.md section 0, silence limits). Once a session has heard format 13, which
// speaks only when it has measured, its Outputs are Episodic until it hears another. It is safe for concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:       "nonin",
		Title:      "Nonin oximeter, data formats 1, 2, 7, 8 and 13, and text",
		Kind:       devices.Oximeter,
		Line:       devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2, devices.Pleth},
		Rate:       3,
		Proof:      devices.BySimulator,
		Covered:    "OEM III, Xpod 3012 and 3012LP, iPod, WristOx2 3150, Onyx II 9550 and 9560, 4000, 4100; text: 2500, 4000, 7500, 8500, 8600V, 9600, 9847",
		MaxSilence: slowSilence,
		NewSession: newSession,
	}
}

// session implements devices.Session. All of its memory is allocated once; between Steps it keeps at most what one proof
// or message of a format takes, 39 bytes.
type session struct {
	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first

	format   format
	last     format // found last; formatUnknown before the first
	buf      [4096]byte
	n        int      // bytes in buf
	off      int64    // position of buf[0] in the stream, counted from the first byte received
	pauses   [2]int64 // positions before which the line was quiet; the later one first
	pausedAt [2]time.Time
	mute     int   // pauses since the last good frame
	noise    int   // bytes dropped since two good frames in a row
	dropped  int64 // position after the byte dropped last
	dropKind devices.FaultKind

	stream  stream
	numbers numbers
	spots   spots
	text    int64       // where the line end of the last line of text goes on
	judge   lines.Judge // of the formats without a check

	out      devices.Output
	values   []devices.Measurement
	absences []devices.Absence
	samples  []int32
	wave     int // index in samples at which the wave under construction begins
}

func newSession(devices.Settings) (devices.Session, error) {
	s := &session{}
	s.stream.anchor, s.stream.next = none, none
	s.stream.last.at, s.stream.timerAt = none, none
	s.numbers.next, s.text = none, none
	s.dropped = none
	s.pauses = [2]int64{0, none} // the stream begins after a pause
	return s, nil
}

// none is a position in the stream that no byte has, far from every other.
const none = int64(-1) << 40

// Step implements devices.Session. In the steady state it allocates nothing.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	if now.After(s.now) {
		s.now = now
	}
	s.begin()
	if len(rx) == 0 {
		return s.out
	}
	s.listen()
	for len(rx) > 0 {
		n := copy(s.buf[s.n:], rx)
		rx = rx[n:]
		s.n += n
		s.consume()
	}
	s.flushWave()
	return s.out
}

// begin empties the output of the last Step and keeps its memory.
func (s *session) begin() {
	s.out.Readings = s.out.Readings[:0]
	s.out.Waves = s.out.Waves[:0]
	s.out.Faults = s.out.Faults[:0]
	s.out.Frames, s.out.FramedBytes = 0, 0
	s.values, s.absences, s.samples, s.wave = s.values[:0], s.absences[:0], s.samples[:0], 0
}

// consume decodes what is in buf and moves the rest to its front.
func (s *session) consume() {
	p := 0
	for stuck := false; !stuck; {
		before, was := p, s.format
		switch s.format {
		case format2, format7:
			p = s.streamFrames(p)
		case format8:
			p = s.numberFrames(p)
		case format1:
			p = s.shortFrames(p)
		case formatText:
			p = s.textLines(p)
		default:
			p = s.detect(p)
		}
		stuck = p == before && s.format == was
	}
	s.off += int64(p)
	s.n = copy(s.buf[:], s.buf[p:s.n])
}

// drop counts the byte at that position as given up. Neighbours share one fault, which keeps the kind of the first.
func (s *session) drop(at int64, kind devices.FaultKind) {
	fresh := s.dropped != at
	if fresh {
		s.dropKind = kind
	}
	s.dropped = at + 1
	if n := len(s.out.Faults); n > 0 && !fresh && s.out.Faults[n-1].Bytes > 0 {
		s.out.Faults[n-1].Bytes++
		return
	}
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: s.dropKind, Bytes: 1})
}

// contradiction counts intact frames that were not believed.
func (s *session) contradiction() {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: devices.Inconsistent})
}

// flushWave closes the wave under construction.
func (s *session) flushWave() {
	if s.wave == len(s.samples) {
		return
	}
	w := devices.Wave{At: s.now, Vital: devices.Pleth, Rate: frameRate, FullScale: s.format.fullScale()}
	w.Samples = s.samples[s.wave:len(s.samples):len(s.samples)]
	s.wave = len(s.samples)
	s.out.Waves = append(s.out.Waves, w)
}
