package bench

import (
	"fmt"
	"strings"
	"time"
)

// String draws the result as tables in Markdown, which people read as they are.
func (r *Result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions, %.0f hours, seed %d. True events: %d, and %d that no device showed.\n\n", r.Sessions, r.Hours, r.Seed, r.Events, r.Unseen)
	rows := [][]string{append([]string{""}, r.Judges...)}
	row := func(title string, cell func(s *Score) string) {
		line := []string{title}
		for i := range r.Table {
			line = append(line, cell(&r.Table[i]))
		}
		rows = append(rows, line)
	}
	row("True events missed", func(s *Score) string { return fmt.Sprint(s.Missed) })
	row("Delay, median", func(s *Score) string { return seconds(s.Median) })
	row("Delay, worst", func(s *Score) string { return seconds(s.Worst) })
	row("High alerts an hour", func(s *Score) string { return rate(s.High) })
	row("Medium alerts an hour", func(s *Score) string { return rate(s.Medium) })
	row("Low alerts an hour", func(s *Score) string { return rate(s.Low) })
	row("Nuisance alerts an hour", func(s *Score) string { return rate(s.Nuisance) })
	row("Nuisance, Medium or higher, a session", func(s *Score) string { return rate(s.Urgent) })
	table(&b, rows)

	rows = [][]string{{"Event", "Shown", "Not shown", "Missed", "Delay, median", "Delay, worst", "Added, worst", "Hold", "Over hold"}}
	for i := range r.Kinds {
		k := &r.Kinds[i]
		rows = append(rows, []string{
			k.Kind, fmt.Sprint(k.Events), fmt.Sprint(k.Unseen), each(k.Missed, func(n int) string { return fmt.Sprint(n) }),
			each(k.Median, seconds), each(k.Worst, seconds), each(k.Added, seconds), seconds(k.Hold), fmt.Sprint(k.Late),
		})
	}
	b.WriteString("\nBy kind, where three figures stand for the three judges in their order:\n\n")
	table(&b, rows)

	rows = [][]string{{"Goal", "At most", "Reached", "", "Oximeter marks motion", "It does not"}}
	for _, g := range r.Goals {
		met := map[bool]string{true: "met", false: "MISSED"}[g.Met]
		rows = append(rows, []string{g.Text, figure(g.Most), figure(g.Reached), met, figure(g.Marked), figure(g.Unmarked)})
	}
	b.WriteString("\n")
	table(&b, rows)

	var waste []string
	for _, w := range r.Waste {
		waste = append(waste, fmt.Sprintf("%s %d", w.Condition, w.Alerts))
	}
	if len(waste) > 0 {
		fmt.Fprintf(&b, "\nNuisance alerts of this engine, by condition: %s.\n", strings.Join(waste, ", "))
	}
	return b.String()
}

// OK reports whether every goal is met.
func (r *Result) OK() bool {
	for _, g := range r.Goals {
		if !g.Met {
			return false
		}
	}
	return true
}

func seconds(s float64) string { return (time.Duration(s) * time.Second).String() }

func rate(x float64) string { return fmt.Sprintf("%.2f", x) }

func figure(x float64) string {
	if x == float64(int(x)) {
		return fmt.Sprint(int(x))
	}
	return fmt.Sprintf("%.2f", x)
}

func each[T any](list []T, text func(T) string) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = text(x)
	}
	return strings.Join(words, " / ")
}

// table writes rows, of which the first is the heading.
func table(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	line := func(row []string, pad string) {
		for i, cell := range row {
			fmt.Fprintf(b, "|%s%s%s%s", pad, cell, strings.Repeat(map[bool]string{true: "-", false: " "}[pad == ""], widths[i]-len(cell)+2-2*len(pad)), pad)
		}
		b.WriteString("|\n")
	}
	for i, row := range rows {
		line(row, " ")
		if i == 0 {
			line(make([]string, len(row)), "")
		}
	}
}
