package lines

// How far the numbers of successive lines may be apart, our choice. Oximeters average over several seconds, so a larger
// step is rare; it is believed when the next line comes near it.
const (
	nearRate, nearSat = 3, 1 // at once
	farRate, farSat   = 10, 4
	farShare          = 8 // of the rate, where that is more than farRate
)

// patience is how many lines in a row may be refused for what they say (our choice); the one after them is believed. A
// rule that refused for ever would turn an odd instrument into a silent one.
const patience = 2

// Verdict is what a [Judge] says of a line.
type Verdict uint8

// The verdicts.
const (
	Believed Verdict = iota + 1
	Unproven         // nothing is known to compare it with
	Doubted          // it disagrees with the lines before; the next line may confirm it
)

// Judge compares the numbers of a line with those of the lines before. The zero value knows nothing. It is not safe for
// concurrent use.
type Judge struct {
	rate, sat, length Track
	refused           int
}

// Reset forgets all numbers: the next ones need two lines that agree. What is known of the shape stays.
func (j *Judge) Reset() { j.rate, j.sat, j.refused = Track{}, Track{}, 0 }

// Hear judges a line of that length with a pulse rate in 1/min and a saturation in %; a negative number is one that the
// line does not have: it is not compared, and when it comes back it is new. A line of another length than the last has lost or gained a byte, or begins a
// new layout; it is doubted like a jump.
func (j *Judge) Hear(rate, sat, length int) Verdict {
	unproven := j.refused == 0 && (rate >= 0 && j.rate.empty() || sat >= 0 && j.sat.empty())
	ok := (j.length.empty() || j.length.plausible(length, 0, 0)) &&
		(rate < 0 || j.rate.plausible(rate, nearRate, max(farRate, rate/farShare))) &&
		(sat < 0 || j.sat.plausible(sat, nearSat, farSat))
	ok = ok || !unproven && j.refused >= patience
	j.length.note(length, ok)
	j.rate.note(rate, ok)
	j.sat.note(sat, ok)
	switch {
	case ok:
		j.refused = 0
		return Believed
	case unproven:
		return Unproven
	}
	j.refused++
	return Doubted
}

// Track judges one number over successive lines. The zero value knows nothing. It is not safe for concurrent use.
type Track struct {
	last, held   int
	known, doubt bool // whether last and held are set
	refused      int
}

func (t *Track) empty() bool { return !t.known && !t.doubt }

// plausible reports whether v is within near of the last number believed, or within far of one that waits for
// confirmation.
func (t *Track) plausible(v, near, far int) bool {
	return t.known && apart(v, t.last) <= near || t.doubt && apart(v, t.held) <= far
}

func (t *Track) note(v int, believed bool) {
	switch {
	case v < 0:
		*t = Track{}
	case believed:
		*t = Track{last: v, known: true}
	default:
		t.held, t.doubt = v, true
		t.refused++
	}
}

// Accept judges v by itself: within near of the last number believed, within near of the one refused just before, or
// after two refusals.
func (t *Track) Accept(v, near int) bool {
	ok := t.plausible(v, near, near) || t.refused > patience-1 && t.known
	t.note(v, ok)
	return ok
}

func apart(a, b int) int { return max(a-b, b-a) }
