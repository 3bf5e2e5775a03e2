package and

import (
	"bytes"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// model begins the text of every monitor of the family (cuffs.md section 2a, field 1).
var model = []byte("TM265")

// headFields are the fields that stand for themselves: the model and the monitor's clock. The rest is keyed by a letter.
const headFields = 2

// letters are the fields whose numbers are used, with the width of the number (cuffs.md section 2a). Capitals and small
// letters are different fields.
const (
	letterError     = 'E'
	letterSystolic  = 'S'
	letterMean      = 'M' // with digits; alone it is a literal
	letterDiastolic = 'D'
	letterRate      = 'P'
	letterMovement  = 'm'

	wide   = 3 // digits of a pressure or a rate
	narrow = 2 // digits of the error
	single = 1 // the movement flag
)

// result is a text, checked for its form but not yet believed.
type result struct {
	failed                    int // error number; 0 for none
	systolic, mean, diastolic int // mmHg; 0 if blank
	rate                      int // 1/min; 0 if blank
	moved                     bool
}

// parse reads the fields by their letters. It reports false for a text that names a field twice, gives one in another
// form, or has no error number: without that nothing says that the numbers are good.
func parse(text []byte) (r result, ok bool) {
	var errors, moves int
	seen := [128]bool{}
	for i := 0; len(text) > 0; i++ {
		field, rest, ended := bytes.Cut(text, []byte{between})
		if !ended {
			return r, false // each field has its end mark
		}
		text = rest
		if i < headFields || len(field) < 2 {
			continue
		}
		var to *int
		width := wide
		switch field[0] {
		case letterError:
			to, width = &errors, narrow
		case letterSystolic:
			to = &r.systolic
		case letterMean:
			to = &r.mean
		case letterDiastolic:
			to = &r.diastolic
		case letterRate:
			to = &r.rate
		case letterMovement:
			to, width = &moves, single
		default:
			continue
		}
		n, good := number(field[1:])
		if !good || len(field) != 1+width || seen[field[0]] {
			return r, false
		}
		seen[field[0]], *to = true, n
	}
	if errors == 0 && !seen[letterError] {
		return r, false
	}
	r.failed, r.moved = errors, moves != 0
	return r, true
}

// number reads digits behind spaces; blank is 0.
func number(text []byte) (n int, ok bool) {
	text = bytes.TrimLeft(text, " ")
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// plausible reports whether the numbers can be those of a living adult. The mean is the monitor's own.
func (r result) plausible() bool {
	return cuff.Plausible(r.systolic, r.diastolic, r.mean) && cuff.PlausibleRate(r.rate)
}

// classOf returns the class of an error other than 0 (cuffs.md sections 2a and 14).
func classOf(failed int) devices.CuffClass {
	switch failed {
	case 11, 15, 21, 22:
		return devices.CuffHardware
	case 12:
		return devices.CuffLeak
	case 13:
		return devices.CuffBlocked
	case 23:
		return devices.CuffOverpressure
	case 24:
		return devices.CuffTimeout
	case 42:
		return devices.CuffUnderinflated
	case 43:
		return devices.CuffWeak
	case 44:
		return devices.CuffMotion
	case 63:
		return devices.CuffRange
	default: // 45, 46, 48 and 61 by their meaning, all others because no document explains them
		return devices.CuffIndeterminate
	}
}
