package doctor

import (
	"fmt"
	"io"
	"strings"
)

// Level is how a finding is to be taken.
type Level string

// The levels. Only a Problem keeps [Report.Well] from being true.
const (
	Good    Level = "good"
	Note    Level = "note"    // worth knowing; nothing has to be done
	Problem Level = "problem" // the agent would not do its work, or not for long
)

// Finding is one thing that was looked at.
type Finding struct {
	Area  string `json:"area"` // one of the headings of the report, such as "Serial ports"
	Level Level  `json:"level"`
	What  string `json:"what"`
	Why   string `json:"why,omitempty"` // why it matters; empty where all is well
	Do    string `json:"do,omitempty"`  // what to do about it
}

// The areas, in the order of a report.
const (
	areaConfig  = "Configuration"
	areaPorts   = "Serial ports"
	areaDevices = "Devices"
	areaClock   = "Clock"
	areaDisk    = "Disk"
	areaNATS    = "NATS"
	areaPage    = "Room page"
	areaSound   = "Room sound"
)

// Report is everything that was found. It belongs to the caller.
type Report struct {
	Findings []Finding `json:"findings"`
	// Offer is the part of a configuration for the devices that were recognised and are not in the configuration yet, as
	// YAML; empty if there is nothing to add.
	Offer string `json:"offer,omitempty"`
}

// Well reports whether nothing is wrong.
func (r *Report) Well() bool { return r.Problems() == 0 }

// Problems counts what is wrong.
func (r *Report) Problems() int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Level == Problem {
			n++
		}
	}
	return n
}

func (r *Report) add(area string, level Level, what, why, do string) {
	r.Findings = append(r.Findings, Finding{area, level, what, why, do})
}

func (r *Report) good(area, format string, args ...any) {
	r.add(area, Good, fmt.Sprintf(format, args...), "", "")
}

// Write prints the report for people.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	area := ""
	for _, f := range r.Findings {
		if f.Area != area {
			area = f.Area
			fmt.Fprintf(&b, "%s\n", area)
		}
		fmt.Fprintf(&b, "  %-8s %s\n", f.Level, hang(f.What))
		if f.Why != "" {
			fmt.Fprintf(&b, "           Why: %s\n", hang(f.Why))
		}
		if f.Do != "" {
			fmt.Fprintf(&b, "           Do:  %s\n", hang(f.Do))
		}
	}
	if r.Offer != "" {
		fmt.Fprintf(&b, "\nLines for bedside.yaml:\n\n%s", r.Offer)
	}
	switch n := r.Problems(); n {
	case 0:
		b.WriteString("\nAll is well.\n")
	case 1:
		b.WriteString("\nThere is one problem.\n")
	default:
		fmt.Fprintf(&b, "\nThere are %d problems.\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hang indents the lines after the first.
func hang(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n             ")
}
