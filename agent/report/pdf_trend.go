package report

import "codeberg.org/go-pdf/fpdf"

// The sizes of the drawing in millimetres; our choice.
const (
	inkPanel = 31.0 // height of a panel
	inkTitle = 6.5  // above it
	inkLane  = 4.0  // height of a lane of alerts
	inkLeft  = 22.0 // for what stands left of the panels
)

// trend draws the course of the session with the lines and numbers that the HTML has.
func (p *printed) trend(t *trend) {
	if t == nil {
		return
	}
	below := float64(len(t.lanes))*inkLane + 8
	p.room(float64(len(t.panels))*(inkPanel+inkTitle) + below + 2*pdfLine + 3)
	p.y += 3
	for i := range t.panels {
		p.panel(t, i)
	}
	for i := range t.lanes {
		p.lane(&t.lanes[i])
	}
	p.font("", pdfSmall)
	p.ink(80)
	for _, x := range t.ticks {
		p.centred(along(x.at), p.y+3, x.text)
	}
	p.y += 5
	p.words(t.legend(p.sheet.style))
}

// along is where a moment lies on the page.
func along(x float64) float64 { return pdfMargin + inkLeft + x*(pdfWidth-inkLeft) }

func (p *printed) centred(x, y float64, text string) {
	text = p.clean(text)
	p.Text(x-p.GetStringWidth(text)/2, y, text)
}

func (p *printed) ending(x, y float64, text string) {
	text = p.clean(text)
	p.Text(x-p.GetStringWidth(text), y, text)
}

// panel draws one box with what is in it.
func (p *printed) panel(t *trend, i int) {
	box := &t.panels[i]
	top := p.y + inkTitle
	y := func(v float64) float64 { return top + v*inkPanel }
	left, right := along(0), along(1)
	p.font("", pdfSmall)
	p.ground(t, i, top)
	for _, a := range box.alarms {
		from, height, text := y(a.y), inkPanel*(1-a.y), y(a.y)+2.6
		if a.above {
			from, height, text = top, inkPanel*a.y, y(a.y)-0.8
		}
		p.SetFillColor(200, 16, 46)
		p.SetAlpha(0.08, "Normal")
		p.Rect(left, from, right-left, height, "F")
		p.SetAlpha(1, "Normal")
		p.SetDrawColor(200, 16, 46)
		p.SetLineWidth(0.15)
		p.Line(left, y(a.y), right, y(a.y))
		p.ink(80)
		p.Text(left+1, text, p.clean(a.text))
	}
	for _, x := range box.ticks {
		p.SetDrawColor(223, 229, 234)
		p.SetLineWidth(0.15)
		p.Line(left, y(x.at), right, y(x.at))
		p.ending(left-1.5, y(x.at)+0.9, x.text)
	}
	p.ink(20)
	p.SetLineWidth(0.25)
	p.SetDashPattern([]float64{0.4, 0.9}, 0)
	for _, b := range box.baselines {
		p.Line(left, y(b), right, y(b))
	}
	p.SetDashPattern(nil, 0)
	p.curves(box, y)
	p.ink(20)
	p.SetLineWidth(0.5)
	for _, m := range t.marks {
		p.Line(along(m.x), top, along(m.x), top+inkPanel)
		if i == 0 {
			p.font("B", pdfSmall)
			p.centred(along(m.x), top-1, m.name)
		}
	}
	p.SetLineWidth(0.2)
	p.Rect(left, top, right-left, inkPanel, "D")
	p.font("B", pdfSmall)
	title := top - 1
	if i == 0 {
		title -= 2.6 // above the names of the doses
	}
	p.Text(left, title, p.clean(box.title))
	p.y = top + inkPanel
}

// ground shades every second phase, and names them in the first panel.
func (p *printed) ground(t *trend, i int, top float64) {
	for n, b := range t.bands {
		if n%2 == 1 {
			p.SetFillColor(242, 243, 244)
			p.Rect(along(b.from), top, along(b.to)-along(b.from), inkPanel, "F")
		}
		if i == 0 && b.to-b.from > 0.07 {
			p.ink(80)
			p.centred(along((b.from+b.to)/2), top+2.8, b.name)
		}
	}
}

// curves draws the lines of an oximeter, each run for itself, and the readings of a cuff.
func (p *printed) curves(box *panel, y func(float64) float64) {
	p.SetDrawColor(0, 0, 0) // many printers have no other ink
	p.SetLineWidth(0.3)
	if box.dashed {
		p.SetDashPattern([]float64{1.2, 0.5}, 0)
	}
	for _, run := range box.lines {
		points := make([]fpdf.PointType, 0, len(run)+1)
		for _, q := range run {
			points = append(points, fpdf.PointType{X: along(q.x), Y: y(q.y)})
		}
		if len(points) == 1 { // one column alone would not be seen
			points = append(points, fpdf.PointType{X: points[0].X + 0.2, Y: points[0].Y})
		}
		p.MoveTo(points[0].X, points[0].Y)
		for _, q := range points[1:] {
			p.LineTo(q.X, q.Y)
		}
		p.DrawPath("D")
	}
	p.SetDashPattern(nil, 0)
	for _, b := range box.bars {
		x := along(b.x)
		p.Line(x, y(b.top), x, y(b.bottom))
		p.Line(x-0.9, y(b.top), x+0.9, y(b.top))
		p.Line(x-0.9, y(b.bottom), x+0.9, y(b.bottom))
		if b.mean >= 0 {
			p.Line(x-1.2, y(b.mean), x+1.2, y(b.mean))
		}
	}
}

// lane draws the alerts of one priority.
func (p *printed) lane(l *lane) {
	p.font("", pdfSmall)
	p.ink(80)
	p.ending(along(0)-1.5, p.y+3.2, l.name)
	p.SetDrawColor(223, 229, 234)
	p.SetLineWidth(0.15)
	p.Line(along(0), p.y+inkLane, along(1), p.y+inkLane)
	switch l.priority {
	case "high":
		p.SetFillColor(200, 16, 46)
	case "medium":
		p.SetFillColor(178, 134, 0)
	default:
		p.SetFillColor(11, 135, 148)
	}
	for _, m := range l.marks {
		p.Rect(along(m.x), p.y+0.7, max(along(m.to)-along(m.x), 0.4), inkLane-1.2, "F")
	}
	p.y += inkLane
}
