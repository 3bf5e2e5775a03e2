package config

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

// Error is one thing that is wrong with a configuration.
type Error struct {
	File    string // as it was named by the caller
	Line    int    // from 1; 0 if it is about the file as a whole
	Column  int    // from 1, in characters
	Message string // one sentence: what is wrong and what to write instead

	src *source // for the excerpt
}

// Error returns "file:line:column: message", followed by the source line and a caret.
func (e *Error) Error() string {
	text := e.place() + ": " + e.Message
	if e.Line > 0 && e.src != nil {
		text += e.src.excerpt(place{e.Line, e.Column})
	}
	return text
}

func (e *Error) place() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	case e.File != "":
		return e.File
	default:
		return "config"
	}
}

// Errors is everything that is wrong with a configuration, in the order of the file. It is never empty.
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

// source is a file that is being read: its text for excerpts, the places of its values, and what was found wrong.
type source struct {
	name   string
	lines  []string
	at     map[string]place // by path such as devices[1].port; scalars only if they were decoded without an error
	faults Errors
}

// place is a position in the text, counted from 1; the zero place is the file as a whole.
type place struct{ line, column int }

// newSource splits the text into the lines that the YAML library counts: it knows five line breaks.
func newSource(name string, text []byte) *source {
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	lines := strings.Split(breaks.Replace(strings.TrimPrefix(string(text), "\ufeff")), "\n")
	for i, line := range lines {
		lines[i] = masked(line)
	}
	return &source{name: name, lines: lines, at: map[string]place{}}
}

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

func (s *source) fail(p place, format string, args ...any) {
	s.faults = append(s.faults, s.fault(p, format, args...))
}

// failOnce reports the first of what a file full of it would bury everything else under.
func (s *source) failOnce(p place, message string) {
	if !slices.ContainsFunc(s.faults, func(e *Error) bool { return e.Message == message }) {
		s.fail(p, "%s", message)
	}
}

func (s *source) fault(p place, format string, args ...any) *Error {
	if end := len(s.lines); p.line > end { // the library counts a line after the last one
		p = place{end, 1 + utf8.RuneCountInString(s.lines[end-1])}
	}
	return &Error{File: s.name, Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...), src: s}
}

// err returns what was found wrong in the order of the file, or nil.
func (s *source) err() error {
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
func (s *source) excerpt(p place) string {
	var b strings.Builder
	if p.line > 1 {
		text, _ := show(s.lines[p.line-2], 1)
		fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("  %5d | %s", p.line-1, text), " "))
	}
	text, caret := show(s.lines[p.line-1], p.column)
	fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("> %5d | %s", p.line, text), " "))
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
