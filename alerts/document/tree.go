package config

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// kind is the shape of a node.
type kind uint8

const (
	scalar kind = iota + 1
	sequence
	mapping
	null    // nothing was written
	refused // already reported
)

// node is a value of the file, free of the YAML library.
type node struct {
	place

	kind  kind
	value string // scalar: the text as written, without quotes
	word  string // what a person would call it: text, number, true or false, list, section, nothing
	pairs []pair // mapping
	items []*node
}

type pair struct{ key, value *node }

// parseTree reads the text into a tree. What is wrong goes to s; nil means that there is nothing to decode.
func parseTree(s *source, text []byte) *node {
	if !readable(s, text) {
		return nil
	}
	var docs []yaml.Node
	if err := yaml.Load(text, &docs, yaml.WithAllDocuments()); err != nil {
		syntax(s, err)
		return nil
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 || docs[0].Content[0].ShortTag() == "!!null" {
		s.fail(place{}, "the file is empty; a configuration has at least site, room and devices")
		return nil
	}
	if len(docs) > 1 {
		s.fail(place{docs[1].Line, docs[1].Column}, "a second document begins here; a configuration is one document")
	}
	return convert(s, docs[0].Content[0])
}

// readable checks what the library reports without a place.
func readable(s *source, text []byte) bool {
	for i, line := range s.lines {
		column := 0
		for j, c := range line {
			column++
			if c == utf8.RuneError && !strings.HasPrefix(line[j:], string(utf8.RuneError)) {
				s.fail(place{i + 1, column}, "this byte is not UTF-8 text; save the file as UTF-8")
				return false
			}
			if (c < ' ' && c != '\t') || c == 0x7f {
				s.fail(place{i + 1, column}, "control character 0x%02x; a configuration is plain text", c)
				return false
			}
		}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		s.fail(place{}, "the file is empty; a configuration has at least site, room and devices")
		return false
	}
	return true
}

func syntax(s *source, err error) {
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		one = many.Errors[0]
	} else if !errors.As(err, &one) {
		s.fail(place{}, "not readable as YAML: %v", err)
		return
	}
	p := place{one.Mark.Line, one.Mark.Column}
	if start := one.ContextMark; start.Line > 0 && strings.Contains(one.Message, "end of stream") {
		p = place{start.Line, start.Column} // of what is not closed
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
	s.fail(p, "%s", message)
}

// tabbed reports whether the line of p is indented with a tab, which YAML forbids.
func tabbed(s *source, p place) bool {
	if p.line < 1 || p.line > len(s.lines) {
		return false
	}
	line := s.lines[p.line-1]
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
func convert(s *source, y *yaml.Node) *node {
	n := &node{place: place{y.Line, y.Column}, value: y.Value}
	switch {
	case y.Kind == yaml.AliasNode:
		s.failOnce(n.place, "aliases are not used in a configuration; write the values themselves")
	case y.Anchor != "":
		s.failOnce(n.place, "anchors are not used in a configuration; write the values themselves")
	case y.Style&yaml.TaggedStyle != 0:
		s.failOnce(n.place, "tags such as !!str are not used in a configuration; leave them out")
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind, n.word = mapping, "a section"
		for i := 0; i+1 < len(y.Content); i += 2 {
			if y.Content[i].Kind == yaml.ScalarNode && y.Content[i].ShortTag() == "!!merge" {
				s.failOnce(place{y.Content[i].Line, y.Content[i].Column}, "merge keys are not used in a configuration")
				continue
			}
			n.pairs = append(n.pairs, pair{convert(s, y.Content[i]), convert(s, y.Content[i+1])})
		}
	case yaml.SequenceNode:
		n.kind, n.word = sequence, "a list"
		for _, item := range y.Content {
			n.items = append(n.items, convert(s, item))
		}
	case yaml.AliasNode:
		n.kind = refused
	default:
		n.kind, n.word = scalar, words(y.ShortTag())
		if y.ShortTag() == "!!null" {
			n.kind = null
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
