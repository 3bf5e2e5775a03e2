package metrics_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/metrics"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// busy returns metrics in which every series of ours has been touched.
func busy() *metrics.Metrics {
	m := metrics.New("v1.2.3")
	m.Declare([]alerts.Condition{
		{ID: "bp_severe", Priority: alerts.Medium, Escalations: []alerts.Escalation{{Readings: 2, Priority: alerts.High}}},
		{ID: "spo2_crit", Priority: alerts.High},
	})
	oximeter := m.Device("oximeter", "nonin")
	oximeter.Up(true)
	oximeter.Frames(25)
	oximeter.Frames(25)
	oximeter.Reading(time.Date(2026, 11, 21, 9, 40, 12, 120_000_000, time.UTC))
	oximeter.Fault(devices.BadChecksum)
	m.Device("oximeter", "nonin").Fault(devices.BadChecksum)
	oximeter.Reopened(2)
	oximeter.Reopened(3)
	m.Device("cuff", "suntech").Up(false)

	raised := alerts.Event{Change: alerts.Raised, Alert: alerts.Alert{Condition: "spo2_crit", Priority: alerts.High}}
	m.Alert(&raised, 300*time.Microsecond)
	raised.Change = alerts.Acknowledged
	m.Alert(&raised, 2*time.Millisecond)
	m.Alert(&alerts.Event{Change: alerts.Raised, Alert: alerts.Alert{Condition: "test_high", Priority: alerts.High}}, time.Millisecond) // counts nowhere
	m.Active([]alerts.Alert{{Condition: "test_high", Priority: alerts.High}, {Priority: alerts.High}, {Priority: alerts.Low}, {Priority: alerts.High}})
	m.Recorded(7)
	m.WriteFailure()
	m.Watch(func() metrics.Surroundings {
		return metrics.Surroundings{
			CaptureFailing: true, CaptureLost: 11, SoundFailing: true, SoundPages: 12, SoundBursts: 13, SoundFailures: 14,
			Connected: true, Reconnects: 1, Published: 100, Acknowledged: 90, Resent: 2, Refilled: 3, Refused: 4, Dropped: 5,
			Errors: 6, Outbox: 10, RecordLost: 8, Clients: 9,
		}
	})
	return m
}

func scrape(t testing.TB, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	require.Equal(t, http.StatusOK, w.Code)
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	return string(body)
}

// ours leaves out what the Go and process collectors of the library write: it changes with the toolchain.
func ours(exposition string) string {
	var kept []string
	for line := range strings.Lines(exposition) {
		if !regexp.MustCompile(`^(# (HELP|TYPE) )?(go|process)_`).MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.ReplaceAll(strings.Join(kept, ""), runtime.Version(), "GOVERSION")
}

func TestExposition(t *testing.T) {
	got := ours(scrape(t, busy()))
	path := filepath.Join("testdata", "exposition.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestFromTheStart(t *testing.T) {
	m := metrics.New("v1.2.3")
	m.Declare(profiles.BuiltIn().Conditions())
	m.Device("oximeter", "nonin")
	text := scrape(t, m)
	for _, line := range []string{
		`bedside_device_up{device="oximeter"} 0`,
		`bedside_faults_total{device="oximeter",driver="nonin",kind="no_answer"} 0`,
		`bedside_alerts_total{condition="bp_severe",priority="high"} 0`,
		`bedside_alerts_active{priority="high"} 0`,
		`bedside_nats_connected 0`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.Regexp(t, `(?m)^go_goroutines \d`, text)
	if runtime.GOOS == "linux" {
		assert.Regexp(t, `(?m)^process_resident_memory_bytes \d`, text)
	}
}

// TestLabelsAreClosed feeds words from outside the vocabulary and expects no new series.
func TestLabelsAreClosed(t *testing.T) {
	m := busy()
	before := ours(scrape(t, m))
	m.Alert(&alerts.Event{Change: alerts.Raised, Alert: alerts.Alert{Condition: "made_up", Priority: alerts.High}}, 0)
	m.Device("oximeter", "another").Fault(devices.FaultKind(99))
	m.Active([]alerts.Alert{{Priority: alerts.Priority(99)}})
	after := ours(scrape(t, m))
	names := func(text string) []string { return regexp.MustCompile(`(?m)^[a-z_]+(\{.*\})?`).FindAllString(text, -1) }
	assert.Equal(t, names(before), names(after))
}

func TestNamesAreExposed(t *testing.T) {
	text := scrape(t, busy())
	var documented []string
	for _, n := range metrics.Names() {
		documented = append(documented, n.Name)
		assert.Contains(t, text, "# HELP "+n.Name+" "+n.Help+"\n")
	}
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (bedside_\w+) `).FindAllStringSubmatch(text, -1) {
		assert.Contains(t, documented, found[1], "exposed and not in Names")
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(documented))), len(documented), "a name twice")
}

func TestReopenedNeverFalls(t *testing.T) {
	m := metrics.New("")
	d := m.Device("a", "b")
	for _, total := range []uint64{2, 1, 2, 5} {
		d.Reopened(total)
	}
	assert.Contains(t, scrape(t, m), `bedside_device_reconnects_total{device="a"} 5`)
}

func TestLint(t *testing.T) {
	problems, err := metrics.Lint(busy())
	require.NoError(t, err)
	assert.Empty(t, problems)
}

// TestPromtool has a second opinion, by another version of the same people's linter.
func TestPromtool(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: package prometheus), so its check of /metrics is left out")
	}
	cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(scrape(t, busy()))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Empty(t, string(out))
}

func TestCountingAllocatesNothing(t *testing.T) {
	m := busy()
	d := m.Device("oximeter", "nonin")
	event := alerts.Event{Change: alerts.Raised, Alert: alerts.Alert{Condition: "spo2_crit", Priority: alerts.High}}
	active := []alerts.Alert{{Priority: alerts.High}}
	at := time.Now()
	m.Alert(&event, time.Millisecond) // makes the native bucket
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		d.Up(true)
		d.Frames(25)
		d.Reading(at)
		d.Fault(devices.BadFrame)
		d.Reopened(3)
		m.Alert(&event, time.Millisecond)
		m.Active(active)
		m.Recorded(1)
	}))
}

func BenchmarkCount(b *testing.B) {
	m := busy()
	b.ReportAllocs()
	for b.Loop() {
		d := m.Device("oximeter", "nonin")
		d.Up(true)
		d.Frames(25)
	}
}

func BenchmarkScrape(b *testing.B) {
	m := busy()
	m.Declare(profiles.BuiltIn().Conditions())
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(scrape(b, m))))
	}
}
