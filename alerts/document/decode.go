package document

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Field is one key of a section: how it is read and how [Reference] describes it.
type Field struct {
	Name     string
	Meaning  string // for Reference, one sentence without its full stop
	Fallback string // for Reference: what an absent key means
	Required bool
	Set      Setter
	Inner    []Field // keys below it, for Reference
	List     bool    // Inner describes each entry of a list
}

// Setter reads the value n of the key at path into where it belongs, and reports whether it was of the right kind.
type Setter func(s *Source, path string, n *Node) bool

// Decode reads the section n at path. Every key is tried, whatever is wrong with the others.
func Decode(s *Source, path string, n *Node, fields []Field) bool {
	if !Expect(s, path, n, Mapping, "a section of keys") {
		return false
	}
	seen := map[string]Place{}
	clean := true
	for _, p := range n.Pairs {
		if !DecodePair(s, path, p, fields, seen) {
			clean = false
		}
	}
	for _, f := range fields {
		if _, ok := seen[f.Name]; f.Required && !ok {
			s.Fail(n.Place, "%s is missing here: %s", f.Name, f.Meaning)
			clean = false
		}
	}
	return clean
}

// DecodePair reads one key of the section at path into the field with its name. seen has the keys of the section so far,
// and gets this one.
func DecodePair(s *Source, path string, p Pair, fields []Field, seen map[string]Place) bool {
	key, ok := p.Key.Value, p.Key.Kind == Scalar
	if p.Key.Kind == Refused {
		return false
	}
	if !ok {
		s.Fail(p.Key.Place, "a key must be a word, not %s", p.Key.Word)
		return false
	}
	if before, twice := seen[key]; twice {
		s.Fail(p.Key.Place, "%s is here twice; the first is in line %d", key, before.Line)
		return false
	}
	seen[key] = p.Key.Place
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == key })
	if i < 0 {
		names := make([]string, len(fields))
		for j, f := range fields {
			names[j] = f.Name
		}
		s.Fail(p.Key.Place, "%q is not a key of %s; %s", key, s.section(path), Suggest(key, names))
		return false
	}
	at := Join(path, key)
	clean := fields[i].Set(s, at, p.Value)
	switch {
	case p.Value.Kind == Mapping || p.Value.Kind == Sequence:
		s.At[at] = p.Key.Place
	case clean:
		s.At[at] = p.Value.Place
	}
	return clean
}

// Expect reports a value of another shape.
func Expect(s *Source, path string, n *Node, want Kind, words string) bool {
	switch n.Kind {
	case want:
		return true
	case Refused:
	default:
		s.Fail(n.Place, "%s must be %s, not %s", s.section(path), words, n.Word)
	}
	return false
}

func (s *Source) section(path string) string {
	if path == "" {
		return "the " + s.form.What
	}
	return path
}

// Join returns the path of a key in the section at path.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Into makes a Setter for a section.
func Into(fields []Field) Setter {
	return func(s *Source, path string, n *Node) bool { return Decode(s, path, n, fields) }
}

// Each makes a Setter for a list. One more element is given to each entry's fields.
func Each[T any](to *[]T, fields func(*T) []Field) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Sequence, "a list, each entry beginning with a dash") {
			return false
		}
		*to = make([]T, len(n.Items))
		clean := true
		for i, item := range n.Items {
			at := fmt.Sprintf("%s[%d]", path, i)
			s.At[at] = item.Place
			clean = Decode(s, at, item, fields(&(*to)[i])) && clean
		}
		return clean
	}
}

// Text makes a Setter for any text that is not empty. Numbers are taken as they are written, so that "room: 7" works.
func Text(to *string) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Scalar, "a text") {
			return false
		}
		if n.Word == "true or false" {
			s.Fail(n.Place, "%s must be a text, not true or false; put it in quotes if you mean the word", path)
			return false
		}
		if strings.TrimSpace(n.Value) == "" {
			s.Fail(n.Place, "%s is empty", path)
			return false
		}
		*to = n.Value
		return true
	}
}

// OneOf makes a Setter for a word of a closed list.
func OneOf[T any](to *T, words []string, values []T) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Scalar, "one of "+strings.Join(words, ", ")) {
			return false
		}
		i := slices.Index(words, n.Value)
		if i < 0 {
			s.Fail(n.Place, "%s cannot be %q; %s", path, Clip(n.Value), Suggest(n.Value, words))
			return false
		}
		*to = values[i]
		return true
	}
}

// Texts makes a Setter for a list of texts.
func Texts(to *[]string) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Sequence, "a list, each entry beginning with a dash") {
			return false
		}
		if len(n.Items) == 0 {
			s.Fail(n.Place, "%s is an empty list", path)
			return false
		}
		*to = make([]string, len(n.Items))
		clean := true
		for i, item := range n.Items {
			at := fmt.Sprintf("%s[%d]", path, i)
			s.At[at] = item.Place
			clean = Text(&(*to)[i])(s, at, item) && clean
		}
		return clean
	}
}

// Number makes a Setter for a decimal number.
func Number(to *float64) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Scalar, "a number") {
			return false
		}
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			s.Fail(n.Place, "%s must be a number without a unit, not %q", path, Clip(n.Value))
			return false
		}
		*to = v
		return true
	}
}

// Whole makes a Setter for a whole number from low to high.
func Whole(to *int, low, high int, unit string) Setter {
	return func(s *Source, path string, n *Node) bool {
		var v float64
		if !Number(&v)(s, path, n) {
			return false
		}
		if v != math.Trunc(v) || v < float64(low) || v > float64(high) {
			s.Fail(n.Place, "%s must be a whole number from %d to %d %s, not %s", path, low, high, unit, n.Value)
			return false
		}
		*to = int(v)
		return true
	}
}

// Duration makes a Setter for a duration from low to high.
func Duration(to *time.Duration, low, high time.Duration) Setter {
	return func(s *Source, path string, n *Node) bool {
		if !Expect(s, path, n, Scalar, "a duration, like 30s, 5m or 30d") {
			return false
		}
		d, err := ParseDuration(n.Value)
		if err != nil {
			s.Fail(n.Place, "%v", err)
			return false
		}
		if d < low || d > high {
			s.Fail(n.Place, "%s must be from %s to %s, not %s", path, PrintDuration(low), PrintDuration(high), n.Value)
			return false
		}
		*to = d
		return true
	}
}

// Clip shortens a text that is quoted in a message.
func Clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// Reference returns every key of the fields as a Markdown table of key, meaning and default.
func Reference(fields []Field) string {
	var b strings.Builder
	b.WriteString("| Key | Meaning | Default |\n|---|---|---|\n")
	refer(&b, "", fields)
	return b.String()
}

func refer(b *strings.Builder, path string, fields []Field) {
	for _, f := range fields {
		name, fallback := Join(path, f.Name), f.Fallback
		if f.Required {
			fallback = "required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, f.Meaning, fallback)
		if f.List {
			name += "[]"
		}
		refer(b, name, f.Inner)
	}
}
