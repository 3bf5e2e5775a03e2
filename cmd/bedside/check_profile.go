package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
)

func newCheckProfile() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "profile FILE | NAME",
		Short: "Check a site's profile, and print its limits with their sources",
		Long: "Checks a site's own profile: contradictions, what can never fire, and what is looser than the shipped profile that\n" +
			"it extends without a leave. All findings come at once, each with its line and a caret. A good one, or one of the\n" +
			"shipped ones by its name, is printed: word, hash, approval, and every limit with its source.\n\n" +
			"Shipped: " + strings.Join(profiles.Names(), ", ") + ".\n\nExit codes: 0 good, 2 cannot be used.",
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, expired, err := profileOf(args[0])
			if asJSON {
				return reportProfile(cmd.OutOrStdout(), args[0], p, expired, err)
			}
			if mistakes := new(config.Errors); errors.As(err, mistakes) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			return printProfile(cmd.OutOrStdout(), p, expired)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object with every finding")
	return c
}

// profileOf returns a shipped profile by its name, or the one in a file.
func profileOf(word string) (*profiles.Profile, config.Expired, error) {
	if p, ok := profiles.Find(word); ok {
		return p, nil, nil
	}
	p, expired, err := config.ReadProfile(word, time.Now())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usageError{fmt.Errorf("there is no file %s; the shipped profiles are %s", word, strings.Join(profiles.Names(), ", "))}
	}
	return p, expired, err
}

func reportProfile(w io.Writer, file string, p *profiles.Profile, expired config.Expired, err error) error {
	list := findings(file, err)
	report := map[string]any{"ok": err == nil, "findings": list}
	if p != nil {
		report["profile"], report["hash"], report["approved_by"] = p.Word(), p.Hash(), p.ApprovedBy
		report["expired"] = append([]string{}, expired...)
		report["limits"] = limitRows(p)
	}
	if e := writeJSON(w, report); e != nil {
		return e
	}
	if err != nil {
		return usageError{findingsError{file, len(list)}}
	}
	return nil
}

func printProfile(w io.Writer, p *profiles.Profile, expired config.Expired) error {
	approval := "NOT CLINICALLY APPROVED"
	if p.Approved() {
		approval = "approved by " + p.ApprovedBy + " on " + p.ApprovedAt
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\nhash %s\n%s\n", p.Word(), p.Title, p.Hash(), approval)
	for _, l := range p.Loosened {
		state := "until " + l.Until
		if slices.Contains(expired, l.Number) {
			state = "RUN OUT on " + l.Until + ", the number of " + p.Extends + " counts again"
		}
		fmt.Fprintf(&b, "loosened: %s by %s, %s: %s\n", l.Number, l.By, state, l.Reason)
	}
	b.WriteByte('\n')
	var rows strings.Builder
	rows.WriteString("CONDITION\tTRUE WHEN\tHOLD\tPRIORITY\tDURING\n")
	for _, r := range limitRows(p) {
		fmt.Fprintf(&rows, "%s\t%s\t%s\t%s\t%s\n", r.Condition, r.When, r.Hold, r.Priority, r.During)
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(table, rows.String())
	if err := errors.Join(err, table.Flush()); err != nil {
		return err
	}
	b.WriteString("\nSources:\n")
	tags := make([]string, 0, len(p.Sources))
	for tag := range p.Sources {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		fmt.Fprintf(&b, "  [%s] %s\n", tag, p.Sources[tag])
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// limitRow is one condition of a profile for people, each number with the tag of its source.
type limitRow struct {
	Condition string `json:"condition"`
	When      string `json:"when"`
	Hold      string `json:"hold,omitempty"`
	Priority  string `json:"priority"`
	During    string `json:"during,omitempty"`
}

func limitRows(p *profiles.Profile) []limitRow {
	rows := make([]limitRow, len(p.Limits))
	for i := range p.Limits {
		l := &p.Limits[i]
		rows[i] = limitRow{Condition: l.Rule, When: whenOf(l), Priority: priorityOf(l), During: strings.Join(l.Phases, ", ")}
		if l.Hold.Value > 0 {
			rows[i].Hold = tagged(document.PrintDuration(l.Hold.Value), l.Hold.Tag)
		}
		if l.Readings.Value > 1 {
			rows[i].Hold = tagged(strconv.Itoa(l.Readings.Value)+" readings", l.Readings.Tag)
		}
	}
	return rows
}

func tagged(text, tag string) string { return text + " [" + tag + "]" }

func whenOf(l *profiles.Limit) string {
	switch {
	case len(l.Of) > 0:
		return strings.Join(l.Of, " or ") + " lasts"
	case len(l.Names) > 0:
		return "reported: " + strings.Join(l.Names, ", ")
	}
	var parts []string
	for _, b := range l.Bounds {
		sign, compare := "+", ">="
		if b.Side == alerts.Below {
			sign, compare = "-", "<"
		}
		var limits []string
		if b.Limit.Value != 0 {
			limits = append(limits, tagged(strconv.Itoa(b.Limit.Value), b.Limit.Tag))
		}
		if b.Delta.Value != 0 {
			limits = append(limits, tagged(fmt.Sprintf("baseline %s %d", sign, b.Delta.Value), b.Delta.Tag))
		}
		if b.Percent.Value != 0 {
			limits = append(limits, tagged(fmt.Sprintf("%d %% of baseline", b.Percent.Value), b.Percent.Tag))
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", b.Vital, compare, strings.Join(limits, " and ")))
	}
	return strings.Join(parts, " or ")
}

func priorityOf(l *profiles.Limit) string {
	var b strings.Builder
	b.WriteString(l.Priority.String())
	for _, e := range l.Escalate {
		b.WriteString(", " + e.Priority.String())
		if e.After.Value > 0 {
			b.WriteString(tagged(" after "+document.PrintDuration(e.After.Value), e.After.Tag))
		}
		if e.Readings.Value > 0 {
			b.WriteString(tagged(fmt.Sprintf(" or %d readings", e.Readings.Value), e.Readings.Tag))
		}
	}
	return b.String()
}
