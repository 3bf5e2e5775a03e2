package told

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"bedside/agent/console/assets/words"
)

// brief is how many characters of its own a message needs to be looked for alone; one with fewer is looked for only within another.
// As in told.js.
const brief = 6

// Teller knows the sentences of the agent and says them in German. It is not safe for concurrent use: it remembers what it was asked.
type Teller struct {
	known   []*sentence // the most particular first: of two that fit, the one with more words of its own is meant
	answers map[string]answer
}

// sentence is one that is known.
type sentence struct {
	name    string
	german  string
	english string
	own     []string // its own words, in lower case, in their order
	literal int      // characters of them
	fixed   bool     // nothing in it varies
	form    *regexp.Regexp
}

// answer is what came of a text: in German, if some of it is known, and whether all of it is.
type answer struct {
	text        string
	known, sure bool
}

// NewGerman returns a teller of German. The error is one of building the program: a catalogue that cannot be read, or a sentence
// without German.
func NewGerman() (*Teller, error) {
	english, err := words.Catalogue("en")
	if err != nil {
		return nil, err
	}
	german, err := words.Catalogue("de")
	if err != nil {
		return nil, err
	}
	t := &Teller{answers: map[string]answer{}}
	for _, name := range slices.Sorted(maps.Keys(english["told"])) {
		s := &sentence{name: name, english: english["told"][name], german: german["told"][name]}
		if s.german == "" {
			return nil, fmt.Errorf("told: no German for %q", s.english)
		}
		s.own = placeholder.Split(strings.ToLower(s.english), -1)
		for _, part := range s.own {
			s.literal += utf8.RuneCountInString(part)
		}
		s.fixed = len(s.own) == 1
		t.known = append(t.known, s)
	}
	slices.SortFunc(t.known, func(a, b *sentence) int {
		return cmp.Or(cmp.Compare(b.literal, a.literal), cmp.Compare(a.name, b.name))
	})
	return t, nil
}

var (
	placeholder = regexp.MustCompile(`\{\w+\}`)
	decimal     = regexp.MustCompile(`^-?\d+\.\d+$`)
	goLength    = regexp.MustCompile(`^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$`)
)

// figures are the names that stand for a figure, such as 186, 3.25 or 180/110. What stands for others may be a sentence again.
func figures(name string) bool {
	switch name {
	case "value", "limit", "worst", "by", "n", "of", "d", "low", "high", "first", "second", "percent", "needed", "waiting":
		return true
	}
	return false
}

// matches returns what stands for the names of a sentence, by name, or false.
func (s *sentence) matches(text, lower string) (map[string]string, bool) {
	at := lower
	for _, part := range s.own { // most sentences are no match, and that is seen without an expression
		i := strings.Index(at, part)
		if i < 0 {
			return nil, false
		}
		at = at[i+len(part):]
	}
	if s.form == nil {
		s.form = s.expression()
	}
	found := s.form.FindStringSubmatch(text)
	if found == nil {
		return nil, false
	}
	values := map[string]string{}
	for i, name := range s.form.SubexpNames() {
		if name != "" {
			values[name] = found[i]
		}
	}
	return values, true
}

func (s *sentence) expression() *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?is)^")
	rest := s.english
	for _, at := range placeholder.FindAllString(s.english, -1) {
		own, after, _ := strings.Cut(rest, at)
		b.WriteString(regexp.QuoteMeta(own))
		name, form := strings.Trim(at, "{}"), ".+?"
		if figures(name) {
			form = `-?\d[\d./]*`
		}
		fmt.Fprintf(&b, "(?P<%s>%s)", name, form)
		rest = after
	}
	b.WriteString(regexp.QuoteMeta(rest) + "$")
	return regexp.MustCompile(b.String()) // of a name and quoted text: the test of the catalogues compiles each
}

// Say returns the sentence in German where it is known, else as it is.
func (t *Teller) Say(english string) string {
	if german, ok := t.Retold(english); ok {
		return german
	}
	return english
}

