package report

import (
	"fmt"
	"strings"

	"bedside/alerts"
)

// block is a part of the first page: sections below each other in one or two columns, which stand side by side on paper.
type block [][]*section

// blocks arranges the first page. The alerts come last: they are as many as they are, and what is too much of them goes on to the
// next page when all else has been said.
func (w *writer) blocks() []block {
	doses, rems, peaks, beyond, coverage := w.doses(), w.rems(), w.peaks(), w.beyond(), w.coverage()
	gates, limits, episodes, overrides, list := w.gates(), w.limitsChanged(), w.episodes(), w.overrides(), w.alerts()
	if n := len(w.r.Alerts); n > 0 {
		list.note = w.say("%d in all: %s.", n, w.priorities())
	}
	peaks.whole, rems.whole, coverage.whole = true, true, true
	blocks := []block{{{&peaks}, {&doses}}, {{&beyond}, {&rems, &gates}}, {{&coverage}}, {{&episodes}}}
	if len(limits.rows) == 0 { // one line, which needs no columns
		blocks[0][1] = append(blocks[0][1], &limits)
	} else {
		blocks = append(blocks, block{{&limits}})
	}
	return append(blocks, block{{&overrides}}, block{{&list}})
}

// priorities counts the alerts by the highest priority that each reached.
func (w *writer) priorities() string {
	counts := w.r.Summary().Alerts
	var list []string
	for _, p := range []alerts.Priority{alerts.High, alerts.Medium, alerts.Low, alerts.Information} {
		if n := counts[p.String()]; n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, w.word(p.String())))
		}
	}
	return strings.Join(list, ", ")
}

// How few rows of a table are left on the first page before the next table loses one; our choice.
const (
	leastAlerts = 3
	mostRows    = 80 // more than a page has room for: what is never tried
	leastRows   = 3
)

// fit cuts the tables of the first page until all that it has to say stands on it, as high as it is when it is printed, and returns
// what is left of them for the next page. The page of a browser is cut in the same places: its letters are smaller on paper.
func (p *printed) fit() {
	p.page()
	p.facts()
	room := pdfBottom - p.y - pdfSpare
	heights := map[*section]*heights{}
	var all []*section
	for _, b := range p.sheet.first {
		for i, column := range b {
			for _, s := range column {
				s.kept, all = min(len(s.rows), mostRows), append(all, s)
				heights[s] = p.measure(s, b, i)
			}
		}
	}
	total := func() (sum float64) {
		for _, b := range p.sheet.first {
			high := 0.0
			for _, column := range b {
				one := 0.0
				for _, s := range column {
					one += heights[s].of(s)
				}
				high = max(high, one)
			}
			sum += high
		}
		return sum
	}
	for total() > room {
		if !shorten(all, total) {
			break
		}
	}
	p.sheet.fits = total() <= room
	for list := all[len(all)-1]; p.sheet.fits && list.kept < len(heights[list].rows); { // the last cut may have made room for more than was wanting
		if list.kept++; total() > room {
			list.kept--
			break
		}
	}
	for _, s := range all {
		if s.kept < len(s.rows) {
			s.more = p.sheet.style.say("%d more on a later page", len(s.rows)-s.kept)
			if p.sheet.fits {
				s.more = p.sheet.style.say("%d more on page 2", len(s.rows)-s.kept)
			}
			c := section{heading: p.sheet.style.say("%s, continued", s.heading), head: s.head, rows: s.rows[s.kept:], kept: len(s.rows) - s.kept}
			p.sheet.more = append(p.sheet.more, &c)
		}
	}
}

// shorten takes a row away: of the alerts down to a few, then of the longest table whose rows make the page longer, then of the alerts
// again. It reports whether there was one.
func shorten(all []*section, total func() float64) bool {
	list := all[len(all)-1] // the alerts
	if list.kept > leastAlerts {
		list.kept--
		return true
	}
	var longest *section
	before := total()
	for _, s := range all {
		if s == list || s.whole || s.kept <= leastRows || longest != nil && s.kept <= longest.kept {
			continue
		}
		s.kept -= 2 // the first that is cut costs a line that says so
		if total() < before {
			longest = s
		}
		s.kept += 2
	}
	if longest == nil {
		longest = list
	}
	if longest.kept <= 1 {
		return false
	}
	longest.kept--
	return true
}

// heights are those of a section in its column.
type heights struct {
	frame float64   // of everything but rows
	rows  []float64 // of each
	more  float64   // of the line that says that there are more
}

// of returns the height with the rows that are kept.
func (h *heights) of(s *section) float64 {
	sum := h.frame
	for _, one := range h.rows[:s.kept] {
		sum += one
	}
	if s.kept < len(s.rows) {
		sum += h.more
	}
	return sum
}

// measure says how high a section is in a column of a block.
func (p *printed) measure(s *section, b block, column int) *heights {
	p.left, p.wide = b.place(column)
	h := &heights{frame: pdfAbove + pdfHeading, more: pdfLine + pdfBelow}
	if len(s.rows) == 0 {
		h.frame += p.wordsHeight(s.none)
	} else {
		t := p.table(s)
		p.font("B", pdfText)
		h.frame += p.height(t, t.head)
		p.font("", pdfText)
		for _, row := range s.rows[:min(len(s.rows), mostRows)] {
			h.rows = append(h.rows, p.height(t, row))
		}
	}
	if s.note != "" {
		h.frame += p.wordsHeight(s.note)
	}
	return h
}

// place returns where a column of the block begins, and how wide it is: the left one of two is wider, for figures that stand in a row.
func (b block) place(column int) (left, wide float64) {
	const first = (pdfWidth - pdfBetween) * 0.64 // as the style sheet has it
	switch {
	case len(b) == 1:
		return pdfMargin, pdfWidth
	case column == 0:
		return pdfMargin, first
	default:
		return pdfMargin + first + pdfBetween, pdfWidth - pdfBetween - first
	}
}

// block prints sections side by side, together on one page.
func (p *printed) block(b block) {
	high := 0.0
	for i, column := range b {
		sum := 0.0
		for _, s := range column {
			sum += p.measure(s, b, i).of(s)
		}
		high = max(high, sum)
	}
	if len(b) > 1 {
		p.room(min(high, pdfBottom-pdfMargin-10))
	}
	top, low := p.y, p.y
	for i, column := range b {
		p.y = top
		p.left, p.wide = b.place(i)
		for _, s := range column {
			p.section(s)
		}
		low = max(low, p.y)
	}
	p.y, p.left, p.wide = low, pdfMargin, pdfWidth
}
