package report

import (
	"iter"
	"slices"
	"time"

	"bedside/devices"
)

// minutesOf yields the seconds of a report by minutes from its beginning, each with its number from 0; the last may be shorter.
func minutesOf(r *Report) iter.Seq2[int, []Second] {
	return func(yield func(int, []Second) bool) {
		n := 0
		for part := range slices.Chunk(r.Seconds, int(time.Minute/time.Second)) {
			if !yield(n, part) {
				return
			}
			n++
		}
	}
}

// lastKnown returns where the last value of a vital stands, -1 for none. v counts as in [Continuous].
func lastKnown(part []Second, v int) int {
	for i, s := range slices.Backward(part) {
		if s.Known[v] {
			return i
		}
	}
	return -1
}

// commonest returns the reason that most of the seconds have, of several the first.
func commonest(part []Second, v int) string {
	counts, best := map[string]int{}, ""
	for i := range part {
		counts[part[i].Why[v]]++
	}
	for i := range part {
		if why := part[i].Why[v]; best == "" || counts[why] > counts[best] {
			best = why
		}
	}
	return best
}

// measured reports whether some device of the session measures a vital.
func measured(r *Report, v devices.Vital) bool {
	return slices.ContainsFunc(r.Coverage, func(c Coverage) bool { return c.Vital == v })
}

// measurer returns which of the devices measures a vital, -1 if that cannot be told.
func (r *Report) measurer(v devices.Vital) int {
	found := -1
	for i := range r.Devices {
		if !r.Devices[i].Measures(v) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}