// Retold returns the sentence in German, and whether it is known: one sentence, several of them, or a list. Of several that are not all
// known, those that are not stay as they are.
func (t *Teller) Retold(english string) (string, bool) {
	a := t.answer(english)
	return a.text, a.known
}

// Knows reports whether a sentence, or each of several, is known.
func (t *Teller) Knows(english string) bool { return t.answer(english).sure }

func (t *Teller) answer(english string) answer {
	if a, ok := t.answers[english]; ok {
		return a
	}
	body, ended := strings.CutSuffix(english, ".")
	a := answer{text: english}
	for i, try := range []func() (string, bool){
		func() (string, bool) { return t.whole(body, false, true) },
		func() (string, bool) { return t.pieces(body, true) },
		func() (string, bool) { return t.whole(body, false, false) },
		func() (string, bool) { return t.behind(body, true) },
		func() (string, bool) { return t.pieces(body, false) },
		func() (string, bool) { return t.behind(body, false) },
	} {
		if text, ok := try(); ok {
			if ended {
				text += "."
			}
			a = answer{text, true, i < 4} // the last two are content with a part
			break
		}
	}
	t.answers[english] = a
	return a
}

// whole finds one sentence: within another one, or one that tells another, which is known as well, else a list within it would be taken
// apart first.
func (t *Teller) whole(text string, within, telling bool) (string, bool) {
	lower := strings.ToLower(text)
	for _, s := range t.known {
		if !within && !s.fixed && s.literal < brief {
			continue
		}
		values, ok := s.matches(text, lower)
		if !ok {
			continue
		}
		if telling {
			if values["what"] == "" || !t.Knows(values["what"]) {
				continue
			}
		}
		return placeholder.ReplaceAllStringFunc(s.german, func(at string) string { return t.inner(values[strings.Trim(at, "{}")]) }), true
	}
	return "", false
}

// pieces are several sentences, or a list. All of them must be known, or only one.
func (t *Teller) pieces(text string, all bool) (string, bool) {
	for _, between := range []string{". ", "; ", ", "} {
		list := strings.Split(text, between)
		if len(list) < 2 {
			continue
		}
		found := 0
		each := make([]string, len(list))
		for i, one := range list {
			a := t.answer(one)
			if a.sure || a.known && !all {
				found++
			}
			each[i] = a.text
		}
		if found == len(list) || found > 0 && !all {
			return strings.Join(each, between), true
		}
	}
	return "", false
}

// behind is a sentence behind the name of what it is about, such as "ntfy: nothing listens at example.org". All of it must be known, or
// only a part.
func (t *Teller) behind(text string, all bool) (string, bool) {
	about, rest, found := strings.Cut(text, ": ")
	if !found {
		return "", false
	}
	a := t.answer(rest)
	return t.Say(about) + ": " + a.text, a.sure || a.known && !all
}

// inner says what stands in a sentence for a name.
func (t *Teller) inner(text string) string {
	if decimal.MatchString(text) {
		return comma(text)
	}
	if length, ok := length(text); ok {
		return length
	}
	if german, ok := t.Retold(text); ok {
		return german
	}
	if german, ok := t.whole(text, true, false); ok {
		return german
	}
	return text
}

func comma(figure string) string { return strings.Replace(figure, ".", ",", 1) }

// length writes a length of time as Go writes it, such as 1h2m3s, for people.
func length(text string) (string, bool) {
	m := goLength.FindStringSubmatch(text)
	if text == "" || m == nil {
		return "", false
	}
	var parts []string
	for i, unit := range []string{"h", "min", "s"} {
		if figure := m[i+1]; strings.Trim(figure, "0.") != "" {
			parts = append(parts, comma(figure)+" "+unit)
		}
	}
	return cmp.Or(strings.Join(parts, " "), "0 s"), true
}
