package report

import (
	"fmt"
	"html/template"
	"strings"
)

// The sizes of the drawing in its own units; our choice.
const (
	svgWidth  = 1000.0
	svgLeft   = 52.0
	svgPanel  = 150.0 // height of a panel
	svgTitle  = 20.0  // above it
	svgAlerts = 34.0  // strip for doses and alerts
)

// svg draws a trend; empty for none. What it writes comes from numbers and from escaped words.
func svg(t *trend, style Style) template.HTML {
	if t == nil {
		return ""
	}
	d := &drawing{}
	height := float64(len(t.panels))*(svgPanel+svgTitle) + svgAlerts + 24
	d.add(`<figure><svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, svgWidth, height, escape(t.words(style)))
	top := svgTitle
	for i := range t.panels {
		d.panel(t, i, top)
		top += svgPanel + svgTitle
	}
	d.marks(t, top-svgTitle+6, style)
	for _, x := range t.ticks {
		d.add(`<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, across(x.at), top+svgAlerts-4, escape(x.text))
	}
	d.add(`</svg></figure>`)
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
			d.add(`<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, across(b.to)-4, top+12, escape(b.name))
		}
	}
	d.add(`<text x="%.1f" y="%.1f">%s</text>`, svgLeft, top-5, escape(p.title))
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

// marks draws doses as lines over all panels, and alerts as strips below them, each priority with a height of its own.
func (d *drawing) marks(t *trend, top float64, style Style) {
	heights := map[string]float64{"high": 14, "medium": 10, "low": 6}
	for _, m := range t.marks {
		if m.kind == "dose" {
			d.add(`<line class="dose" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, across(m.x), across(m.x), svgTitle, top)
			d.add(`<text x="%.1f" y="%.1f">%s</text>`, across(m.x)+3, svgTitle+26, escape(m.name))
			continue
		}
		h := heights[m.kind]
		if h == 0 {
			h = 4
		}
		d.add(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s, %s</title></rect>`,
			escape(m.kind), across(m.x), top+14-h, max(across(m.to)-across(m.x), 2), h, escape(m.name), escape(style.word(m.kind)))
	}
	d.add(`<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, svgLeft-6, top+12, escape(style.say("Alerts")))
}
