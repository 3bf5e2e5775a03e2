package pm6750

import "bedside/devices"

// Markers of a value that is none (oximeters.md section 6).
const (
	noSpO2  = 127
	noPulse = 255
)

// What a value may be (oximeters.md section 0).
const (
	maxSpO2  = 100
	minPulse = 18
)

// statuses are the words of the status byte, which is an enumeration (oximeters.md section 6).
var statuses = [...]struct {
	flags  devices.Status
	reason devices.Reason // 0: the values count
}{
	{},
	{devices.SensorDisconnected, devices.SensorOff},
	{devices.NoFinger, devices.FingerOut},
	{devices.SearchingPulse, devices.Searching},
	{devices.SearchTimeout, devices.Searching},
}

// oximeter reports a proven SpO2 packet: type, status, SpO2, pulse rate.
func (s *session) oximeter(p []byte) {
	status, sat, rate := int(p[1]), int(p[2]), int(p[3])
	var flags devices.Status
	reason := devices.NotMeasured
	if status < len(statuses) {
		flags, reason = statuses[status].flags, statuses[status].reason
	} else {
		s.fault(devices.Unexpected, status) // a status that no document explains is not good
	}
	s.note(devices.PulseRate, rate, reason, noPulse, minPulse, noPulse-1)
	s.note(devices.SpO2, sat, reason, noSpO2, 1, maxSpO2)
	r := s.draft.Finish(s.now, flags)
	r.Of = devices.Oximeter
	s.out.Readings = append(s.out.Readings, r)
}

// note adds a value to the reading that is being made, or why there is none.
func (s *session) note(v devices.Vital, value int, reason devices.Reason, none, least, most int) {
	switch {
	case reason != 0:
	case value == none:
		reason = devices.NotMeasured
	case value < least || value > most:
		reason = devices.OutOfRange
	}
	s.draft.Put(v, value, reason)
}
