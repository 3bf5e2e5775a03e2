package nonin

import "bedside/devices"

// Bits of STATUS in formats 2 and 7, oximeters.md section 1.2.
const (
	statusSNSD = 0x40 // sensor disconnected or inoperable; reserved on 9550 and 9560
	statusARTF = 0x20 // artifact on this pulse
	statusOOT  = 0x10 // out of track
	statusSNSA = 0x08 // sensor alarm
	statusPerf = 0x06 // RPRF and GPRF
	statusRed  = 0x04 // low or no perfusion
	statusSYNC = 0x01 // first frame of a packet

	// statusGone are the flags that take the values away.
	statusGone = statusSNSD | statusOOT | statusSNSA
)

// perfusionPackets is how long the perfusion of the last pulse stands for the present: ten packets, the time between
// two pulses at the lowest rate of the range, 18 a minute (our choice).
const perfusionPackets = 10

// padLimit bounds how many lost samples are filled in at the end of a packet (our choice). A larger difference says that
// the count itself went wrong.
const padLimit = 12

// stream is what a session knows of format 2 or 7.
type stream struct {
	next   int64 // where the frame after the last good one begins
	anchor int64 // where the last sync frame begins
	slot   int   // of the last good frame in the packet; packetFrames or more if unknown
	mask   uint32
	slots  [packetFrames]byte // FLOAT of the frames in mask
	clean  bool               // no byte was dropped since anchor
	synced bool               // a sync frame was seen since the format was found
	count  int                // samples given since it

	prev   byte // STATUS of the last frame, 0 if the next one does not follow it
	level  byte // flags that two consecutive frames agreed on
	seen   byte // flags that were in level since anchor
	always byte // flags that were in level all that time
	perf   byte // perfusion of the last pulse
	stale  int  // packets since that pulse

	proof
}

// lose forgets where the frames are, but not what the last packets said.
func (m *stream) lose() {
	m.next, m.anchor, m.slot, m.mask, m.synced = none, none, packetFrames, 0, false
	m.prev, m.level, m.seen, m.always, m.perf = 0, 0, 0, 0, 0
}

// gap accounts for the frames between the last good one and the one that begins at the position.
func (s *session) gap(at int64) {
	m := &s.stream
	m.prev = 0
	// Rounded, because the damaged frames may have lost or gained single bytes.
	if lost := int(at-m.next+frameLen/2) / frameLen; m.synced && lost < packetFrames {
		for range lost {
			s.samples = append(s.samples, devices.MissingSample)
		}
		m.count += lost
	}
	m.slot = packetFrames
	if d := at - m.anchor; d < packetLen && d%frameLen == 0 {
		m.slot = int(d)/frameLen - 1
	}
}

// frame takes in a frame that passed its check and is in step.
func (s *session) frame(f []byte, at int64) {
	m := &s.stream
	s.out.Frames++
	s.out.FramedBytes += frameLen
	m.next, s.mute = at+frameLen, 0
	status, pleth := f[0], int32(f[1])<<8|int32(f[2])
	if s.format == format2 {
		status, pleth = f[1], int32(f[2])
	}
	if m.prev != 0 {
		s.noise = 0
	}
	s.flags(status)
	m.slot++
	if status&statusSYNC != 0 {
		s.sync(at, status)
	}
	if m.slot < packetFrames {
		m.slots[m.slot] = f[3]
		m.mask |= 1 << m.slot
	}
	if m.synced {
		s.samples = append(s.samples, pleth)
		m.count++
	}
}

// flags believes what two consecutive frames agree on, and reports at once that the values are gone.
func (s *session) flags(status byte) {
	m := &s.stream
	if m.prev == status && m.level == status { // by far the most frequent case
		return
	}
	both := status & m.prev
	if m.prev != 0 {
		fresh := both &^ m.level
		m.level = both | m.level&(status|m.prev)
		m.seen |= m.level
		m.always &= m.level
		if p := both & statusPerf; p != 0 && status&statusPerf == m.prev&statusPerf {
			m.perf, m.stale = p, 0
		}
		if fresh&m.gone() != 0 {
			m.prev = status
			s.absent(m.reason(m.level), m.status(m.level))
		}
	}
	m.prev = status
}

// sync closes a packet and opens the next one.
func (s *session) sync(at int64, status byte) {
	m := &s.stream
	switch {
	case m.anchor == none:
	case at-m.anchor == packetLen:
		s.prove()
	case m.clean:
		s.contradiction() // whole frames are missing
	}
	if m.synced {
		short := packetFrames - m.count%packetFrames
		for n := 0; short <= padLimit && n < short; n++ {
			s.samples = append(s.samples, devices.MissingSample)
		}
	}
	m.synced, m.count = true, 0
	m.anchor, m.slot, m.mask, m.clean = at, 0, 0, true
	m.seen = m.level & status // what the last packet ended with and this one does not have is over
	m.always = m.seen
	if m.stale++; m.stale > perfusionPackets {
		m.perf = 0
	}
}

// gone returns the flags that take the values away on this device.
func (m *stream) gone() byte {
	if m.reserved() {
		return statusGone &^ statusSNSD
	}
	return statusGone
}

// status translates STATUS flags, the perfusion of the last pulse and the last STAT2.
func (m *stream) status(flags byte) devices.Status {
	st := statusOf(flags, m.reserved())
	switch m.perf {
	case statusRed:
		st |= devices.PerfusionLow
	case statusPerf:
		st |= devices.PerfusionMarginal
	}
	return st | stat2Of(m.stat2)
}

func statusOf(flags byte, reserved bool) devices.Status {
	var st devices.Status
	if flags&statusSNSD != 0 && !reserved {
		st |= devices.SensorDisconnected
	}
	if flags&statusSNSA != 0 {
		st |= devices.NoFinger
	}
	if flags&statusOOT != 0 {
		st |= devices.OutOfTrack
	}
	if flags&statusARTF != 0 {
		st |= devices.Motion
	}
	return st
}

// Bits of STAT2, oximeters.md section 1.2, which the second status byte of format 8 shares.
const (
	stat2SPA        = 0x20 // SmartPoint: high quality
	stat2LowBattery = 0x01
)

func stat2Of(b byte) devices.Status {
	var st devices.Status
	if b&stat2SPA != 0 {
		st |= devices.HighQuality
	}
	if b&stat2LowBattery != 0 {
		st |= devices.BatteryLow
	}
	return st
}

// reason returns why values are missing: the first that applies in the order of devices.Reason. A value that is missing
// without any flag is being searched for.
func (m *stream) reason(flags byte) devices.Reason { return reasonOf(m.status(flags)) }

func reasonOf(st devices.Status) devices.Reason {
	switch {
	case st.Has(devices.SensorDisconnected):
		return devices.SensorOff
	case st.Has(devices.NoFinger):
		return devices.FingerOut
	case st.Has(devices.OutOfTrack):
		return devices.Artifact
	case st.Has(devices.PerfusionLow):
		return devices.LowPerfusion
	}
	return devices.Searching
}
