package terumo

import (
	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// form is the body of a result, cuffs.md section 11. See cuff.Fits for the letters.
const form = "R1,ppppppppp,dddddd,dddddd,nnn,nnn,nnn,nnn,dddd,dddd,ddddd,ddd"

// Places in the body. The order of the pressures is the device's own.
const (
	dateAt      = 13 // YYMMDD
	timeAt      = 20 // hhmmss
	systolicAt  = 27
	meanAt      = 31
	diastolicAt = 35
	rateAt      = 39
)

// message takes the body of an intact frame.
func (s *session) message(body []byte) {
	if !cuff.Fits(body, form) || !moment(body) {
		s.Fault(devices.Unexpected, 0)
		return
	}
	if s.Known(body) {
		return
	}
	// The fields whose meaning is not known: all zeros in every published result.
	for _, f := range [...][2]int{{43, 47}, {48, 52}, {53, 58}, {59, 62}} {
		if code, _ := cuff.Number(body[f[0]:f[1]]); code != 0 { // the form has shown that they are digits
			s.Failed(code)
			return
		}
	}
	var r cuff.Result
	ok := true
	for _, f := range [...]struct {
		at int
		to *int
	}{{systolicAt, &r.Systolic}, {meanAt, &r.Mean}, {diastolicAt, &r.Diastolic}, {rateAt, &r.Rate}} {
		n, digits := cuff.Number(body[f.at : f.at+3])
		*f.to, ok = n, ok && digits
	}
	if !ok || !cuff.Plausible(r.Systolic, r.Diastolic, r.Mean) || !cuff.PlausibleRate(r.Rate) {
		s.Failed(0)
		return
	}
	s.Done(r)
}

// moment reports whether date and time can be one. The device's clock is not used.
func moment(body []byte) bool {
	date, clock := body[dateAt:], body[timeAt:]
	century := [4]byte{'2', '0', date[0], date[1]}
	return cuff.Calendar(century[:], date[2:4], date[4:6], clock[0:2], clock[2:4]) && clock[4] < '6'
}
