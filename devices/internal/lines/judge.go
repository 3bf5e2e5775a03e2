package lines

// How far the numbers of successive lines may be apart, our choice: oximeters average over several seconds. A step from
// the last numbers believed is believed at once; what is more than a leap away has to be said once more than what is less.
const (
	stepRate, stepSat = 3, 1
	leapRate, leapSat = 10, 4
	leapShare         = 8 // of the rate, where that is more than leapRate
	stepProof         = 2 // lines in a row that say nearly the same, up to a leap, or with nothing to compare them with
	leapProof         = 3 // the same for more
)

// Verdict is what a [Judge] says of a line.
type Verdict uint8

// The verdicts.
const (
	Believed Verdict = iota + 1
	Unproven         // nothing is known to compare it with
	Doubted          // it disagrees with the lines before; the next lines may confirm it
)

// Judge compares the numbers of a line, or of a frame, that no check protects with those before. A byte that was hurt can
// say anything, and two hurt lines in a row can nearly agree; a third hardly ever does. The zero value knows nothing. It is
// not safe for concurrent use.
type Judge struct {
	last   numbers // believed
	moving bool    // they were no step away from those before
	other  numbers // of the last line, if it was not believed
	held   int     // how many of those in a row agree
	length int     // of the last line believed; 0 before the first
}

// Reset forgets all numbers: the next ones need two lines that agree. What is known of the shape stays.
func (j *Judge) Reset() { *j = Judge{length: j.length} }

// Hear judges a line of that length with a pulse rate in 1/min and a saturation in %; 0 or less is one that the line
// does not have: it is not compared, and when it comes back it is new. A line of another length than the last has lost or
// gained a byte, or begins a new layout: it is no step, whatever it says. Where all lines have one length, it may be 0.
func (j *Judge) Hear(rate, sat, length int) Verdict {
	now := numbers{rate: rate, sat: sat, length: length}
	known := j.last.cover(now)
	shaped := j.length == 0 || j.length == length
	leap := now.near(j.last, max(leapRate, rate/leapShare), leapSat)
	step := known && shaped && now.near(j.last, stepRate, stepSat)
	if step || known && shaped && leap && j.moving {
		j.believe(now, !step)
		return Believed
	}
	alone := !known && j.held == 0
	if j.held > 0 && j.other.cover(now) && (shaped || j.other.length == length) &&
		now.near(j.other, max(leapRate, rate/leapShare), leapSat) {
		j.held++
	} else {
		j.held = 1
	}
	j.other = now
	switch {
	case j.held >= leapProof, j.held >= stepProof && leap:
		j.believe(now, known)
		return Believed
	case alone:
		return Unproven
	}
	return Doubted
}

func (j *Judge) believe(now numbers, moving bool) {
	*j = Judge{last: now, moving: moving, length: now.length}
}

// numbers are those of a line; 0 or less is one that it does not have.
type numbers struct{ rate, sat, length int }

// cover reports whether n has every number that now has.
func (n numbers) cover(now numbers) bool {
	return (n.rate > 0 || now.rate <= 0) && (n.sat > 0 || now.sat <= 0)
}

// near reports whether the numbers that both have are close.
func (n numbers) near(other numbers, rate, sat int) bool {
	return (n.rate <= 0 || other.rate <= 0 || apart(n.rate, other.rate) <= rate) &&
		(n.sat <= 0 || other.sat <= 0 || apart(n.sat, other.sat) <= sat)
}

func apart(a, b int) int { return max(a-b, b-a) }
