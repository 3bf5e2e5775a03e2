package alerts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/alerts/transcripttest"
)

// TestDesignListsTheConditions compares the table of DESIGN.md with what is declared.
func TestDesignListsTheConditions(t *testing.T) {
	page, err := os.ReadFile("DESIGN.md")
	require.NoError(t, err)
	const begin, end = "<!-- conditions -->\n", "<!-- end -->"
	_, rest, ok := strings.Cut(string(page), begin)
	require.True(t, ok)
	got, rest, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := table()
	if transcripttest.Update() {
		head, _, _ := strings.Cut(string(page), begin)
		require.NoError(t, os.WriteFile("DESIGN.md", []byte(head+begin+want+end+rest), 0o644))
		return
	}
	assert.Equal(t, want, got)
}

func table() string {
	var b strings.Builder
	b.WriteString("\n| Condition | True when | Clear | Hold | Clear hold | Priority | Latches |\n|---|---|---|---|---|---|---|\n")
	for _, c := range builtIn() {
		when, clears := triggers[c.Trigger], ""
		also := func(violated, over string) {
			if clears != "" {
				when, clears = when+" or ", clears+", "
			}
			when, clears = when+violated, clears+over
		}
		for _, x := range c.Bounds {
			also(fmt.Sprintf("%v %s %d", x.Vital, sides[x.Side], x.Limit), fmt.Sprintf("%s %d", overs[x.Side], x.Clear))
		}
		for _, x := range c.Relative {
			also(fmt.Sprintf("%v %s %s", x.Vital, sides[x.Side], outermost(x)), fmt.Sprintf("%d back", x.Back))
		}
		if len(c.Of) > 0 {
			when = strings.Join(c.Of, " or ") + " lasts"
		}
		if len(c.Names) > 0 {
			when = "somebody reports it: " + strings.Join(c.Names, ", ")
		}
		if len(c.During) > 0 {
			when += ", during " + strings.Join(c.During, ", ")
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
			if x.Sole != 0 {
				priority += " without another " + x.Sole.String()
			}
			if len(x.During) > 0 {
				priority += " during " + strings.Join(x.During, ", ")
			}
		}
		if c.Latching {
			latches = "at high"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %v | %v | %s | %s |\n", c.ID, when, clears, c.Hold, c.ClearHold, priority, latches)
	}
	return b.String() + "\n"
}

var (
	sides = map[alerts.Side]string{alerts.AtLeast: ">=", alerts.Below: "<"}
	overs = map[alerts.Side]string{alerts.AtLeast: "<=", alerts.Below: ">="}
)

// outermost writes the parts of a limit that follows the baseline.
func outermost(r alerts.Relative) string {
	var parts []string
	if r.Limit != 0 {
		parts = append(parts, strconv.Itoa(r.Limit))
	}
	sign, pick := "+", "max"
	if r.Side == alerts.Below {
		sign, pick = "-", "min"
	}
	if r.Delta != 0 {
		parts = append(parts, fmt.Sprintf("baseline %s %d", sign, r.Delta))
	}
	if r.Percent != 0 {
		parts = append(parts, fmt.Sprintf("%d %% of baseline", r.Percent))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return pick + "(" + strings.Join(parts, ", ") + ")"
}

var triggers = map[alerts.Trigger]string{
	alerts.PortLost:     "port gone or not to be opened",
	alerts.DeviceSilent: "port open, no frame within the driver's silence limit",
	alerts.SensorOff:    "sensor unplugged, off, defective",
	alerts.SignalPoor:   "no usable value, weak or searching, perfusion index < 0.40",
	alerts.FrameErrors:  "more than 10 % damaged frames in a window as long as the hold",
	alerts.CuffFailed:   "two cuff cycles in a row without a result",
	alerts.DataFrozen:   "same values and a flat pleth",
	alerts.SystemFault:  "the agent, or who watches it, says so",
}

func TestEveryConditionSaysWhereItsNumbersComeFrom(t *testing.T) {
	for _, c := range builtIn() {
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
