package report_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/report"
	"bedside/alerts/sessions"
	"bedside/devices/devicetest/brevity"
)

// headings of what the first page has to say, whatever happened.
var headings = []string{
	"Minutes observed", "Baseline", "Hash of the profile", "Approved by", "Hash of the record", "Devices", "Program", "Doses",
	"Peaks after the first dose", "Time beyond the lines of the profile", "Elevations over the baseline", "What was not measured",
	"Figures of the REMS monitoring form", "Gates", "Limits changed for the session", "Overrides and pauses", "Alerts",
}

// busy is the recorded session with so many alerts and overrides.
func busy(recorded *report.Report, alerts, overrides int) *report.Report {
	r := *recorded
	list := r.Alerts
	r.Alerts, r.Acts = nil, slices.Clone(r.Acts)
	for i := range alerts {
		a := list[i%len(list)]
		a.Raised = a.Raised.Add(time.Duration(i) * time.Second)
		r.Alerts = append(r.Alerts, a)
	}
	for i := range overrides {
		r.Acts = append(r.Acts, report.Act{At: r.From.Add(time.Duration(i) * time.Minute), Event: "audio_paused", By: "AK", Text: "2m0s", Reason: fmt.Sprint("busy ", i)})
	}
	return &r
}

// The first page says all of the summary, however many alerts there were. What has no room there is counted, comes first on the next
// page, and no row is lost or told twice.
func TestTheFirstPageHoldsTheSummary(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext (Debian package poppler-utils): what is printed is not read back")
	}
	recorded := recordedReport(t)
	sizes := []struct{ alerts, overrides int }{{60, 60}, {7, 0}, {0, 0}, {120, 0}}
	if brevity.Asked() {
		sizes = sizes[:2]
	}
	for _, tt := range sizes {
		t.Run(fmt.Sprintf("%d alerts, %d overrides", tt.alerts, tt.overrides), func(t *testing.T) {
			r := busy(recorded, tt.alerts, tt.overrides)
			file := filepath.Join(t.TempDir(), "report.pdf")
			require.NoError(t, os.WriteFile(file, written(t, "pdf", r, report.Style{}), 0o600))
			out, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
			require.NoError(t, err)
			pages := strings.Split(string(out), "\f")
			for _, h := range headings {
				assert.Contains(t, pages[0], h)
			}
			at := strings.LastIndex(pages[0], "\nAlerts")
			require.Positive(t, at)
			told := len(regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d +\d\d:\d\d:\d\d`).FindAllString(pages[0][at:], -1))
			more := 0
			if m := regexp.MustCompile(`(?m)^(\d+) more on page 2`).FindStringSubmatch(pages[0][at:]); m != nil {
				more, _ = strconv.Atoi(m[1])
				assert.Contains(t, pages[1], "Alerts, continued")
			}
			assert.Equal(t, tt.alerts, told+more)
			assert.NotContains(t, pages[0], "a later page")
			assert.GreaterOrEqual(t, told, min(tt.alerts, 3), "the first of them stand there")
			assert.Equal(t, tt.alerts, len(regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d +\d\d:\d\d:\d\d .*station-1`).FindAllString(string(out), -1)))
			if tt.alerts > 0 {
				assert.Contains(t, pages[0][at:], fmt.Sprint(tt.alerts, " in all: "))
			}

			page := words(written(t, "html", r, report.Style{}))
			first, _, found := strings.Cut(page, "Blood pressure readings\n")
			require.True(t, found)
			if more > 0 {
				assert.Contains(t, page, fmt.Sprint(more, " more on page 2\n"), "a browser's page is cut in the same place")
				assert.Less(t, strings.Index(page, "Overrides and pauses"), strings.Index(page, "\nAlerts\n"))
			}
			assert.Equal(t, tt.alerts, len(regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d \| \d\d:\d\d:\d\d \| (low|medium|high|medium → high) \|`).FindAllString(first, -1)))
			for i := range tt.overrides {
				assert.Equal(t, 1, strings.Count(first, fmt.Sprint("| busy ", i, "\n")))
			}
		})
	}
}

// A record that somebody has spoilt, with hundreds of rows and cells without end, is still written.
func TestAPageThatIsTooSmallSaysSo(t *testing.T) {
	r := busy(shortSession(t).report(), 300, 300)
	r.Gates = append(r.Gates, report.Gate{At: r.From, Gate: sessions.Gate{Name: "discharge", Items: []sessions.Item{{Name: "symptoms", Text: strings.Repeat("not met at all ", 2000)}}}})
	assert.NotEmpty(t, written(t, "pdf", r, report.Style{}))
	assert.Contains(t, words(written(t, "html", r, report.Style{})), "more on a later page\n")
}
