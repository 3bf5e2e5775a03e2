package medlab

import (
	"bytes"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// Places in a result (cuffs.md section 8).
const (
	atState     = 1
	atMessage   = 11
	atSystolic  = 15
	atDiastolic = 18
	atMean      = 21
	atRate      = 26
)

// unknown stands for a number that the module gave as 999 or as dashes.
const unknown = -1

// result is the reply to askResult, checked for its pattern but not yet believed. Time, patient and cycle mode are not
// used: their values are not established.
type result struct {
	code                      int // the message, M; 0 is good
	systolic, diastolic, mean int // mmHg
	rate                      int // 1/min
}

// parseResult returns the result and the state that it gives for now.
func parseResult(b []byte) (r result, state int, ok bool) {
	if !fits(b, resultPattern) {
		return result{}, 0, false
	}
	r = result{
		code:      number(b[atMessage : atMessage+2]),
		systolic:  value(b[atSystolic:]),
		diastolic: value(b[atDiastolic:]),
		mean:      value(b[atMean:]),
		rate:      value(b[atRate:]),
	}
	return r, int(b[atState] - '0'), true
}

// value reads three characters; anything but three digits is unknown.
func value(b []byte) int {
	if bytes.IndexByte(b[:3], '-') >= 0 {
		return unknown
	}
	if n := number(b[:3]); n != 999 {
		return n
	}
	return unknown
}

// plausible reports whether the numbers can be those of a living adult (cuffs.md section 14.2). The rate alone may be
// unknown.
func (r result) plausible() bool {
	return cuff.Plausible(r.systolic, r.diastolic, r.mean) && (r.rate == unknown || cuff.PlausibleRate(r.rate))
}

// classOf returns the class of a message other than 0 (cuffs.md sections 8 and 14). The numbers are the family's
// published convention, not verified on a unit.
func classOf(code int) devices.CuffClass {
	switch code {
	case 6, 7, 14:
		return devices.CuffLeak
	case 9:
		return devices.CuffWeak
	case 10:
		return devices.CuffRange
	case 11, 13:
		return devices.CuffMotion
	case 12:
		return devices.CuffOverpressure
	case 19:
		return devices.CuffTimeout
	case 2, 8, 15:
		return devices.CuffHardware
	default:
		return devices.CuffIndeterminate
	}
}
