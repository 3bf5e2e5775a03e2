package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is 24 hours; durations in files may be written in days.
const Day = 24 * time.Hour

// ParseDuration reads durations as Go writes them, and days: 30s, 5m, 1h30m, 30d, 1d12h. A bare number is refused,
// zero included, because it hides its unit.
func ParseDuration(text string) (time.Duration, error) {
	rest, days := text, 0
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.Atoi(before)
		if err != nil || n < 0 || n > maxDays {
			return 0, notDuration(text)
		}
		if after == "" {
			return time.Duration(n) * Day, nil
		}
		days, rest = n, after
	}
	if _, err := strconv.ParseFloat(rest, 64); err == nil { // ParseDuration takes a bare 0
		return 0, notDuration(text)
	}
	clock, err := time.ParseDuration(rest)
	if err != nil {
		return 0, notDuration(text)
	}
	return time.Duration(days)*Day + clock, nil
}

// maxDays keeps the sum of days and a clock part far from the end of time.Duration (292 years).
const maxDays = 100 * 365

func notDuration(text string) error {
	return fmt.Errorf("%q is not a duration; write it with a unit, like 30s, 5m or 1h30m", Clip(text))
}

// PrintDuration writes d as it could stand in the file.
func PrintDuration(d time.Duration) string {
	if d >= Day && d%Day == 0 {
		return strconv.Itoa(int(d/Day)) + "d"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Suggest names the word that was probably meant, or all that there are.
func Suggest(got string, words []string) string {
	best, distance := "", 3 // two slips are one too many for the shortest words
	for _, w := range words {
		if d := slips(got, w); d < distance && d < len(w)/2+1 {
			best, distance = w, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	switch len(words) {
	case 0:
		return "there is none"
	case 1:
		return "there is only " + words[0]
	default:
		return "there are " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
	}
}

// slips counts the letters to add, drop, change or swap with their neighbour to get from a to b (optimal string
// alignment distance). Long words are not compared: they are no slips.
func slips(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	a = strings.ToLower(a)
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
