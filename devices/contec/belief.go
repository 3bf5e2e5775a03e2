package contec

import (
	"time"

	"bedside/devices"
)

// How many packets must agree; all our choice. The protocol has no check, so agreement is the only one there is.
const (
	window = 8  // packets looked at, 0.13 s
	agree  = 6  // of them must say the same
	pace   = 20 // packets from one reading to the next, a third of a second

	// A jump is believed after a third of a second of agreement. The doubt that follows two seconds without a reading forgets
	// the values it is compared with, so that an odd device does not fall silent for ever.
	jumpPackets = 20

	nearRate  = 8 // 1/min, or an eighth of the rate, that are no jump
	nearShare = 8
	nearSat   = 3 // %
)

// Markers and ranges of oximeters.md sections 0 and 2.3. Zero is what real devices send for a missing value.
const (
	missingRate, missingSat = 0xFF, 0x7F
	minRate, maxRate        = 18, 254
	minSat, maxSat          = 1, 100
	maxIndex                = 2200
	missingIndex            = 0xFFFF
	indexFlagged            = 1 << 16 // byte 4 says that the field is invalid
)

// kind is what sort of reading a key makes: its flags, and why its numbers are absent.
type kind uint32

const (
	noKind = ^kind(0)
	noKey  = ^key(0)
)

// belief is what a session knows from live packets.
type belief struct {
	keys    [window]key
	indexes [window]uint32
	weak    uint8 // one bit for each packet of the window
	at      uint8 // place of the oldest packet
	seen    int   // packets since forget
	run     int   // of them, the latest that say the same
	last    key   // of the latest packet

	since     int       // packets since the last reading
	kind      kind      // of the last reading
	believed  key       // the latest that was not doubted; noKey after kind was forgotten
	reference time.Time // of the last reading with both values; zero if another came after it
	rate, sat int       // its values
	candidate key       // what a jump leads to
	held      int       // packets that agree on it, 0 while there is no jump
}

// forget begins the proof anew.
func (b *belief) forget() {
	for i := range b.keys {
		b.keys[i] = noKey
	}
	b.weak, b.seen, b.run, b.since = 0, 0, 0, 0
	b.last, b.held = noKey, 0
	b.unsay()
}

// unsay forgets the last reading: what comes next is new.
func (b *belief) unsay() {
	b.kind, b.believed = noKind, noKey
	b.reference = time.Time{}
}

// take looks at one more packet, and gives a reading if it is time.
func (s *session) take(k key, pi uint32, weakSignal bool) {
	s.keys[s.at&(window-1)], s.indexes[s.at&(window-1)] = k, pi
	s.at++
	s.weak <<= 1
	if weakSignal {
		s.weak |= 1
	}
	s.since++
	s.seen++
	if s.run++; k != s.last {
		s.last, s.run = k, 1
	}
	if s.run < agree && s.agreement(k) < agree {
		return
	}
	if k == s.believed && s.since < pace && s.held == 0 { // by far the most frequent case
		return
	}
	now := kindOf(k)
	if s.jump(k, now) {
		return
	}
	s.believed = k
	if now != s.kind || s.since >= pace {
		s.publish(k, now)
	}
}

func (b *belief) agreement(k key) int {
	n := 0
	for _, other := range &b.keys {
		if other == k {
			n++
		}
	}
	return n
}

// kindOf returns 0 for a key with two good values.
func kindOf(k key) kind {
	if k&keyFlags != 0 {
		return kind(k & keyFlags)
	}
	return kind(rateReason(k.rate()))<<8 | kind(satReason(k.sat()))
}

