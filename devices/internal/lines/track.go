package lines

// Track judges one number over successive lines, by itself. The zero value knows nothing. It is not safe for concurrent use.
type Track struct {
	last, held   int
	known, doubt bool // whether last and held are set
}

// Accept judges v: within near of the last number accepted, or of the one refused just before.
func (t *Track) Accept(v, near int) bool {
	if t.known && apart(v, t.last) <= near || t.doubt && apart(v, t.held) <= near {
		*t = Track{last: v, known: true}
		return true
	}
	t.held, t.doubt = v, true
	return false
}
