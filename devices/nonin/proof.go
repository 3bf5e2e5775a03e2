package nonin

import "bedside/devices"

// FLOAT slots of a packet, numbered from 0; the tables of oximeters.md section 1.2 count from 1.
const (
	slotRate    = 0 // HR MSB, LSB: average of 4 beats
	slotSat     = 2 // SpO2
	slotAfter   = 3 // the slot after the values
	slotTimer   = 5 // TMR MSB, LSB
	slotStat2   = 7
	slotSatD    = 8
	slotSatFast = 9
	slotSatBB   = 10
	slotRate8   = 13 // E-HR MSB, LSB: average of 8 beats
	slotSat8    = 15
	slotSat8D   = 16
	slotRateD   = 19 // HR-D MSB, LSB: for display
	slotRate8D  = 21
)

// Markers and ranges of oximeters.md sections 0 and 1.2.
const (
	missingRate, missingSat = 511, 127
	minRate, maxRate        = 18, 321
	minSat, maxSat          = 1, 100
)

// Bounds of agreement, our choice. Two averages of the same pulse may differ by as much as the slower one lags: 8 beats
// a minute or an eighth of the rate, 3 points of saturation.
const (
	nearRate  = 8
	nearShare = 8
	nearSat   = 3
)

const (
	// patience is how many whole packets in a row may be refused for what they say; the one after them is believed.
	patience = 2
	// recent is how far back a packet may lie that a new one is compared with: three packets, and some bytes added.
	recent = 3*packetLen + packetLen/2
	// timerReach is how far back the timer is compared: ten seconds of packets.
	timerReach = 30 * packetLen
	// reservedAfter is how many believed packets in a row must have SNSD set beside good values until it counts as the
	// reserved bit that it is on a 9550 or 9560, oximeters.md section 1.2: one second.
	reservedAfter = 3
)

// said is what a packet that arrived whole said, believed or not.
type said struct {
	rate, sat int
	at        int64
}

// proof is what a session knows about packets that arrived whole.
type proof struct {
	last    said
	refused int // whole packets in a row that were not believed
	timer   int // TMR of the latest whole packet that had it intact
	timerAt int64
	stat2   byte
	odd     int // believed packets in a row with SNSD beside good values
}

// reserved reports whether bit 6 of STATUS has turned out to mean nothing on this device.
func (f *proof) reserved() bool { return f.odd >= reservedAfter }

func (m *stream) have(slot, n int) bool {
	want := uint32(1<<n-1) << slot
	return m.mask&want == want
}

// rate returns the nine-bit rate in two slots: bits 8 and 7, and bits 6 to 0.
func (m *stream) rate(slot int) int { return int(m.slots[slot]&3)<<7 | int(m.slots[slot+1]&0x7F) }

func (m *stream) sat(slot int) int { return int(m.slots[slot] & 0x7F) }

// prove judges the packet that the sync frame just received has shown to be whole.
func (s *session) prove() {
	m := &s.stream
	timely := m.timely()
	if m.have(slotStat2, 1) {
		m.stat2 = m.slots[slotStat2]
	}
	if !m.have(slotRate, 3) {
		return
	}
	now := said{rate: m.rate(slotRate), sat: m.sat(slotSat), at: m.anchor}
	before := m.last
	m.last = now
	fresh := now.at-before.at <= recent
	sameRate := fresh && closeRate(now.rate, before.rate)
	sameSat := fresh && closeSat(now.sat, before.sat)
	gone := m.seen & m.gone()
	ok := (timely || sameRate && sameSat) &&
		(sameRate || gone != 0 && now.rate == missingRate || m.rateConfirmed(now.rate)) &&
		(sameSat || gone != 0 && now.sat == missingSat || m.satConfirmed(now.sat))
	if !fresh {
		m.refused = 0
	}
	if !ok && m.refused < patience {
		m.refused++
		s.contradiction()
		return
	}
	m.refused = 0
	m.learnReserved(now)
	s.publish(now)
}

// timely reports whether TMR counted one third of a second for each packet since it was last seen. Where it was damaged,
// or not seen for long, nothing speaks against the packet.
func (m *stream) timely() bool {
	if !m.have(slotTimer, 2) {
		return true
	}
	timer := int(m.slots[slotTimer]&0x7F)<<7 | int(m.slots[slotTimer+1]&0x7F)
	counted := (timer - m.timer) & 0x3FFF
	since := m.anchor - m.timerAt
	m.timer, m.timerAt = timer, m.anchor
	if since > timerReach {
		return true
	}
	packets := int(since+packetLen/2) / packetLen
	// Bytes lost on the line make the distance look shorter than it was, by up to a quarter (our choice).
	return counted >= packets && counted <= packets+packets/4
}

