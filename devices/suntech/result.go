package suntech

import (
	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// result is the reply to askResult, checked for length and sum but not yet believed.
type result struct {
	systolic, diastolic, mean int // mmHg
	rate                      int // 1/min
	code                      int // error code; 0 for none
}

// resultLen is LEN of the reply to askResult, and resultAt the places in it (cuffs.md section 1).
const (
	resultLen       = 24
	resultSystolic  = 2
	resultDiastolic = 4
	resultRate      = 16
	resultMean      = 18
	resultCode      = 20
)

func parseResult(frame []byte) result {
	return result{
		systolic:  word(frame, resultSystolic),
		diastolic: word(frame, resultDiastolic),
		mean:      word(frame, resultMean),
		rate:      word(frame, resultRate),
		code:      int(frame[resultCode]),
	}
}

func word(frame []byte, at int) int { return int(frame[at]) | int(frame[at+1])<<8 }

// plausible reports whether the numbers can be those of a living adult (cuffs.md section 14.2). The device's mean
// pressure is one of them; it is never computed.
func (r result) plausible() bool {
	return cuff.Plausible(r.systolic, r.diastolic, r.mean) && cuff.PlausibleRate(r.rate)
}

// classOf returns the class of a code other than 0 (cuffs.md section 1). The codes are those that the maker prints in
// decimal: 85 is 0x55 on the line.
func classOf(code int) devices.CuffClass {
	switch code {
	case 1:
		return devices.CuffWeak
	case 2:
		return devices.CuffMotion
	case 3:
		return devices.CuffRange
	case 4, 88:
		return devices.CuffTimeout
	case 85:
		return devices.CuffBlocked
	case 86:
		return devices.CuffAborted
	case 87:
		return devices.CuffLeak
	case 89:
		return devices.CuffOverpressure
	case 90, 91, 97, 98, 99:
		return devices.CuffHardware
	default:
		return devices.CuffIndeterminate
	}
}
