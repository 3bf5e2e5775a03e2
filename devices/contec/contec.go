package contec

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/packets"
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
	patience  = 200 * time.Millisecond // how long the answers to commandIndex may delay the start, our choice
	pace      = 20                     // packets from one reading to the next, a third of a second, our choice
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
	packets.Listener

	now     time.Time // the latest moment seen
	live    time.Time // of the latest live packet
	asked   time.Time // of the latest commandIndex
	started time.Time // of the latest commandLive
	kept    time.Time // of the latest commandLive or commandKeep
	opened  bool
	asking  bool // the start waits for the answers to commandIndex
	index   index

	affirmed bool // the device has said once that there is one

	indexes [packets.Window]uint32 // perfusion indexes of the last packets
	at      uint8                  // place of the oldest of them

	packet [liveLen]byte
	n      int // bytes in packet
	need   int // length of the packet that has begun

	tx []byte
}

func newSession(devices.Settings) (devices.Session, error) {
	return &session{Listener: packets.Listener{
		Belief: packets.NewBelief(pace), Silent: silence, Packets: packetRate, Size: liveLen, FullScale: fullScale,
	}}, nil
}

// Step implements devices.Session. In the steady state it allocates nothing.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	s.now = s.Enter(now)
	s.tx = s.tx[:0]
	s.converse()
	if len(rx) > 0 {
		if s.Listen() {
			s.absent(devices.Artifact, 0)
		}
		seen := s.Seen()
		s.consume(rx)
		if s.Seen() != seen {
			s.live = s.now
		}
	}
	out := s.Leave()
	out.Tx = s.tx
	out.Wake = s.due()
	return out
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
		s.Drop(s.n)
		s.n = 0
		s.Restart()
		s.Forget()
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
	s.asked, s.asking, s.affirmed = s.now, true, false
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
