package nellcor

import "bedside/devices"

// code is a set of the two-letter status codes of oximeters.md section 5.2.
type code uint16

const (
	codeMO    code = 1 << iota // motion, interference
	codeSD                     // sensor disconnected
	codeSO                     // sensor off patient
	codePS                     // pulse search
	codeLP                     // loss of pulse
	codeLM                     // loss of pulse with interference
	codeLimit                  // SH, SL, PH, PL, or the mark beside a number
	codeAS                     // alarm silenced
	codeAO                     // alarms off
	codeLB                     // low battery

	// codesGone take the numbers away, should any be there.
	codesGone = codeSD | codeSO | codeLP | codeLM
)

// codeOf returns the meaning of a token and whether it may stand among the codes. Two capitals that no document explains
// may, and so may BU, running on battery, which is no state of the measurement.
func codeOf(token []byte) (code, bool) {
	switch string(token) {
	case "MO":
		return codeMO, true
	case "SD":
		return codeSD, true
	case "SO":
		return codeSO, true
	case "PS":
		return codePS, true
	case "LP":
		return codeLP, true
	case "LM":
		return codeLM, true
	case "SH", "SL", "PH", "PL", "*":
		return codeLimit, true
	case "AS":
		return codeAS, true
	case "AO":
		return codeAO, true
	case "LB":
		return codeLB, true
	}
	capital := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	return 0, len(token) == 2 && capital(token[0]) && capital(token[1])
}

// reason returns why numbers are missing, the first in the order of devices.Reason. Without any code it is searching.
func (c code) reason() devices.Reason {
	switch {
	case c&codeSD != 0:
		return devices.SensorOff
	case c&codeSO != 0:
		return devices.FingerOut
	case c&codePS != 0:
		return devices.Searching
	case c&(codeLM|codeMO) != 0:
		return devices.Artifact
	case c&codeLP != 0:
		return devices.LowPerfusion
	}
	return devices.Searching
}

// status translates the codes.
func (c code) status() devices.Status {
	var st devices.Status
	set := func(codes code, flag devices.Status) {
		if c&codes != 0 {
			st |= flag
		}
	}
	set(codeMO|codeLM, devices.Motion)
	set(codeSD, devices.SensorDisconnected)
	set(codeSO, devices.NoFinger)
	set(codePS, devices.SearchingPulse)
	set(codeLP, devices.PerfusionLow)
	set(codeLM, devices.OutOfTrack)
	set(codeLimit, devices.DeviceAlarm)
	set(codeAS|codeAO, devices.DeviceAlarmSilenced)
	set(codeLB, devices.BatteryLow)
	return st
}
