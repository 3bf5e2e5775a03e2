package masimo

import "bytes"

// Ranges of oximeters.md section 0. The instrument itself prints rates of 25 to 240.
const (
	minRate, maxRate = 18, 321
	minSat, maxSat   = 1, 100
)

// What stands for a number that is not there.
const (
	absent      = -1 // dashes, or no such key
	unconfirmed = -2 // not like the lines before
)

// fields are what a line says about the keys that this driver knows.
type fields struct {
	rate, sat  int // 1/min and %, or absent
	perfusion  int // hundredths of a per cent, or absent
	alarm, exc uint32
	dated      bool // the line begins with a date
	seen       uint8
}

// The known keys, as bits of fields.seen.
const (
	keySat uint8 = 1 << iota
	keyRate
	keyPerfusion
	keyAlarm
	keyExc
	keyDate
	keyTime

	// keysRequired make a line, oximeters.md section 4.2.
	keysRequired = keySat | keyRate | keyAlarm | keyExc
)

// shape is what kind of line it is.
type shape uint8

const (
	malformed shape = iota
	live
	trend // the download of ASCII 2, which is history
)

// parse reads a line by its keys, in any order. One token that is neither a date, a time nor KEY=value, one byte that is
// not printable, one known key twice or with a value not of its form, and the whole line is malformed: where one byte was
// hurt, others may be.
func parse(text []byte, f *fields) shape {
	*f = fields{rate: absent, sat: absent, perfusion: absent}
	ok, history := true, false
	for i, n := 0, 0; i < len(text); n++ {
		end := i
		for end < len(text) && text[end] != ' ' {
			ok = ok && text[end] > ' ' && text[end] < 0x7F
			end++
		}
		token := text[i:end]
		i = end + 1
		if len(token) == 0 {
			n--
			continue
		}
		sign := bytes.IndexByte(token, '=')
		key, value := token[:max(sign, 0)], token[sign+1:]
		switch {
		case sign < 0:
			bit := stamp(token)
			f.dated = f.dated || n == 0 && bit == keyDate
			ok = f.note(bit) && ok
		case string(key) == "SpO2" || string(key) == "PR":
			history = true
		default:
			ok = f.pair(key, value) && ok
		}
	}
	switch {
	case history:
		return trend
	case ok && f.seen&keysRequired == keysRequired:
		return live
	}
	return malformed
}

// note marks a key as seen and reports whether it is one, and for the first time.
func (f *fields) note(bit uint8) bool {
	ok := bit != 0 && f.seen&bit == 0
	f.seen |= bit
	return ok
}

// pair takes one KEY=value and reports whether it is well formed. A key that is not known is.
func (f *fields) pair(key, value []byte) (ok bool) {
	switch string(key) {
	case "SPO2":
		f.sat, ok = whole(value)
		return f.note(keySat) && ok
	case "BPM":
		f.rate, ok = whole(value)
		return f.note(keyRate) && ok
	case "PI":
		f.perfusion, ok = hundredths(value)
		return f.note(keyPerfusion) && ok
	case "ALARM":
		f.alarm, ok = mask(value)
		return f.note(keyAlarm) && ok
	case "EXC":
		f.exc, ok = mask(value)
		return f.note(keyExc) && ok
	}
	return len(key) > 0
}

// stamp returns whether a token is a date, MM/DD/YY, or a time, HH:MM:SS, by its form alone; 0 if neither.
func stamp(token []byte) uint8 {
	const form = 8
	if len(token) != form || token[2] != token[5] {
		return 0
	}
	for i, c := range token {
		if i != 2 && i != 5 && !digit(c) {
			return 0
		}
	}
	switch token[2] {
	case '/':
		return keyDate
	case ':':
		return keyTime
	}
	return 0
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// plain strips the per cent sign that some models leave out, and reports whether only dashes and dots are left.
func plain(value []byte) (rest []byte, dashes bool) {
	if n := len(value); n > 0 && value[n-1] == '%' {
		value = value[:n-1]
	}
	for _, c := range value {
		if c != '-' && c != '.' {
			return value, false
		}
	}
	return value, len(value) > 0 && value[0] == '-'
}

// whole reads nnn or nnn%.
func whole(value []byte) (v int, ok bool) {
	value, dashes := plain(value)
	if dashes {
		return absent, true
	}
	if len(value) != 3 {
		return absent, false
	}
	for _, c := range value {
		if !digit(c) {
			return absent, false
		}
		v = 10*v + int(c-'0')
	}
	return v, true
}

// hundredths reads nn.nn or nn.nn%, also with one digit before or behind the point.
func hundredths(value []byte) (v int, ok bool) {
	value, dashes := plain(value)
	if dashes {
		return absent, true
	}
	point := bytes.IndexByte(value, '.')
	behind := len(value) - point - 1
	if point < 1 || point > 2 || behind < 1 || behind > 2 {
		return absent, false
	}
	for i, c := range value {
		if i == point {
			continue
		}
		if !digit(c) {
			return absent, false
		}
		v = 10*v + int(c-'0')
	}
	if behind == 1 {
		v *= 10
	}
	return v, true
}

// mask reads 1 to 8 hexadecimal digits: models print masks of different widths.
func mask(value []byte) (m uint32, ok bool) {
	if len(value) < 1 || len(value) > 8 {
		return 0, false
	}
	for _, c := range value {
		var d byte
		switch {
		case digit(c):
			d = c - '0'
		case c >= 'A' && c <= 'F':
			d = c - 'A' + 10
		case c >= 'a' && c <= 'f':
			d = c - 'a' + 10
		default:
			return 0, false
		}
		m = m<<4 | uint32(d)
	}
	return m, true
}
