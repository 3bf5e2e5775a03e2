package omron

import (
	"bytes"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// The forms of a line, cuffs.md section 3. See cuff.Fits for the letters.
const (
	form9030 = "dddd,dd,dd,dd,dd,pppppppppppppppppppp,d,nnn,nnn,nnn,d" // format 5, section 3a
	form9020 = "bp,pppppppppppppppppppp,dddd/dd/dd,dd:dd,ddd,ddd,ddd,ddd,d"
)

// Ranges of a HBP-9030 in mmHg and 1/min, cuffs.md section 3a.
const (
	systolicMin, systolicMax   = 60, 260
	diastolicMin, diastolicMax = 30, 215
	rateMin, rateMax           = 40, 180
)

type shape uint8

const (
	malformed shape = iota
	foreign         // another format that such a device can be set to
	result
)

// message is what a line says.
type message struct {
	shape     shape
	code      int         // error digit, 0 if the measurement was good
	result    cuff.Result // only if code is 0
	plausible bool
}

// parse reads a line without its end.
func parse(text []byte) message {
	switch {
	case cuff.Fits(text, form9030):
		return parse9030(text)
	case cuff.Fits(text, form9020):
		return parse9020(text)
	}
	for _, begin := range [...]string{"MMBP203N", "ID", "bp,"} { // cuffs.md section 3a: to be refused, not guessed
		if bytes.HasPrefix(text, []byte(begin)) {
			return message{shape: foreign}
		}
	}
	return message{}
}

// parse9030 reads systolic, diastolic, rate. The numbers are blank if and only if there is an error.
func parse9030(t []byte) message {
	if !cuff.Calendar(t[0:4], t[5:7], t[8:10], t[11:13], t[14:16]) || t[52] > '1' {
		return message{}
	}
	m := message{shape: result, code: int(t[38] - '0')}
	if m.code != 0 {
		if !cuff.Blank(t[40:43]) || !cuff.Blank(t[44:47]) || !cuff.Blank(t[48:51]) {
			return message{}
		}
		return m
	}
	sys, ok1 := cuff.Number(t[40:43])
	dia, ok2 := cuff.Number(t[44:47])
	rate, ok3 := cuff.Number(t[48:51])
	if !ok1 || !ok2 || !ok3 {
		return message{}
	}
	m.result = cuff.Result{Systolic: sys, Diastolic: dia, Rate: rate}
	if t[52] == '1' {
		m.result.Status = devices.Motion
	}
	m.plausible = within(sys, systolicMin, systolicMax) && within(dia, diastolicMin, diastolicMax) &&
		within(rate, rateMin, rateMax) && dia < sys
	return m
}

// parse9020 reads systolic, mean, diastolic, rate: another order than in format 5. What the last digit means is not known.
func parse9020(t []byte) message {
	if !cuff.Calendar(t[24:28], t[29:31], t[32:34], t[35:37], t[38:40]) {
		return message{}
	}
	var n [4]int
	for i := range n {
		n[i], _ = cuff.Number(t[41+4*i : 44+4*i]) // the form has shown that they are digits
	}
	return message{
		shape:     result,
		result:    cuff.Result{Systolic: n[0], Mean: n[1], Diastolic: n[2], Rate: n[3]},
		plausible: cuff.Plausible(n[0], n[2], n[1]) && cuff.PlausibleRate(n[3]),
	}
}

func within(v, low, high int) bool { return v >= low && v <= high }
