package alerts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
)

// TestDesignListsTheConditions compares the table of DESIGN.md with Default.
func TestDesignListsTheConditions(t *testing.T) {
	page, err := os.ReadFile("DESIGN.md")
	require.NoError(t, err)
	const begin, end = "<!-- conditions -->\n", "<!-- end -->"
	_, rest, ok := strings.Cut(string(page), begin)
	require.True(t, ok)
	got, rest, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := table()
	if *update {
		head, _, _ := strings.Cut(string(page), begin)
		require.NoError(t, os.WriteFile("DESIGN.md", []byte(head+begin+want+end+rest), 0o644))
		return
	}
	assert.Equal(t, want, got)
}

func table() string {
	var b strings.Builder
	b.WriteString("\n| Condition | True when | Clear | Hold | Clear hold | Priority | Latches |\n|---|---|---|---|---|---|---|\n")
	for _, c := range alerts.Default() {
		when, clears := triggers[c.Trigger], ""
		for i, x := range c.Bounds {
			if i > 0 {
				when, clears = when+" or ", clears+", "
			}
			if x.Side == alerts.Below {
				when, clears = when+fmt.Sprintf("%v < %d", x.Vital, x.Limit), clears+fmt.Sprintf(">= %d", x.Clear)
			} else {
				when, clears = when+fmt.Sprintf("%v >= %d", x.Vital, x.Limit), clears+fmt.Sprintf("<= %d", x.Clear)
			}
		}
		priority, latches := c.Priority.String(), ""
		for _, x := range c.Escalations {
			priority += ", " + x.Priority.String()
			if x.After > 0 {
				priority += fmt.Sprintf(" after %v", x.After)
			}
			if x.Readings > 0 {
				priority += fmt.Sprintf(" or %d readings", x.Readings)
			}
			if x.WhileHigh {
				priority += " while a high one waits"
			}
		}
		if c.Latching {
			latches = "at high"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %v | %v | %s | %s |\n", c.ID, when, clears, c.Hold, c.ClearHold, priority, latches)
	}
	return b.String() + "\n"
}

var triggers = map[alerts.Trigger]string{
	alerts.PortLost:     "port gone or not to be opened",
	alerts.DeviceSilent: "port open, no frame within the driver's silence limit",
	alerts.SensorOff:    "sensor unplugged, off, defective",
	alerts.SignalPoor:   "no usable value, weak or searching, perfusion index < 0.40",
	alerts.FrameErrors:  "more than 10 % damaged frames in a window as long as the hold",
	alerts.CuffFailed:   "two cuff cycles in a row without a result",
	alerts.DataFrozen:   "same values and a flat pleth",
	alerts.SystemFault:  "the shell says so",
}

func TestEveryConditionSaysWhereItsNumbersComeFrom(t *testing.T) {
	for _, c := range alerts.Default() {
		assert.NotEmpty(t, c.Source, c.ID)
		assert.NotEmpty(t, c.Title, c.ID)
	}
}

// readAll returns all transcripts.
func readAll(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		b.Write(text)
	}
	return b.String()
}
