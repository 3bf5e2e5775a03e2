package report

// inGerman returns the German words for English ones, and whether there are any. Titles of alerts and the words of the
// contract are among them; what staff wrote is theirs.
func inGerman(english string) (string, bool) {
	german, ok := map[string]string{}[english]
	return german, ok
}
