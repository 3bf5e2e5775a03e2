package nonin

// How far the numbers of successive frames of formats 1 and 8, or of lines of text, may be apart, our choice. What is a
// step away from the last numbers believed is believed at once; what is more than a leap away needs a frame more than what
// is less.
const (
	stepRate, stepSat = 3, 1
	leapRate, leapSat = 10, 4
	leapShare         = 8 // of the rate, where that is more than leapRate
	leapProof         = 3 // frames in a row that say nearly the same, for more than a leap
	stepProof         = 2 // the same for less
)

// belief compares the numbers of frames that no check protects with those before. A byte that was hurt can say anything, and
// two hurt frames in a row can nearly agree; a third hardly ever does. The zero value knows nothing.
type belief struct {
	rate, sat         int // last believed
	known             bool
	moving            bool // they were no step away from those before
	heldRate, heldSat int  // of the last frame that was not believed
	held              int  // how many of those in a row agree
}

// hear judges a frame that has both numbers; more means that nothing is known to compare it with.
func (b *belief) hear(rate, sat int) verdict {
	step := b.known && close2(rate, b.rate, sat, b.sat, stepRate, stepSat)
	leap := b.known && close2(rate, b.rate, sat, b.sat, max(leapRate, rate/leapShare), leapSat)
	if step || leap && b.moving {
		b.believe(rate, sat, !step)
		return yes
	}
	if b.held > 0 && close2(rate, b.heldRate, sat, b.heldSat, max(leapRate, rate/leapShare), leapSat) {
		b.held++
	} else {
		b.held = 1
	}
	b.heldRate, b.heldSat = rate, sat
	if b.held >= leapProof || b.held >= stepProof && (leap || !b.known) {
		b.believe(rate, sat, b.known)
		return yes
	}
	if b.known {
		return no
	}
	return more
}

func (b *belief) believe(rate, sat int, moving bool) {
	*b = belief{rate: rate, sat: sat, known: true, moving: moving}
}

func close2(rate, otherRate, sat, otherSat, nearRate, nearSat int) bool {
	return abs(rate-otherRate) <= nearRate && abs(sat-otherSat) <= nearSat
}
