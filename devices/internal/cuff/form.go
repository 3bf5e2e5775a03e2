package cuff

import "time"

// Fits reports whether text has exactly the form: of its characters, d is a digit, p any printable character of ASCII, n a
// digit or a blank, and everything else is itself.
func Fits(text []byte, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i, c := range text {
		switch form[i] {
		case 'd':
			if c-'0' > 9 {
				return false
			}
		case 'n':
			if c-'0' > 9 && c != ' ' {
				return false
			}
		case 'p':
			if c < ' ' || c > '~' {
				return false
			}
		default:
			if c != form[i] {
				return false
			}
		}
	}
	return true
}

// Number returns what digits say, false if there is anything else.
func Number(digits []byte) (n int, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, len(digits) > 0
}

// Blank reports whether text is all blanks.
func Blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' {
			return false
		}
	}
	return true
}

// Calendar reports whether the digits of year, month, day, hour and minute are a moment from 1970 to 2099 (our choice). It is
// a check of the form only: the clock of a device is never used.
func Calendar(year, month, day, hour, minute []byte) bool {
	var n [5]int
	for i, digits := range [...][]byte{year, month, day, hour, minute} {
		var ok bool
		if n[i], ok = Number(digits); !ok {
			return false
		}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], 0, 0, time.UTC)
	return n[0] >= 1970 && n[0] <= 2099 && t.Month() == time.Month(n[1]) && t.Day() == n[2] && n[3] < 24 && n[4] < 60
}
