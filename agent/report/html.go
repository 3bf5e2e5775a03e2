package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.css
var pageCSS string

//go:embed page.html
var pageHTML string

// HTML writes the report as one file that needs nothing else: it can be mailed, printed and kept. It has no script.
func HTML(w io.Writer, r *Report, style Style) error {
	s, err := laidOut(r, style)
	if err != nil {
		return err
	}
	page, err := template.New("report").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("report: template: %w", err)
	}
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{
		"Language": s.style.Language, "Title": s.title, "Marks": s.marks, "Facts": facts(s.facts), "First": blocks(s.first), "More": views(s.more), "Rest": views(s.rest),
		"Footer": s.footer, "Quoted": s.quoted, "Proof": s.proof, "CSS": template.CSS(pageCSS), "Trend": svg(s.trend, s.style),
	})
	if err != nil {
		return fmt.Errorf("report: HTML: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Policy is the content security policy that the page of [HTML] is shown with: its own style sheet, and nothing else. It has no
// script, and could run none. Pages of the same place may show it in a frame, measure it there, and open the dialog that prints it.
func Policy() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; sandbox allow-same-origin allow-modals; frame-ancestors 'self'; " +
		"base-uri 'none'; form-action 'none'"
}

// view is a section as the template reads it.
type view struct {
	Heading, Note, None string
	More                string
	Head                []string
	Rows                [][]string
	Many                bool // columns: more than a phone has room for
}

// blocks are the first page: columns of views.
func blocks(list []block) [][][]view {
	out := make([][][]view, len(list))
	for i, b := range list {
		for _, column := range b {
			out[i] = append(out[i], views(column))
		}
	}
	return out
}

func views(list []*section) []view {
	out := make([]view, len(list))
	for i, s := range list {
		out[i] = view{Heading: s.heading, Note: s.note, None: s.none, Head: s.head, Rows: s.rows[:s.kept], More: s.more, Many: len(s.head) > 4}
	}
	return out
}

type pair struct {
	Name, Value string
	Long        bool
}

func facts(list []fact) []pair {
	out := make([]pair, len(list))
	for i, f := range list {
		out[i] = pair{f.name, f.value, f.long}
	}
	return out
}
