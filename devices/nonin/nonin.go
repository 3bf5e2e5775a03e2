package nonin

import (
	"time"

	"bedside/devices"
)

// Driver describes the family of Nonin instruments that stream data format 2, 7 or 8. A session finds out by listening which of
// the three it hears, and never writes a byte.
//
// MaxSilence is that of format 8, whose frames come once a second; a session itself starts its proof anew after one
// second without bytes in formats 2 and 7 (oximeters.md section 0, silence limits). It is safe for concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:       "nonin",
		Title:      "Nonin oximeter, data formats 2, 7 and 8",
		Kind:       devices.Oximeter,
		Line:       devices.Line{Baud: 9600, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2, devices.Pleth},
		Rate:       3,
		Proof:      devices.BySimulator,
		Covered:    "OEM III, Xpod 3012 and 3012LP, iPod, WristOx2 3150, Onyx II 9550 and 9560, 4000, 4100",
		MaxSilence: numbersSilence,
		NewSession: newSession,
	}
}

// Silence limits of oximeters.md section 0: longer, and what was half received is void and the proof begins anew.
const (
	streamSilence  = time.Second
	numbersSilence = 3 * time.Second
)

// How long bytes may arrive without a reading before a session says that it has none, so that the last one does not look
// current (our choice): six packets, or three frames of format 8 and the jitter of a USB line.
const (
	streamDoubt  = 2 * time.Second
	numbersDoubt = 3500 * time.Millisecond
)

// noiseLimit is how many bytes a session drops, without two good frames in a row between them, before it forgets which
// format it heard and looks for all three again (our choice): five frames.
const noiseLimit = 25

// session implements devices.Session. All of its memory is allocated once; it keeps at most one frame more than the
// longest proof of a format, 15 bytes, between Steps.
type session struct {
	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first

	format   format
	slow     bool // the format found last was format 8
	buf      [4096]byte
	n        int      // bytes in buf
	off      int64    // position of buf[0] in the stream, counted from the first byte received
	pauses   [2]int64 // positions before which the line was quiet, for format 8; the later one first
	noise    int      // bytes dropped since two good frames in a row
	dropped  int64    // position after the byte dropped last
	dropKind devices.FaultKind

	stream  stream
	numbers numbers

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
	s.numbers.next = none
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

// listen does what the passing of time asks for, before the first new byte is looked at: so the result does not depend
// on how the bytes of one moment are split.
func (s *session) listen() {
	if s.now.Equal(s.heard) {
		return // more bytes of the same moment: what time asks for has been done
	}
	doubt, silence := streamDoubt, streamSilence
	if s.format == formatUnknown || s.format == format8 {
		silence = numbersSilence
	}
	if s.slow {
		doubt = numbersDoubt
	}
	idle := s.now.Sub(s.heard)
	if s.heard.IsZero() {
		idle = 0
	}
	s.heard = s.now
	if idle >= pause {
		s.pauses[0], s.pauses[1] = s.off+int64(s.n), s.pauses[0]
	}
	if idle > silence {
		s.restart()
		return
	}
	if !s.told.IsZero() && s.now.Sub(s.told) >= doubt {
		s.absent(devices.Artifact, 0)
	}
}

// restart voids what was half received, after a silence.
func (s *session) restart() {
	for i := range s.n {
		s.drop(s.off+int64(i), devices.BadFrame)
	}
	s.off += int64(s.n)
	s.n = 0
	s.forget()
	s.stream.last.at, s.stream.timerAt = none, none
	if !s.told.IsZero() {
		s.told = s.now // the new proof has its own time
	}
}

// forget makes the session look for all formats again.
func (s *session) forget() {
	s.flushWave()
	s.format, s.noise = formatUnknown, 0
	s.stream.lose()
	s.numbers.run = 0
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