// jump reports whether the key is too far from the last values to be believed yet.
func (s *session) jump(k key, now kind) bool {
	if now != 0 || s.reference.IsZero() || s.now.Sub(s.reference) > doubt ||
		closeRate(k.rate(), s.rate) && closeSat(k.sat(), s.sat) {
		s.held = 0
		return false
	}
	switch {
	case s.held == 0:
		s.out.Faults = append(s.out.Faults, devices.Fault{Kind: devices.Inconsistent})
	case !closeRate(k.rate(), s.candidate.rate()) || !closeSat(k.sat(), s.candidate.sat()):
		s.held = 0
	}
	s.candidate = k
	if s.held++; s.held < jumpPackets {
		return true
	}
	s.held = 0
	return false
}

func closeRate(a, b int) bool { return abs(a-b) <= max(nearRate, max(a, b)/nearShare) }

func closeSat(a, b int) bool { return abs(a-b) <= nearSat }

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// rateReason returns 0 for a rate in range, else why it is absent: OutOfRange, or Searching for a missing value without
// a flag.
func rateReason(v int) devices.Reason { return rangeReason(v, missingRate, minRate, maxRate) }

func satReason(v int) devices.Reason { return rangeReason(v, missingSat, minSat, maxSat) }

func rangeReason(v, missing, low, high int) devices.Reason {
	switch {
	case v == missing || v == 0:
		return devices.Searching
	case v < low || v > high:
		return devices.OutOfRange
	}
	return 0
}

// publish gives a believed key as a reading.
func (s *session) publish(k key, now kind) {
	st, why := statusOf(k), devices.Reason(0)
	switch {
	case st.Has(devices.NoFinger):
		why = devices.FingerOut
	case st != 0:
		why = devices.Searching
	}
	s.kind = now
	if why != 0 {
		s.reference = time.Time{}
		s.absent(why, st)
		return
	}
	if ones(s.weak) > window/2 {
		st |= devices.WeakSignal
	}
	v, a := len(s.values), len(s.absences)
	s.one(devices.PulseRate, k.rate(), rateReason(k.rate()))
	s.one(devices.SpO2, k.sat(), satReason(k.sat()))
	pi, why := s.perfusion()
	if now != 0 && why == 0 { // a perfusion without a pulse is none
		why = devices.Searching
	}
	s.one(devices.PerfusionIndex, pi, why)
	s.reference = time.Time{}
	if now == 0 {
		s.reference, s.rate, s.sat = s.now, k.rate(), k.sat()
	}
	s.tell(v, a, st)
}

func statusOf(k key) devices.Status {
	var st devices.Status
	if k&keyProbe != 0 {
		st |= devices.NoFinger
	}
	if k&keySearch != 0 {
		st |= devices.SearchingPulse
	}
	if k&keyLong != 0 {
		st |= devices.SearchTimeout
	}
	return st
}

func ones(b uint8) int {
	n := 0
	for ; b != 0; b &= b - 1 {
		n++
	}
	return n
}

// perfusion returns the perfusion index, or why it is absent. It counts only if packet 0E and byte 4 both say that it is
// there, and if as many packets agree on it as on the pulse.
func (s *session) perfusion() (int, devices.Reason) {
	if s.index != indexYes {
		return 0, devices.NotMeasured
	}
	for i, pi := range &s.indexes {
		n := 0
		for _, other := range s.indexes[i:] {
			if other == pi {
				n++
			}
		}
		switch {
		case n < agree:
		case pi&indexFlagged != 0 || pi == missingIndex:
			return 0, devices.NotMeasured
		case pi > maxIndex:
			return 0, devices.OutOfRange
		default:
			return int(pi), 0
		}
	}
	return 0, devices.Artifact
}

func (s *session) one(vital devices.Vital, value int, why devices.Reason) {
	if why != 0 {
		s.absences = append(s.absences, devices.Absence{Vital: vital, Reason: why})
		return
	}
	s.values = append(s.values, devices.Measurement{Vital: vital, Value: value})
}

// absent appends a reading without values.
func (s *session) absent(why devices.Reason, st devices.Status) {
	a := len(s.absences)
	for _, v := range [...]devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex} {
		s.one(v, 0, why)
	}
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
	s.told, s.since = s.now, 0
}
