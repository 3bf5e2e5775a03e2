package contec

import (
	"time"

	"bedside/devices"
)

// Driver describes the Contec oximeters that speak V7 packets. A session asks whether there is a perfusion index, starts
// the live data, keeps it alive, and starts it again after a second without any; it writes nothing else.
//
// MaxSilence is one second of silence (oximeters.md section 0) and one more for the answer to the start that follows it
// (section 2.4: a host gives up after one second). Asks is no higher because the start of live data has the byte A1, which
// alone is the start of a cuff module that no driver here is for (cuffs.md section 9d), at the same line setting. It is safe for concurrent use.
func Driver() devices.Driver {
	return devices.Driver{
		Name:       "contec",
		Title:      "Contec oximeter, V7 packets",
		Kind:       devices.Oximeter,
		Line:       devices.Line{Baud: 115200, DataBits: 8, Parity: devices.NoParity, StopBits: 1},
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex, devices.Pleth},
		Rate:       packetRate / pace,
		Proof:      devices.BySimulator,
		Covered:    "CMS50D+ (version 4 and later), CMS50E, CMS50EW, CMS50F, CMS50FW, CMS50I, CMS50IW",
		Asks:       devices.AsksAttended,
		MaxSilence: 2 * silence,
		NewSession: newSession,
	}
}

// The three commands of oximeters.md section 2.4 that this driver writes. Those that set the clock, delete or download
// have no name here.
const (
	commandIndex = 0xAC // is there a perfusion index in live data?
	commandLive  = 0xA1 // start live data
	commandKeep  = 0xAF // keep it alive
)

const (
	silence   = time.Second            // without live data, then it is started again; oximeters.md section 2.5
	keepEvery = 5 * time.Second        // oximeters.md section 2.4
	patience  = 200 * time.Millisecond // how long the answer to commandIndex may delay the start, our choice
	doubt     = 2 * time.Second        // bytes without a reading for so long, and the session says so, our choice
)

// index is whether live data has a perfusion index.
type index uint8

const (
	indexUnknown index = iota
	indexYes
	indexNo
)

// session implements devices.Session. All of its memory is allocated once; between Steps it keeps one packet at most.
type session struct {
	now     time.Time // the latest moment seen
	heard   time.Time // of the latest byte
	told    time.Time // of the latest reading; zero before the first
	live    time.Time // of the latest live packet
	asked   time.Time // of the latest commandIndex
	started time.Time // of the latest commandLive
	kept    time.Time // of the latest commandLive or commandKeep
	opened  bool
	asking  bool // the start waits for the answer to commandIndex
	index   index

	packet [liveLen]byte
	n      int // bytes in packet
	need   int // length of the packet that has begun
	lost   int // bytes dropped since the last live packet

	belief

	out      devices.Output
	tx       []byte
	values   []devices.Measurement
	absences []devices.Absence
	samples  []int32
}

func newSession(devices.Settings) (devices.Session, error) {
	s := &session{}
	s.forget()
	return s, nil
}

// Step implements devices.Session. In the steady state it allocates nothing.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	if now.After(s.now) {
		s.now = now
	}
	s.begin()
	s.converse()
	if len(rx) > 0 {
		s.listen()
		seen := s.seen
		s.consume(rx)
		if s.seen != seen {
			s.live = s.now
		}
		s.flushWave()
	}
	s.out.Tx = s.tx
	s.out.Wake = s.due()
	return s.out
}

// begin empties the output of the last Step and keeps its memory.
func (s *session) begin() {
	s.out.Readings = s.out.Readings[:0]
	s.out.Waves = s.out.Waves[:0]
	s.out.Faults = s.out.Faults[:0]
	s.out.Frames, s.out.FramedBytes = 0, 0
	s.tx, s.values, s.absences, s.samples = s.tx[:0], s.values[:0], s.absences[:0], s.samples[:0]
}

// converse writes what is due, before the first new byte is looked at: so the result does not depend on how the bytes
// of one moment are split.
func (s *session) converse() {
	switch {
	case !s.opened:
		s.opened = true
		s.ask()
	case s.asking:
		if !s.now.Before(s.asked.Add(patience)) {
			s.goLive()
		}
	case !s.now.Before(s.silentAt()):
		s.drop(s.n)
		s.n, s.lost = 0, 0
		s.forget()
		s.ask()
	case !s.now.Before(s.kept.Add(keepEvery)):
		s.send(commandKeep)
		s.kept = s.now
	}
}

// ask starts live data; if it is not known yet whether there is a perfusion index in it, that is asked first, in the
// order of the maker's own program (oximeters.md section 2.4).
func (s *session) ask() {
	if s.index != indexUnknown {
		s.goLive()
		return
	}
	s.send(commandIndex)
	s.asked, s.asking = s.now, true
}

func (s *session) goLive() {
	s.send(commandLive)
	s.started, s.kept, s.asking = s.now, s.now, false
}

// send writes a command without parameters: the high bits of all of them are 81, because the command alone has bit 7.
func (s *session) send(command byte) {
	s.tx = append(s.tx, typeCommand, high|1, command|high, high, high, high, high, high, high)
}

// silentAt returns when the device has been silent for too long.
func (s *session) silentAt() time.Time { return later(s.live, s.started).Add(silence) }

// due returns when something must be written even if the line stays silent.
func (s *session) due() time.Time {
	if s.asking {
		return s.asked.Add(patience)
	}
	silent, keep := s.silentAt(), s.kept.Add(keepEvery)
	if silent.Before(keep) {
		return silent
	}
	return keep
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// listen notices that bytes come but nothing is believed, so that the last reading does not look current.
func (s *session) listen() {
	idle := s.now.Sub(s.heard)
	if s.heard.IsZero() {
		idle = 0
	}
	s.heard = s.now
	switch {
	case s.told.IsZero():
	case idle >= silence:
		s.told = s.now // the new proof has its own time
	case s.now.Sub(s.told) >= doubt:
		s.unsay()
		s.absent(devices.Artifact, 0)
	}
}
