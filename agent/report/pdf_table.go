package report

import (
	"slices"
	"strings"
)

// section prints a heading with its table. The heading stays with the first row, a row stays whole, and a page that the table
// goes on to has its head again.
func (p *printed) section(s *section) {
	p.room(pdfAbove + pdfHeading + 3*pdfLine)
	p.y += pdfAbove
	p.ink(20)
	p.font("B", pdfText+1.5)
	p.Text(p.left, p.y+3.2, p.clean(s.heading))
	p.y += pdfHeading
	if len(s.rows) == 0 {
		p.words(s.none)
	} else {
		t := p.table(s)
		p.head(t)
		for _, row := range s.rows[:s.kept] {
			p.row(t, row)
		}
	}
	if s.more != "" {
		p.words(s.more)
	}
	if s.note != "" {
		p.words(s.note)
	}
}

// words prints a paragraph.
func (p *printed) words(text string) {
	p.room(p.wordsHeight(text))
	p.ink(80)
	for _, l := range p.split(text, p.wide) {
		p.Text(p.left, p.y+2.8, l)
		p.y += pdfLine
	}
	p.y += pdfBelow
}

func (p *printed) wordsHeight(text string) float64 {
	p.font("", pdfText)
	return float64(len(p.split(text, p.wide)))*pdfLine + pdfBelow
}

// table is where its columns are.
type table struct {
	head  []string
	x     []float64
	width []float64
}

// table gives each column the width of its longest word, and what is left by how much more each would like.
func (p *printed) table(s *section) *table {
	n := len(s.head)
	least, wish := make([]float64, n), make([]float64, n)
	measure := func(row []string, weight string) {
		p.font(weight, pdfText)
		for i, cell := range row[:min(len(row), n)] {
			cell = p.clean(cell)
			wish[i] = max(wish[i], p.GetStringWidth(cell)+pdfGap)
			for word := range strings.FieldsSeq(cell) {
				least[i] = max(least[i], min(p.GetStringWidth(word)+pdfGap+0.1, p.wide/4))
			}
		}
	}
	measure(s.head, "B")
	for _, row := range s.rows {
		measure(row, "")
	}
	t := &table{head: s.head}
	left, more := p.wide, 0.0
	for i := range n {
		least[i] = min(least[i], p.wide/float64(n)*1.6)
		left -= least[i]
		more += max(wish[i]-least[i], 0)
	}
	x := p.left
	for i := range n {
		width := least[i]
		switch {
		case left < 0: // words will be cut
			width = p.wide / float64(n)
		case more > left:
			width += left * max(wish[i]-least[i], 0) / more
		default:
			width = max(wish[i], least[i]) + (left-more)/float64(n)
		}
		t.x, t.width = append(t.x, x), append(t.width, width)
		x += width
	}
	return t
}

func (p *printed) head(t *table) {
	p.ink(80)
	p.print(t, t.head, "B")
	p.SetLineWidth(0.35)
	p.Line(p.left, p.y, p.left+p.wide, p.y)
}

// row prints a row, on the next page if it does not fit on this one.
func (p *printed) row(t *table, row []string) {
	p.font("", pdfText)
	if p.y+p.height(t, row) > pdfBottom {
		p.page()
		p.head(t)
	}
	p.ink(20)
	p.print(t, row, "")
	p.ink(200)
	p.SetLineWidth(0.15)
	p.Line(p.left, p.y, p.left+p.wide, p.y)
}

func (p *printed) height(t *table, row []string) float64 {
	lines := 1
	for i, cell := range row {
		lines = max(lines, len(p.split(cell, t.width[i]-pdfGap)))
	}
	return float64(lines)*pdfLine + pdfBelow
}

// print prints the cells of a row below y. One that is longer than a page is cut there, and says so.
func (p *printed) print(t *table, row []string, weight string) {
	p.font(weight, pdfText)
	lines := 1
	for i, cell := range row {
		list := p.split(cell, t.width[i]-pdfGap)
		if room := int((pdfBottom - p.y) / pdfLine); len(list) > room {
			list = append(slices.Clone(list[:max(room-1, 0)]), "[…]")
		}
		for n, l := range list {
			p.Text(t.x[i], p.y+2.8+float64(n)*pdfLine, l)
		}
		lines = max(lines, len(list))
	}
	p.y += float64(lines)*pdfLine + pdfBelow
}
