package document

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// MaxBytes is the size of the largest file that is read. Our choice: a room's file has about a thousand bytes.
const MaxBytes = 1 << 20

// Kind is the shape of a node.
type Kind uint8

// The shapes.
const (
	Scalar Kind = iota + 1
	Sequence
	Mapping
	Null    // nothing was written
	Refused // already reported
)

// Node is a value of the file, free of the YAML library.
type Node struct {
	Place

	Kind  Kind
	Value string // of a Scalar: the text as written, without quotes
	Word  string // what a person would call it: a text, a number, true or false, a list, a section, nothing
	Pairs []Pair // of a Mapping, in the order of the file
	Items []*Node
}

// Pair is a key of a Mapping with its value.
type Pair struct{ Key, Value *Node }

// Parse reads the text of s into a tree. What is wrong goes to s; nil means that there is nothing to decode.
func Parse(s *Source, text []byte) *Node {
	if len(text) > MaxBytes {
		s.Fail(Place{}, "larger than %d bytes; this is not a %s", MaxBytes, s.form.What)
		return nil
	}
	if !readable(s, text) {
		return nil
	}
	var docs []yaml.Node
	if err := yaml.Load(text, &docs, yaml.WithAllDocuments()); err != nil {
		syntax(s, err)
		return nil
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 || docs[0].Content[0].ShortTag() == "!!null" {
		s.Fail(Place{}, "the file is empty; a %s has at least %s", s.form.What, s.form.Least)
		return nil
	}
	if len(docs) > 1 {
		s.Fail(Place{docs[1].Line, docs[1].Column}, "a second document begins here; a %s is one document", s.form.What)
	}
	return convert(s, docs[0].Content[0])
}

// readable checks what the library reports without a place.
func readable(s *Source, text []byte) bool {
	for i, line := range s.lines {
		column := 0
		for j, c := range line {
			column++
			if c == utf8.RuneError && !strings.HasPrefix(line[j:], string(utf8.RuneError)) {
				s.Fail(Place{i + 1, column}, "this byte is not UTF-8 text; save the file as UTF-8")
				return false
			}
			if (c < ' ' && c != '\t') || c == 0x7f {
				s.Fail(Place{i + 1, column}, "control character 0x%02x; a %s is plain text", c, s.form.What)
				return false
			}
		}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		s.Fail(Place{}, "the file is empty; a %s has at least %s", s.form.What, s.form.Least)
		return false
	}
	return true
}

func syntax(s *Source, err error) {
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		one = many.Errors[0]
	} else if !errors.As(err, &one) {
		s.Fail(Place{}, "not readable as YAML: %v", err)
		return
	}
	p := Place{one.Mark.Line, one.Mark.Column}
	if start := one.ContextMark; start.Line > 0 && strings.Contains(one.Message, "end of stream") {
		p = Place{start.Line, start.Column} // of what is not closed
	}
	message := one.Message
	if one.ContextMsg != "" {
		message += " " + one.ContextMsg
	}
	if tabbed(s, p) {
		message = "a tab; indent with spaces, never with tabs"
	} else if hint := hintFor(one.Message); hint != "" {
		message += "; " + hint
	}
	s.Fail(p, "%s", message)
}

// tabbed reports whether the line of p is indented with a tab, which YAML forbids.
func tabbed(s *Source, p Place) bool {
	if p.Line < 1 || p.Line > len(s.lines) {
		return false
	}
	line := s.lines[p.Line-1]
	return strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t")
}

// hintFor adds to the library's words what usually is the cause.
func hintFor(message string) string {
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return "either the indentation is wrong, or a text with a colon in it needs quotes"
	case strings.Contains(message, "unexpected end of stream"):
		return "a quote or bracket is not closed"
	default:
		return ""
	}
}

// convert copies a node and everything below it, and refuses what says something else than it seems to.
func convert(s *Source, y *yaml.Node) *Node {
	n := &Node{Place: Place{y.Line, y.Column}, Value: y.Value}
	switch {
	case y.Kind == yaml.AliasNode:
		s.failOnce(n.Place, "aliases are not used in a "+s.form.What+"; write the values themselves")
	case y.Anchor != "":
		s.failOnce(n.Place, "anchors are not used in a "+s.form.What+"; write the values themselves")
	case y.Style&yaml.TaggedStyle != 0:
		s.failOnce(n.Place, "tags such as !!str are not used in a "+s.form.What+"; leave them out")
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind, n.Word = Mapping, "a section"
		for i := 0; i+1 < len(y.Content); i += 2 {
			if y.Content[i].Kind == yaml.ScalarNode && y.Content[i].ShortTag() == "!!merge" {
				s.failOnce(Place{y.Content[i].Line, y.Content[i].Column}, "merge keys are not used in a "+s.form.What)
				continue
			}
			n.Pairs = append(n.Pairs, Pair{convert(s, y.Content[i]), convert(s, y.Content[i+1])})
		}
	case yaml.SequenceNode:
		n.Kind, n.Word = Sequence, "a list"
		for _, item := range y.Content {
			n.Items = append(n.Items, convert(s, item))
		}
	case yaml.AliasNode:
		n.Kind = Refused
	default:
		n.Kind, n.Word = Scalar, words(y.ShortTag())
		if y.ShortTag() == "!!null" {
			n.Kind = Null
		}
	}
	return n
}

func words(tag string) string {
	switch tag {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	default:
		return "a text"
	}
}
