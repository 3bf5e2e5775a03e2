package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
)

// field is one key of a section: how it is read and how [Reference] describes it.
type field struct {
	name     string
	meaning  string // for Reference, one sentence without its full stop
	fallback string // for Reference: what an absent key means
	required bool
	set      setter
	inner    []field // keys below it, for Reference
	list     bool    // inner describes each entry of a list
}

// setter reads the value n of the key at path into where it belongs, and reports whether it was of the right kind.
type setter func(s *source, path string, n *node) bool

// decode reads the section n at path. Every key is tried, whatever is wrong with the others.
func decode(s *source, path string, n *node, fields []field) bool {
	if !expect(s, path, n, mapping, "a section of keys") {
		return false
	}
	seen := map[string]place{}
	clean := true
	for _, p := range n.pairs {
		if !decodePair(s, path, p, fields, seen) {
			clean = false
		}
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			s.fail(n.place, "%s is missing here: %s", f.name, f.meaning)
			clean = false
		}
	}
	return clean
}

func decodePair(s *source, path string, p pair, fields []field, seen map[string]place) bool {
	key, ok := p.key.value, p.key.kind == scalar
	if p.key.kind == refused {
		return false
	}
	if !ok {
		s.fail(p.key.place, "a key must be a word, not %s", p.key.word)
		return false
	}
	if before, twice := seen[key]; twice {
		s.fail(p.key.place, "%s is here twice; the first is in line %d", key, before.line)
		return false
	}
	seen[key] = p.key.place
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == key })
	if i < 0 {
		names := make([]string, len(fields))
		for j, f := range fields {
			names[j] = f.name
		}
		s.fail(p.key.place, "%q is not a key of %s; %s", key, section(path), suggest(key, names))
		return false
	}
	at := join(path, key)
	clean := fields[i].set(s, at, p.value)
	switch {
	case p.value.kind == mapping || p.value.kind == sequence:
		s.at[at] = p.key.place
	case clean:
		s.at[at] = p.value.place
	}
	return clean
}

// expect reports a value of another shape.
func expect(s *source, path string, n *node, want kind, words string) bool {
	switch n.kind {
	case want:
		return true
	case refused:
	default:
		s.fail(n.place, "%s must be %s, not %s", section(path), words, n.word)
	}
	return false
}

func section(path string) string {
	if path == "" {
		return "the configuration"
	}
	return path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// into makes a setter for a section.
func into(fields []field) setter {
	return func(s *source, path string, n *node) bool { return decode(s, path, n, fields) }
}

// each makes a setter for a list. One more element is given to each entry's fields.
func each[T any](to *[]T, fields func(*T) []field) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, sequence, "a list, each entry beginning with a dash") {
			return false
		}
		*to = make([]T, len(n.items))
		clean := true
		for i, item := range n.items {
			at := fmt.Sprintf("%s[%d]", path, i)
			s.at[at] = item.place
			clean = decode(s, at, item, fields(&(*to)[i])) && clean
		}
		return clean
	}
}

// text makes a setter for any text that is not empty. Numbers are taken as they are written, so that "room: 7" works.
func text(to *string) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, scalar, "a text") {
			return false
		}
		if n.word == "true or false" {
			s.fail(n.place, "%s must be a text, not true or false; put it in quotes if you mean the word", path)
			return false
		}
		if strings.TrimSpace(n.value) == "" {
			s.fail(n.place, "%s is empty", path)
			return false
		}
		*to = n.value
		return true
	}
}

// token makes a setter for a word that becomes part of a subject.
func token(to *string) setter {
	return func(s *source, path string, n *node) bool {
		var word string
		if !text(&word)(s, path, n) {
			return false
		}
		if !wire.ValidToken(word) {
			s.fail(n.place, "%q cannot be a %s: use 1 to 63 lower-case letters, digits and dashes%s",
				clip(word), last(path), like(tokenLike(word)))
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

// oneOf makes a setter for a word of a closed list.
func oneOf[T any](to *T, words []string, values []T) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, scalar, "one of "+strings.Join(words, ", ")) {
			return false
		}
		i := slices.Index(words, n.value)
		if i < 0 {
			s.fail(n.place, "%s cannot be %q; %s", path, clip(n.value), suggest(n.value, words))
			return false
		}
		*to = values[i]
		return true
	}
}

// texts makes a setter for a list of texts.
func texts(to *[]string) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, sequence, "a list, each entry beginning with a dash") {
			return false
		}
		if len(n.items) == 0 {
			s.fail(n.place, "%s is an empty list", path)
			return false
		}
		*to = make([]string, len(n.items))
		clean := true
		for i, item := range n.items {
			at := fmt.Sprintf("%s[%d]", path, i)
			s.at[at] = item.place
			clean = text(&(*to)[i])(s, at, item) && clean
		}
		return clean
	}
}

// number makes a setter for a decimal number.
func number(to *float64) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, scalar, "a number") {
			return false
		}
		v, err := strconv.ParseFloat(n.value, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			s.fail(n.place, "%s must be a number without a unit, not %q", path, clip(n.value))
			return false
		}
		*to = v
		return true
	}
}

// whole makes a setter for a whole number from low to high.
func whole(to *int, low, high int, unit string) setter {
	return func(s *source, path string, n *node) bool {
		var v float64
		if !number(&v)(s, path, n) {
			return false
		}
		if v != math.Trunc(v) || v < float64(low) || v > float64(high) {
			s.fail(n.place, "%s must be a whole number from %d to %d %s, not %s", path, low, high, unit, n.value)
			return false
		}
		*to = int(v)
		return true
	}
}

// duration makes a setter for a duration from low to high.
func duration(to *time.Duration, low, high time.Duration) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, scalar, "a duration, like 30s, 5m or 30d") {
			return false
		}
		d, err := parseDuration(n.value)
		if err != nil {
			s.fail(n.place, "%v", err)
			return false
		}
		if d < low || d > high {
			s.fail(n.place, "%s must be from %s to %s, not %s", path, printDuration(low), printDuration(high), n.value)
			return false
		}
		*to = d
		return true
	}
}

func last(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		path = path[i+1:]
	}
	return path
}

// clip shortens a text that is quoted in a message.
func clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
