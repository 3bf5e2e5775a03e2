package document

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPrinted is how many errors Errors prints: a file with more has one cause, such as a lost indentation. Our choice.
const maxPrinted = 30

// maxExcerpt is how many characters of a source line are shown. Our choice: a terminal's width and a half.
const maxExcerpt = 120

// Error is one thing that is wrong with a file.
type Error struct {
	File    string // as it was named by the caller
	Line    int    // from 1; 0 if it is about the file as a whole
	Column  int    // from 1, in characters
	Message string // one sentence: what is wrong and what to write instead

	src *Source // for the excerpt
}

// Error returns "file:line:column: message", followed by the source line and a caret.
func (e *Error) Error() string {
	text := e.place() + ": " + e.Message
	if e.Line > 0 && e.src != nil {
		text += e.src.excerpt(Place{e.Line, e.Column})
	}
	return text
}

func (e *Error) place() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	case e.File != "" || e.src == nil:
		return e.File
	default:
		return e.src.form.Package
	}
}

// Errors is everything that is wrong with a file, in the order of the file. It is never empty.
type Errors []*Error

// Error returns all errors, one after the other, up to a limit that says how many are left out.
func (e Errors) Error() string {
	var b strings.Builder
	for i, one := range e {
		if i == maxPrinted {
			fmt.Fprintf(&b, "\nand %d more", len(e)-maxPrinted)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(one.Error())
	}
	return b.String()
}

// Form is how messages speak of a kind of file.
type Form struct {
	Package string // stands where a message about a value without a file would have its place
	What    string // one word, such as "configuration"
	Least   string // what such a file has at least, in words
}

// Source is a file that is being read: its text for excerpts, the places of its values, and what was found wrong. It is
// not safe for concurrent use.
type Source struct {
	// At has the place of every value by its path, such as devices[1].port; scalars only if they were decoded without an
	// error, so that meaning is never checked of what could not be read.
	At map[string]Place

	form   Form
	name   string
	lines  []string
	faults Errors
}

// Place is a position in the text, in characters counted from 1; the zero Place is the file as a whole.
type Place struct{ Line, Column int }

// New returns the source with that text; name stands for the file in messages.
func New(name string, text []byte, form Form) *Source {
	// The lines are those that the YAML library counts: it knows five line breaks.
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	lines := strings.Split(breaks.Replace(strings.TrimPrefix(string(text), "\ufeff")), "\n")
	for i, line := range lines {
		lines[i] = masked(line)
	}
	return &Source{form: form, name: name, lines: lines, At: map[string]Place{}}
}

// Again returns the source with its places and without what was found wrong, for a second check of the same file.
func (s *Source) Again() *Source {
	return &Source{form: s.form, name: s.name, lines: s.lines, At: s.At}
}

// Faults returns how much was found wrong so far.
func (s *Source) Faults() int { return len(s.faults) }

// masked hides a password in a URL, which should not be there and must not reach a terminal or a log.
func masked(line string) string {
	before, after, ok := strings.Cut(line, "://")
	if !ok {
		return line
	}
	if end := strings.IndexAny(after, " /,'\"]}"); end >= 0 {
		rest := after[end:]
		return before + "://" + maskUser(after[:end]) + masked(rest)
	}
	return before + "://" + maskUser(after)
}

func maskUser(host string) string {
	i := strings.LastIndexByte(host, '@')
	if i < 0 {
		return host
	}
	return strings.Repeat("*", utf8.RuneCountInString(host[:i])) + host[i:]
}

// Hide keeps the value n out of every report, those that were made before among them: it is a secret that was written where
// none belongs. What stands behind it on its line is hidden with it.
func (s *Source) Hide(n *Node) {
	for _, p := range n.Pairs {
		s.Hide(p.Value)
	}
	for _, item := range n.Items {
		s.Hide(item)
	}
	if n.Line < 1 || n.Line > len(s.lines) {
		return
	}
	line := []rune(s.lines[n.Line-1])
	from := min(max(n.Column-1, 0), len(line))
	s.lines[n.Line-1] = string(line[:from]) + strings.Repeat("*", len(line)-from)
	const noWord = 4 // characters; shorter ones would blot out the file, and are no secret
	for word := range strings.FieldsSeq(n.Value) {
		if chars := utf8.RuneCountInString(word); chars >= noWord {
			for i, text := range s.lines { // the value may go on below, and stand elsewhere
				s.lines[i] = strings.ReplaceAll(text, word, strings.Repeat("*", chars))
			}
		}
	}
}

// Fail notes that something is wrong at p, in one sentence that says what to write instead.
func (s *Source) Fail(p Place, format string, args ...any) {
	s.faults = append(s.faults, s.fault(p, format, args...))
}

// failOnce reports the first of what a file full of it would bury everything else under.
func (s *Source) failOnce(p Place, message string) {
	if !slices.ContainsFunc(s.faults, func(e *Error) bool { return e.Message == message }) {
		s.Fail(p, "%s", message)
	}
}

func (s *Source) fault(p Place, format string, args ...any) *Error {
	if end := len(s.lines); p.Line > end { // the library counts a line after the last one
		p = Place{end, 1 + utf8.RuneCountInString(s.lines[end-1])}
	}
	return &Error{File: s.name, Line: p.Line, Column: p.Column, Message: fmt.Sprintf(format, args...), src: s}
}

// Err returns what was found wrong in the order of the file as [Errors], or nil.
func (s *Source) Err() error {
	if len(s.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(s.faults, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return s.faults
}

// excerpt draws the line before p, the line of p, and a caret below its column.
func (s *Source) excerpt(p Place) string {
	var b strings.Builder
	if p.Line > 1 {
		text, _ := show(s.lines[p.Line-2], 1)
		fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("  %5d | %s", p.Line-1, text), " "))
	}
	text, caret := show(s.lines[p.Line-1], p.Column)
	fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("> %5d | %s", p.Line, text), " "))
	fmt.Fprintf(&b, "\n        | %s^", strings.Repeat(" ", caret))
	return b.String()
}

// show returns a line fit for a terminal and how many characters stand before the column: tabs become one space, what
// cannot be printed (colour codes among it) a question mark, and of a long line only the part around the column is kept.
func show(line string, column int) (text string, before int) {
	chars := make([]rune, 0, min(len(line), 4*maxExcerpt))
	for _, c := range line {
		switch {
		case c == '\t':
			c = ' '
		case c == utf8.RuneError || !unicode.IsPrint(c):
			c = '?'
		}
		chars = append(chars, c)
	}
	before = min(max(column-1, 0), len(chars))
	from := 0
	if before > maxExcerpt*3/4 {
		from = before - maxExcerpt/2
	}
	return string(chars[from:min(from+maxExcerpt, len(chars))]), before - from
}