// rateConfirmed reports whether another average that arrived intact confirms the rate.
func (m *stream) rateConfirmed(rate int) bool {
	for _, slot := range [...]int{slotRate8, slotRateD, slotRate8D} {
		if m.have(slot, 2) && closeRate(rate, m.rate(slot)) {
			return true
		}
	}
	return false
}

// satConfirmed reports whether another average confirms the saturation. A byte added to the frame of a value can make
// its sum true by chance; then the frame after it is out of place. So that one must be intact as well, or the agreement
// exact. (For the rate, the frame of the saturation does this service.)
func (m *stream) satConfirmed(sat int) bool {
	placed := m.have(slotAfter, 1)
	for _, slot := range [...]int{slotSat8, slotSatD, slotSatFast, slotSat8D, slotSatBB} {
		if m.have(slot, 1) && (m.sat(slot) == sat || placed && closeSat(sat, m.sat(slot))) {
			return true
		}
	}
	return false
}

func closeRate(a, b int) bool {
	if a == missingRate || b == missingRate {
		return a == b
	}
	return abs(a-b) <= max(nearRate, max(a, b)/nearShare)
}

func closeSat(a, b int) bool {
	if a == missingSat || b == missingSat {
		return a == b
	}
	return abs(a-b) <= nearSat
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// learnReserved notices that SNSD stays set while the values that a lost sensor empties at once are there.
func (m *stream) learnReserved(now said) {
	switch {
	case m.seen&statusSNSD == 0:
		m.odd = 0
	case m.always&statusSNSD != 0 && m.seen&statusSNSA == 0 && rateReason(now.rate) == 0 && satReason(now.sat) == 0:
		m.odd = min(m.odd+1, reservedAfter)
	case !m.reserved():
		m.odd = 0
	}
}

// rateReason returns 0 for a rate in range, else why it is absent: OutOfRange, or Searching for the missing marker.
func rateReason(rate int) devices.Reason { return rangeReason(rate, missingRate, minRate, maxRate) }

func satReason(sat int) devices.Reason { return rangeReason(sat, missingSat, minSat, maxSat) }

func rangeReason(v, missing, low, high int) devices.Reason {
	switch {
	case v == missing:
		return devices.Searching
	case v < low || v > high:
		return devices.OutOfRange
	}
	return 0
}

// publish gives a believed packet as a reading.
func (s *session) publish(now said) {
	m := &s.stream
	st := m.status(m.seen)
	s.give(now.rate, now.sat, st, m.seen&m.gone() != 0)
}

// give appends a reading. If gone, the flags in st take both values away.
func (s *session) give(rate, sat int, st devices.Status, gone bool) {
	v, a := len(s.values), len(s.absences)
	one := func(vital devices.Vital, value int, why devices.Reason) {
		switch {
		case gone || why == devices.Searching:
			s.absences = append(s.absences, devices.Absence{Vital: vital, Reason: reasonOf(st)})
		case why != 0:
			s.absences = append(s.absences, devices.Absence{Vital: vital, Reason: why})
		default:
			s.values = append(s.values, devices.Measurement{Vital: vital, Value: value})
		}
	}
	one(devices.PulseRate, rate, rateReason(rate))
	one(devices.SpO2, sat, satReason(sat))
	s.tell(v, a, st)
}

// absent appends a reading without values.
func (s *session) absent(why devices.Reason, st devices.Status) {
	a := len(s.absences)
	s.absences = append(s.absences,
		devices.Absence{Vital: devices.PulseRate, Reason: why}, devices.Absence{Vital: devices.SpO2, Reason: why})
	s.tell(len(s.values), a, st)
}

// tell appends the reading made of the values from v and the absences from a on.
func (s *session) tell(v, a int, st devices.Status) {
	r := devices.Reading{At: s.now, Status: st}
	if v < len(s.values) {
		r.Measurements = s.values[v:len(s.values):len(s.values)]
	}
	if a < len(s.absences) {
		r.Absences = s.absences[a:len(s.absences):len(s.absences)]
	}
	s.out.Readings = append(s.out.Readings, r)
	s.told = s.now
}
