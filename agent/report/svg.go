package report

import (
	"fmt"
	"html/template"
	"strings"
)

// The sizes of the drawing in its own units; our choice.
const (
	svgWidth = 1000.0
	svgLeft  = 112.0
	svgPanel = 150.0 // height of a panel
	svgTitle = 30.0  // above it
	svgLane  = 15.0  // height of a lane of alerts
)

// svg draws a trend; empty for none. What it writes comes from numbers and from escaped words.
func svg(t *trend, style Style) template.HTML {
	if t == nil {
		return ""
	}
	d := &drawing{}
	end := float64(len(t.panels))*(svgPanel+svgTitle) + 12
	height := end + float64(len(t.lanes))*svgLane + 26
	d.add(`<figure><svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, svgWidth, height, escape(t.words(style)))
	for i := range t.panels {
		d.panel(t, i, svgTitle+float64(i)*(svgPanel+svgTitle))
	}
	d.doses(t)
	for i, l := range t.lanes {
		d.lane(&l, end+float64(i)*svgLane)
	}
	for _, x := range t.ticks {
		d.add(`<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, across(x.at), height-6, escape(x.text))
	}
	d.add(`</svg><figcaption class="note">%s</figcaption></figure>`, escape(t.legend(style)))
	return template.HTML(d.String()) //nolint:gosec // every word in it was escaped
}

type drawing struct{ strings.Builder }

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.Builder, format+"\n", args...) }

func across(x float64) float64 { return svgLeft + x*(svgWidth-svgLeft-4) }

func escape(s string) string { return template.HTMLEscapeString(s) }

// panel draws one box with its grid, its lines and its bars.
func (d *drawing) panel(t *trend, i int, top float64) {
	p := &t.panels[i]
	y := func(v float64) float64 { return top + v*svgPanel }
	for n, b := range t.bands {
		if n%2 == 1 {
			d.add(`<rect class="band" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, across(b.from), top, across(b.to)-across(b.from), svgPanel)
		}
		if i == 0 && b.to-b.from > 0.06 {
			d.add(`<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, across((b.from+b.to)/2), top+13, escape(b.name))
		}
	}
	for _, a := range p.alarms {
		from, height, text := y(a.y), top+svgPanel-y(a.y), y(a.y)+12
		if a.above {
			from, height, text = top, y(a.y)-top, y(a.y)-4
		}
		d.add(`<rect class="alarm" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, svgLeft, from, across(1)-svgLeft, height)
		d.add(`<line class="limit" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, svgLeft, across(1), y(a.y), y(a.y))
		d.add(`<text x="%.1f" y="%.1f">%s</text>`, svgLeft+4, text, escape(a.text))
	}
	title := top - 6
	if i == 0 {
		title -= 13 // above the names of the doses
	}
	d.add(`<text class="title" x="%.1f" y="%.1f">%s</text>`, svgLeft, title, escape(p.title))
	for _, x := range p.ticks {
		d.add(`<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, svgLeft, across(1), y(x.at), y(x.at))
		d.add(`<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, svgLeft-6, y(x.at)+4, escape(x.text))
	}
	for _, b := range p.baselines {
		d.add(`<line class="base" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, svgLeft, across(1), y(b), y(b))
	}
	dash := ""
	if p.dashed {
		dash = ` stroke-dasharray="5 2"`
	}
	for _, run := range p.lines {
		var points strings.Builder
		for _, q := range run {
			fmt.Fprintf(&points, "%.1f,%.1f ", across(q.x), y(q.y))
		}
		if len(run) == 1 { // one column alone would not be seen
			fmt.Fprintf(&points, "%.1f,%.1f ", across(run[0].x)+1, y(run[0].y))
		}
		d.add(`<polyline class="line p%d" points="%s"%s/>`, i, strings.TrimSpace(points.String()), dash)
	}
	for _, b := range p.bars {
		d.add(`<path class="line p%d" d="M%.1f %.1fV%.1fM%.1f %.1fh8M%.1f %.1fh8"/>`,
			i, across(b.x), y(b.top), y(b.bottom), across(b.x)-4, y(b.top), across(b.x)-4, y(b.bottom))
		if b.mean >= 0 {
			d.add(`<path class="line p%d" d="M%.1f %.1fh10"/>`, i, across(b.x)-5, y(b.mean))
		}
	}
	d.add(`<rect class="frame" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, svgLeft, top, across(1)-svgLeft, svgPanel)
}

// doses draws each as a line across the panels.
func (d *drawing) doses(t *trend) {
	for _, m := range t.marks {
		for i := range t.panels {
			top := svgTitle + float64(i)*(svgPanel+svgTitle)
			d.add(`<line class="dose" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, across(m.x), across(m.x), top, top+svgPanel)
		}
		d.add(`<text class="title" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, across(m.x), svgTitle-6, escape(m.name))
	}
}

// lane draws the alerts of one priority.
func (d *drawing) lane(l *lane, top float64) {
	d.add(`<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, svgLeft-6, top+svgLane-4, escape(l.name))
	d.add(`<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, svgLeft, across(1), top+svgLane-1, top+svgLane-1)
	for _, m := range l.marks {
		d.add(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`,
			escape(l.priority), across(m.x), top+2, max(across(m.to)-across(m.x), 2), svgLane-4, escape(m.name))
	}
}
