package report

import (
	"iter"
	"slices"
)

// things yields the entries of each thing, in their order.
func things(list []entry) iter.Seq[[]entry] {
	return func(yield func([]entry) bool) {
		for len(list) > 0 {
			n := slices.IndexFunc(list, func(e entry) bool { return e.group != list[0].group || e.number != list[0].number })
			if n < 0 {
				n = len(list)
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}
