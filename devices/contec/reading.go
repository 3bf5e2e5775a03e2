package contec

import (
	"bedside/devices"
	"bedside/devices/internal/packets"
)

// Of the perfusion index, oximeters.md section 2.3.
const (
	maxIndex     = 2200
	missingIndex = 0xFFFF
	indexFlagged = 1 << 16 // byte 4 says that the field is invalid
)

// publish gives a believed key as a reading.
func (s *session) publish(k packets.Key) {
	st := statusOf(k)
	switch {
	case st.Has(devices.NoFinger):
		s.absent(devices.FingerOut, st)
		return
	case st != 0:
		s.absent(devices.Searching, st)
		return
	}
	if s.Weak() {
		st |= devices.WeakSignal
	}
	noRate, noSat := packets.RateReason(k.Rate()), packets.SatReason(k.Sat())
	s.Put(devices.PulseRate, k.Rate(), noRate)
	s.Put(devices.SpO2, k.Sat(), noSat)
	pi, why := s.perfusion()
	if (noRate != 0 || noSat != 0) && why == 0 { // a perfusion without a pulse is none
		why = devices.Searching
	}
	s.Put(devices.PerfusionIndex, pi, why)
	s.Tell(st)
}

func statusOf(k packets.Key) devices.Status {
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
		case n < packets.Agree:
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

// absent gives a reading without values.
func (s *session) absent(why devices.Reason, st devices.Status) {
	for _, v := range [...]devices.Vital{devices.PulseRate, devices.SpO2, devices.PerfusionIndex} {
		s.Put(v, 0, why)
	}
	s.Tell(st)
}
