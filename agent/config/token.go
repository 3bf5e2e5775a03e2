package config

import (
	"strings"

	"bedside/agent/wire"
	"bedside/alerts/document"
)

// token makes a setter for a word that becomes part of a subject.
func token(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var word string
		if !document.Text(&word)(s, path, n) {
			return false
		}
		if !wire.ValidToken(word) {
			s.Fail(n.Place, "%q cannot be a %s: use 1 to 63 lower-case letters, digits and dashes%s",
				document.Clip(word), last(path), like(tokenLike(word)))
			return false
		}
		*to = word
		return true
	}
}

// tokenLike bends a word into a token, for a hint.
func tokenLike(word string) string {
	bent := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			return c
		case c == ' ', c == '_', c == '.':
			return '-'
		default:
			return -1
		}
	}, strings.ToLower(word))
	if bent = strings.Trim(bent, "-"); !wire.ValidToken(bent) {
		return ""
	}
	return bent
}

func like(hint string) string {
	if hint == "" {
		return ""
	}
	return ", like " + hint
}

func last(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		path = path[i+1:]
	}
	return path
}
