package profiles

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
)

// tagged splits "180 [S6]" into what is written and its tag.
var tagged = regexp.MustCompile(`^(.*?)(?:\s*\[([A-Za-z0-9-]{1,12})\])?$`)

// untag returns the text before the tag, and the tag; empty if there is none.
func untag(text string) (value, tag string) {
	parts := tagged.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return text, ""
	}
	return strings.TrimSpace(parts[1]), parts[2]
}

func number(to *Number) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Scalar, "a number with the tag of its source, like 180 [S6]") {
			return false
		}
		text, tag := untag(n.Value)
		v, err := strconv.Atoi(text)
		if err != nil || v < 0 || v > 1000 {
			s.Fail(n.Place, "%s must be a whole number from 0 to 1000 with the tag of its source, like 180 [S6], not %q", path, document.Clip(n.Value))
			return false
		}
		*to = Number{Value: v, Tag: tag}
		return true
	}
}

// longest is the longest time in a profile. Our choice: a day.
const longest = 24 * time.Hour

func span(to *Span) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Scalar, "a duration with the tag of its source, like 15s [ENG]") {
			return false
		}
		text, tag := untag(n.Value)
		d, err := document.ParseDuration(text)
		if err != nil || d < 0 || d > longest {
			s.Fail(n.Place, "%s must be a duration from 0s to 24h with the tag of its source, like 15s [ENG], not %q", path, document.Clip(n.Value))
			return false
		}
		*to = Span{Value: d, Tag: tag}
		return true
	}
}

// times reads several durations with one tag: "20m 40m 1h [ENG]".
func times(to *[]time.Duration, tag *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Scalar, "times with the tag of their source, like 20m 40m [ENG]") {
			return false
		}
		var text string
		text, *tag = untag(n.Value)
		*to = nil
		for w := range strings.FieldsSeq(text) {
			d, err := document.ParseDuration(w)
			if err != nil || d < 0 || d > longest {
				s.Fail(n.Place, "%s: %q is not a time from 0s to 24h", path, document.Clip(w))
				return false
			}
			*to = append(*to, d)
		}
		if len(*to) == 0 || !slices.IsSorted(*to) {
			s.Fail(n.Place, "%s must be times in their order, like 20m 40m [ENG], not %q", path, document.Clip(n.Value))
			return false
		}
		return true
	}
}

// keyed reads a list whose entries have a key: an entry with a key that is there already changes that one.
func keyed[T any](to *[]T, key string, id func(*T) *string, fields func(*T) []document.Field) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Sequence, "a list, each entry beginning with a dash") {
			return false
		}
		clean := true
		seen := map[string]document.Place{}
		for i, item := range n.Items {
			name := ""
			for _, p := range item.Pairs {
				if p.Key.Value == key && p.Value.Kind == document.Scalar {
					name = p.Value.Value
				}
			}
			if before, twice := seen[name]; twice && name != "" {
				s.Fail(item.Place, "%s %s is here twice; the first is in line %d", key, name, before.Line)
				clean = false
				continue
			}
			seen[name] = item.Place
			at := document.Join(path, name)
			if name == "" {
				at = fmt.Sprintf("%s[%d]", path, i)
			}
			s.At[at] = item.Place
			j := slices.IndexFunc(*to, func(x T) bool { return *id(&x) == name })
			if j < 0 {
				var zero T
				*to = append(*to, zero)
				j = len(*to) - 1
			}
			clean = document.Decode(s, at, item, fields(&(*to)[j])) && clean
		}
		return clean
	}
}

func sources(to *map[string]string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Mapping, "tags, each with its source in words") {
			return false
		}
		merged := map[string]string{}
		maps.Copy(merged, *to)
		clean := true
		for _, p := range n.Pairs {
			var text string
			if clean = document.Text(&text)(s, document.Join(path, p.Key.Value), p.Value) && clean; clean {
				merged[p.Key.Value] = text
			}
		}
		*to = merged
		return clean
	}
}

func anchor(to *Anchor) document.Setter {
	return document.OneOf(to, anchors, []Anchor{FirstDose, LastDose, InfusionEnd})
}

func priority(to *alerts.Priority) document.Setter {
	return document.OneOf(to, []string{"information", "low", "medium", "high"},
		[]alerts.Priority{alerts.Information, alerts.Low, alerts.Medium, alerts.High})
}

func oneWord(to *string, words []string) document.Setter { return document.OneOf(to, words, words) }

// words reads a list of words of a closed set.
func words(to *[]string, allowed []string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Sequence, "a list, each entry beginning with a dash") {
			return false
		}
		*to = make([]string, len(n.Items))
		clean := true
		for i, item := range n.Items {
			clean = oneWord(&(*to)[i], allowed)(s, fmt.Sprintf("%s[%d]", path, i), item) && clean
		}
		return clean
	}
}

// maybe reads a text that may be left empty.
func maybe(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if n.Kind == document.Null || n.Kind == document.Scalar && strings.TrimSpace(n.Value) == "" {
			*to = ""
			return true
		}
		return document.Text(to)(s, path, n)
	}
}

var (
	wordForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	ruleForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
)

func word(to *string) document.Setter {
	return shaped(to, wordForm, "lower-case letters, digits and dashes")
}

func rule(to *string) document.Setter {
	return shaped(to, ruleForm, "lower-case letters, digits and underscores")
}

func shaped(to *string, allowed *regexp.Regexp, words string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var text string
		if !document.Text(&text)(s, path, n) {
			return false
		}
		if !allowed.MatchString(text) || len(text) > 63 {
			s.Fail(n.Place, "%s must be 1 to 63 %s, not %q", path, words, document.Clip(text))
			return false
		}
		*to = text
		return true
	}
}

func day(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var text string
		if !document.Text(&text)(s, path, n) {
			return false
		}
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			s.Fail(n.Place, "%s must be a day like 2027-01-31, not %q", path, document.Clip(text))
			return false
		}
		*to = text
		return true
	}
}
