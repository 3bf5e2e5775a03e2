package scenario

import (
	"fmt"
	"strconv"
	"time"

	"bedside/alerts/document"
	"bedside/devices"
)

// word makes a setter for a name: what can be part of a subject and of a command line.
func word(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var text string
		if !document.Text(&text)(s, path, n) {
			return false
		}
		for _, c := range text {
			if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') || len(text) > 63 {
				s.Fail(n.Place, "%q is no name: use 1 to 63 lower-case letters, digits and dashes", document.Clip(text))
				return false
			}
		}
		*to = text
		return true
	}
}

func seed(to *uint64) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Scalar, "a whole number") {
			return false
		}
		v, err := strconv.ParseUint(n.Value, 10, 64)
		if err != nil {
			s.Fail(n.Place, "%s must be a whole number from 0 on, not %q", path, document.Clip(n.Value))
			return false
		}
		*to = v
		return true
	}
}

// between makes a setter for a number from low to high.
func between(to *float64, low, high float64, unit string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var v float64
		if !document.Number(&v)(s, path, n) {
			return false
		}
		if v < low || v > high {
			if unit != "" {
				unit = " " + unit
			}
			s.Fail(n.Place, "%s must be from %v to %v%s, not %s", path, low, high, unit, document.Clip(n.Value))
			return false
		}
		*to = v
		return true
	}
}

// refusedClass stands for a class that was written, and refused.
const refusedClass devices.CuffClass = 255

// tried makes a setter that marks a refused value as written, so that it is not reported as missing too.
func tried(set document.Setter, mark func()) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		clean := set(s, path, n)
		if !clean {
			mark()
		}
		return clean
	}
}

// others are the words that forbid everything that is not expected.
const others = "everything else"

// set makes the setter of the key forbid.
func (f *forbidden) set(ids []string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if n.Kind == document.Scalar && n.Value == others {
			f.others = true
			return true
		}
		return someOf(&f.list, ids, "a list of conditions, or the words "+others)(s, path, n)
	}
}

// list makes a setter for a list of conditions.
func (d *draft) list(to *[]string) document.Setter { return someOf(to, d.ids, "a list of conditions") }

func someOf(to *[]string, ids []string, want string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Sequence, want) {
			return false
		}
		clean := true
		*to = make([]string, len(n.Items))
		for i, item := range n.Items {
			at := fmt.Sprintf("%s[%d]", path, i)
			s.At[at] = item.Place
			clean = document.OneOf(&(*to)[i], ids, ids)(s, at, item) && clean
		}
		return clean
	}
}

// flag makes a setter for true or false.
func flag(to *bool) document.Setter {
	return document.OneOf(to, []string{"true", "false"}, []bool{true, false})
}

// chosen makes a setter for a word of a closed list that may be left out.
func chosen[T fmt.Stringer](to **T, values ...T) document.Setter {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.String()
	}
	return func(s *document.Source, path string, n *document.Node) bool {
		*to = new(T)
		return document.OneOf(*to, names, values)(s, path, n)
	}
}

func when(name string, to *time.Duration) document.Field {
	return document.Field{
		Name: name, Required: true, Set: document.Duration(to, 0, maxLength), Meaning: "when, such as `1m30s` after the start",
	}
}

func duration(to *time.Duration) document.Field {
	return document.Field{Name: "for", Required: true, Set: document.Duration(to, time.Millisecond, maxLength), Meaning: "how long"}
}

// words returns the words of a vocabulary whose first entry stands for nothing, and their values.
func words[T ~uint8](list []string) (names []string, values []T) {
	for i, name := range list {
		if name != "" {
			names, values = append(names, name), append(values, T(i))
		}
	}
	return names, values
}
