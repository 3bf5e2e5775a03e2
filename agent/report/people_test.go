package report_test

import (
	"bytes"
	"flag"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

var update = flag.Bool("update", false, "rewrite the reports in testdata; read the diff")

func written(t testing.TB, format string, r *report.Report, style report.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report.Write(&b, r, format, style))
	return b.Bytes()
}

// words returns the text of a page, one cell or paragraph a line, without the drawing.
func words(page []byte) string {
	text := regexp.MustCompile(`(?s)<title>.*?</title>|<div class="each".*?</div>|<style>.*?</style>|<svg.*?</svg>`).ReplaceAllString(string(page), "")
	text = regexp.MustCompile(`</t[dh]>\s*<t[dh][^>]*>|</dt><dd>`).ReplaceAllString(text, " | ")
	text = strings.ReplaceAll(text, "</p>", "\n")
	text = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, "")
	var lines []string
	for line := range strings.Lines(html.UnescapeString(text)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// What people read of a session that was played, in both languages and units.
func TestReportOfAPlayedSession(t *testing.T) {
	r := recordedReport(t)
	for name, style := range map[string]report.Style{
		"report-en.txt": {}, "report-de.txt": {Language: report.German, Unit: report.KPa},
	} {
		got := words(written(t, "html", r, style))
		file := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, name)
	}
}

// The same report is the same file, byte for byte.
func TestPrintedReportIsTheSameEachTime(t *testing.T) {
	first, second := written(t, "pdf", recordedReport(t), report.Style{}), written(t, "pdf", recordedReport(t), report.Style{})
	assert.True(t, bytes.HasPrefix(first, []byte("%PDF-")))
	assert.Equal(t, first, second)
}

// Every word and number of the page stands in the printed report, in the order of its cells, as another program reads it.
func TestPrintedReportSaysWhatThePageSays(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext (Debian package poppler-utils): what is printed is not read back")
	}
	for _, style := range []report.Style{{}, {Language: report.German, Unit: report.KPa}} {
		r := recordedReport(t)
		file := filepath.Join(t.TempDir(), "report.pdf")
		require.NoError(t, os.WriteFile(file, written(t, "pdf", r, style), 0o600))
		out, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
		require.NoError(t, err)
		printed := map[string]int{}
		for w := range strings.FieldsSeq(string(out)) {
			printed[w]++
		}
		shown := map[string]int{}
		for w := range strings.FieldsSeq(words(written(t, "html", r, style))) {
			shown[w]++
		}
		delete(shown, "|")
		for w, n := range shown {
			assert.GreaterOrEqual(t, printed[w], n, "%q", w)
		}
	}
}

// A report that nobody can misread: what is simulated, not approved or damaged says so on every page.
func TestMarksAreOnEveryPage(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext (Debian package poppler-utils): what is printed is not read back")
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	require.NoError(t, os.WriteFile(file, written(t, "pdf", recordedReport(t), report.Style{}), 0o600))
	out, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
	require.NoError(t, err)
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	require.Greater(t, len(pages), 2)
	for _, page := range pages {
		for _, want := range []string{"Session K-0412", "TEST, SIMULATED", "Profile not clinically approved", "Not a medical device."} {
			assert.Contains(t, page, want)
		}
	}
}

// Staff may write what they like, as much as they like and in any letters.
func TestAnyTextCanBePrinted(t *testing.T) {
	r := newRoom(t)
	r.start("iv-ketamine")
	for _, text := range []string{strings.Repeat("W", 5000), strings.Repeat("long note ", 2000), "静かに 🙂 \x00\x1b[31m \xff", "", "{nb} %s <b>"} {
		r.event(wire.Session{Event: string(sessions.Noted), By: "AK", Text: text})
		r.breathe(1, 70, 97)
	}
	out := r.report()
	for _, format := range []string{"html", "pdf"} {
		assert.NotEmpty(t, written(t, format, out, report.Style{}))
	}
}
