package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// The measures of a printed page in millimetres and points; our choice, A4 upright.
const (
	pdfMargin  = 11.0
	pdfFoot    = 14.0 // kept free for the footer
	pdfWidth   = 210 - 2*pdfMargin
	pdfBottom  = 297 - pdfFoot
	pdfSmall   = 6.5
	pdfText    = 7.5
	pdfLine    = 3.05 // height of a line of text
	pdfBelow   = 0.5  // below a row or a paragraph
	pdfAbove   = 2.0  // above a heading
	pdfHeading = 4.2
	pdfBetween = 6.0 // between sections side by side
	pdfSpare   = 2.0 // of the first page, where a browser breaks lines in other places
	pdfGap     = 2.2 // between columns
)

// pdfFont is the family of the Go fonts, which are in the file.
const pdfFont = "Go"

// PDF writes the report as a file to print and to keep: the fonts are in it, the trend is drawn with lines, and the same report
// in the same style is the same bytes. Letters that the fonts do not have, such as Chinese ones, are shown as "?"; the HTML
// has them.
func PDF(w io.Writer, r *Report, style Style) error {
	s, err := laidOut(r, style)
	if err != nil {
		return err
	}
	p, err := newPrinted(s)
	if err != nil {
		return err
	}
	p.SetCatalogSort(true)
	p.SetCreationDate(r.To)
	p.SetModificationDate(r.To)
	p.SetProducer("Bedside", true)
	p.SetTitle(p.clean(s.title), true)
	p.SetLang(string(s.style.Language))
	p.AliasNbPages("{nb}")
	p.SetFooterFunc(p.foot)
	p.write()
	if err := p.Output(w); err != nil {
		return fmt.Errorf("report: PDF: %w", err)
	}
	return nil
}

// laidOut returns the sheet with its first page cut to what has room on it. It is measured on a page that nobody sees.
func laidOut(r *Report, style Style) (*sheet, error) {
	s, err := newSheet(r, style)
	if err != nil {
		return nil, err
	}
	p, err := newPrinted(s)
	if err != nil {
		return nil, err
	}
	p.fit()
	return s, nil
}

func newPrinted(s *sheet) (*printed, error) {
	known, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("report: font: %w", err)
	}
	p := &printed{Fpdf: fpdf.New("P", "mm", "A4", ""), sheet: s, known: known, left: pdfMargin, wide: pdfWidth}
	p.AddUTF8FontFromBytes(pdfFont, "", goregular.TTF)
	p.AddUTF8FontFromBytes(pdfFont, "B", gobold.TTF)
	p.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	p.SetAutoPageBreak(false, 0)
	return p, nil
}

// printed is a report that is being printed. Everything is placed by y, from the top of the page, in a column.
type printed struct {
	*fpdf.Fpdf
	sheet *sheet
	known *sfnt.Font
	glyph sfnt.Buffer
	y     float64
	left  float64 // of the column
	wide  float64
}

func (p *printed) write() {
	p.page()
	p.facts()
	for _, b := range p.sheet.first {
		p.block(b)
	}
	if len(p.sheet.more) > 0 {
		p.page()
	}
	for _, s := range p.sheet.more {
		p.section(s)
	}
	p.trend(p.sheet.trend)
	for _, s := range p.sheet.rest {
		p.section(s)
	}
}

// page begins a page with the title and what nobody may overlook.
func (p *printed) page() {
	p.AddPage()
	p.ink(0)
	first := p.PageNo() == 1
	size := pdfText + 1
	if first {
		size = 16
	}
	p.font("B", size)
	p.Text(pdfMargin, pdfMargin+4, p.clean(p.sheet.title))
	x := pdfMargin + pdfWidth
	p.font("B", pdfText)
	for _, mark := range slices.Backward(p.sheet.marks) {
		text := p.clean(mark)
		width := p.GetStringWidth(text) + 4
		x -= width
		p.SetFillColor(255, 233, 138)
		p.SetLineWidth(0.5)
		p.Rect(x, pdfMargin-0.6, width, 5.6, "FD")
		p.Text(x+2, pdfMargin+3.4, text)
		x -= 2
	}
	p.SetLineWidth(0.5)
	p.Line(pdfMargin, pdfMargin+7, pdfMargin+pdfWidth, pdfMargin+7)
	p.y = pdfMargin + 8.5
}

// foot is called by the library at the end of each page.
func (p *printed) foot() {
	p.ink(70)
	p.SetLineWidth(0.2)
	p.Line(pdfMargin, pdfBottom+3, pdfMargin+pdfWidth, pdfBottom+3)
	p.font("B", pdfSmall)
	p.Text(pdfMargin, pdfBottom+6.2, p.clean(p.sheet.footer))
	p.font("", pdfSmall)
	p.Text(pdfMargin, pdfBottom+9.2, p.clean(p.sheet.quoted+" "+p.sheet.proof))
	p.SetXY(pdfMargin, pdfBottom+4)
	p.CellFormat(pdfWidth, 3, fmt.Sprintf("%d / {nb}", p.PageNo()), "", 0, "R", false, 0, "")
}

// room begins a new page if less than a height is left on this one.
func (p *printed) room(height float64) {
	if p.y+height > pdfBottom {
		p.page()
	}
}

// facts prints the short answers in three columns, the long ones below.
func (p *printed) facts() {
	const columns, name = 3, 25.0
	wide := float64(pdfWidth) / columns
	column, height := 0, 0.0
	flush := func() {
		if column > 0 {
			p.y += height + 0.5
			column, height = 0, 0
		}
	}
	for _, f := range p.sheet.facts {
		width := wide
		if f.long {
			flush()
			width = pdfWidth
		}
		x := pdfMargin + float64(column)*wide
		p.font("B", pdfText)
		lines := p.split(f.value, width-name-pdfGap)
		p.ink(20)
		for i, l := range lines {
			p.Text(x+name, p.y+2.8+float64(i)*pdfLine, l)
		}
		p.font("", pdfText)
		p.ink(80)
		names := p.split(f.name, name-1)
		for i, l := range names {
			p.Text(x, p.y+2.8+float64(i)*pdfLine, l)
		}
		height = max(height, float64(max(len(lines), len(names)))*pdfLine)
		column++
		if f.long || column == columns {
			flush()
		}
	}
	flush()
}

// split breaks a text into lines of that width at most.
func (p *printed) split(text string, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(p.clean(text)) {
		for p.GetStringWidth(word) > width { // a hash, or a word without end
			n := p.fitting(word, width)
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word = append(lines, word[:n]), word[n:]
		}
		switch longer := strings.TrimSpace(line + " " + word); {
		case line == "" || p.GetStringWidth(longer) <= width:
			line = longer
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// fitting returns how many bytes of a word fit into a width, one letter at least.
func (p *printed) fitting(word string, width float64) int {
	n := 0
	for i, r := range word {
		end := i + len(string(r))
		if n > 0 && p.GetStringWidth(word[:end]) > width {
			break
		}
		n = end
	}
	return n
}

// clean leaves the letters that the fonts have: what staff wrote may have any.
func (p *printed) clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		if i, err := p.known.GlyphIndex(&p.glyph, r); err != nil || i == 0 || r > 0xffff {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

func (p *printed) font(weight string, size float64) { p.SetFont(pdfFont, weight, size) }

// ink sets the grey of letters and lines, 0 for black.
func (p *printed) ink(grey int) {
	p.SetTextColor(grey, grey, grey)
	p.SetDrawColor(grey, grey, grey)
}
