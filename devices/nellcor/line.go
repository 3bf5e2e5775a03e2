package nellcor

import "bytes"

// Ranges of oximeters.md section 0.
const (
	minRate, maxRate = 18, 321
	minSat, maxSat   = 1, 100
)

// absent stands for a number that is not there: dashes, or the 0 that some states print instead.
const absent = -1

// fields are what a data line says.
type fields struct {
	sat, rate int // % and 1/min, or absent
	codes     code
}

// shape is what kind of line it is.
type shape uint8

const (
	malformed shape = iota
	data
	header
)

// Places of the tokens of a data line.
const (
	placeDate = iota
	placeTime
	placeSat
	placeRate
	placeAmplitude
	placeCodes
)

// parse reads a line token by token: where on the line a number or a code stands means nothing. One byte that is not
// printable, or one token that is not of its form, and the whole line is malformed: where one byte was hurt, others may be.
func parse(text []byte, f *fields) shape {
	*f = fields{sat: absent, rate: absent}
	for _, c := range text {
		if c < ' ' || c > '~' {
			return malformed
		}
	}
	if isHeader(text) {
		return header
	}
	place := 0
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && text[end] != ' ' {
			end++
		}
		if end > i {
			if !f.token(place, text[i:end]) {
				return malformed
			}
			place++
		}
		i = end + 1
	}
	if place < placeCodes {
		return malformed
	}
	return data
}

// token takes the token of that place and reports whether it is well formed.
func (f *fields) token(place int, token []byte) (ok bool) {
	switch place {
	case placeDate:
		return date(token)
	case placeTime:
		return clock(token)
	case placeSat:
		f.sat, ok = f.number(token)
		return ok
	case placeRate:
		f.rate, ok = f.number(token)
		return ok
	case placeAmplitude:
		_, ok = f.number(token)
		return ok
	}
	c, ok := codeOf(token)
	f.codes |= c
	return ok
}

// number reads one to three digits or three dashes, either with the mark of a limit crossed.
func (f *fields) number(token []byte) (v int, ok bool) {
	if n := len(token); token[n-1] == '*' {
		token = token[:n-1]
		f.codes |= codeLimit
	}
	if string(token) == "---" {
		return absent, true
	}
	if len(token) < 1 || len(token) > 3 {
		return absent, false
	}
	for _, c := range token {
		if !digit(c) {
			return absent, false
		}
		v = 10*v + int(c-'0')
	}
	if v == 0 {
		return absent, true // what is not known is never 0: oximeters.md section 5.2, missing
	}
	return v, true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// date reports whether a token is DD-Mon-YY, in capitals or not.
func date(token []byte) bool {
	return len(token) == 9 && digit(token[0]) && digit(token[1]) && token[2] == '-' &&
		letter(token[3]) && letter(token[4]) && letter(token[5]) && token[6] == '-' && digit(token[7]) && digit(token[8])
}

// clock reports whether a token is HH:MM:SS.
func clock(token []byte) bool {
	return len(token) == 8 && digit(token[0]) && digit(token[1]) && token[2] == ':' &&
		digit(token[3]) && digit(token[4]) && token[5] == ':' && digit(token[6]) && digit(token[7])
}

// isHeader recognises the three lines at the head of a page by their words, oximeters.md section 5.2. None of their numbers
// is a measurement.
func isHeader(text []byte) bool {
	if len(text) > 2 && digit(text[0]) && digit(text[1]) && text[2] == '-' {
		return false // begins as a data line
	}
	has := func(word string) bool { return bytes.Contains(text, []byte(word)) }
	words := bytes.TrimLeft(text, " ")
	starts := func(word string) bool { return len(words) >= len(word) && string(words[:len(word)]) == word }
	return has("CRC:") && has("VERSION") || has(" Limit:") ||
		has("SAT-S") || starts("ADULT") || starts("NEO") ||
		starts("TIME") && (has("%SpO2") || has("%SPO2"))
}
