package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/cmd/bedside/rehearsal"
	"bedside/simulators/scenario"
)

func newCheckScenario() *cobra.Command {
	var seed uint64
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "scenario [FILE | NAME]...",
		Short: "Play scenarios and compare the alerts with what they expect",
		Long: "Plays a scenario in virtual time, without waiting and without any device: the bytes, drivers and alerts are the\n" +
			"real ones. Prints what the scenario expects beside what was seen. Without an argument, all scenarios that come\n" +
			"with the program are played.\n\nExit codes: 0 as expected, 1 not as expected, 2 a file that cannot be used.",
		Example: "  bedside check scenario crisis\n  bedside check scenario my-own.yaml --seed 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return usageError{fmt.Errorf("--all and %q do not go together (see %s --help)", args[0], cmd.CommandPath())}
			}
			if len(args) == 0 {
				args, all = scenario.Names(), true
			}
			return checkScenarios(cmd.OutOrStdout(), args, seed, all, asJSON)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "play all scenarios that come with the program")
	seedFlag(c, &seed)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each scenario")
	return c
}

// played is a scenario with what came of it.
type played struct {
	*scenario.Scenario
	seed    uint64
	verdict rehearsal.Verdict
}

// checkScenarios plays each scenario. Those that are as expected get one line where many are played.
func checkScenarios(out io.Writer, words []string, seed uint64, brief, asJSON bool) error {
	stories := make([]*scenario.Scenario, len(words))
	for i, word := range words { // all files are read before any is played
		s, err := loadStory(word)
		if err != nil {
			return err
		}
		stories[i] = s
	}
	begun, told, bad := time.Now(), time.Duration(0), 0
	for _, s := range stories {
		p := played{Scenario: s, seed: seed}
		if p.seed == 0 {
			p.seed = s.Seed
		}
		result, err := rehearsal.Play(s, p.seed)
		if err != nil {
			return err
		}
		told += s.Length
		if p.verdict = rehearsal.Judge(s, result); !p.verdict.OK() {
			bad++
		}
		if err := p.print(out, brief, asJSON); err != nil {
			return err
		}
	}
	if brief && !asJSON {
		_, err := fmt.Fprintf(out, "%d scenarios, %s, played in %.1f s\n", len(stories), spoken(told), time.Since(begun).Seconds())
		if err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("not as expected: %d of %d scenarios", bad, len(stories))
	}
	return nil
}

func (p *played) print(out io.Writer, brief, asJSON bool) error {
	switch {
	case asJSON:
		return writeJSON(out, p.report())
	case brief && p.verdict.OK():
		_, err := fmt.Fprintf(out, "ok   %-26s %s\n", p.Name, p.Title)
		return err
	default:
		_, err := io.WriteString(out, p.table())
		return err
	}
}

// table draws what was expected beside what was seen, for people.
func (p *played) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s, seed %d)\n", p.Name, p.Title, short(p.Length), p.seed)
	rows := [][3]string{{"", "expected", "seen"}}
	for i := range p.verdict {
		l := &p.verdict[i]
		mark := "ok"
		if !l.OK() {
			mark = "BAD"
		}
		rows = append(rows, [3]string{mark, expected(l), seen(l)})
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r[1]))
	}
	for _, r := range rows {
		if len(p.verdict) > 0 {
			fmt.Fprintf(&b, "%-4s%-*s  %s\n", r[0], width, r[1], r[2])
		}
	}
	switch bad := p.verdict.Bad(); {
	case bad > 0:
		fmt.Fprintf(&b, "not as expected: %d of %d lines\n", bad, len(p.verdict))
	case len(p.verdict) == 0 && p.ForbidOthers:
		b.WriteString("ok: no alert, as expected\n")
	case p.ForbidOthers:
		b.WriteString("ok: every alert as expected, and no other\n")
	default:
		b.WriteString("ok: every alert as expected, and none that is forbidden\n")
	}
	return b.String()
}

func expected(l *rehearsal.Line) string {
	switch x := l.Expected; {
	case l.Refused != nil:
		return fmt.Sprintf("%-18s %s", short(l.Refused.At), l.Refused.Do)
	case x == nil:
		return "-"
	default:
		text := fmt.Sprintf("%-18s %s %s", short(x.From)+" to "+short(x.To), x.Condition, x.Change)
		if x.Priority != nil {
			text += " " + x.Priority.String()
		}
		if x.Device != "" {
			text += ", " + x.Device
		}
		return text
	}
}

func seen(l *rehearsal.Line) string {
	switch e := l.Seen; {
	case l.Refused != nil:
		return "refused: " + l.Refused.Why
	case e != nil && l.Expected != nil:
		return fmt.Sprintf("%-8s %s", short(e.At), e.Alert.Text)
	case e != nil:
		return fmt.Sprintf("%-8s %s %s %s: %s", short(e.At), e.Alert.Condition, e.Change, e.Alert.Priority, e.Alert.Text)
	case l.Other != nil:
		return fmt.Sprintf("not then, but at %s: %s %s", short(l.Other.At), l.Other.Change, l.Other.Alert.Priority)
	default:
		return "never"
	}
}

// short writes a time of a story to a tenth of a second, such as 9m4.7s.
func short(d time.Duration) string {
	text := d.Round(100 * time.Millisecond).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	return text
}

// reported is one line of a comparison, for scripts.
type reported struct {
	OK        bool    `json:"ok"`
	Condition string  `json:"condition,omitempty"`
	Event     string  `json:"event,omitempty"`
	Expected  string  `json:"expected,omitempty"` // in words
	Seen      string  `json:"seen,omitempty"`     // in words
	At        float64 `json:"at_s,omitempty"`     // when it was seen, in seconds
}

func (p *played) report() map[string]any {
	lines := make([]reported, len(p.verdict))
	for i := range p.verdict {
		l := &p.verdict[i]
		r := reported{OK: l.OK(), Expected: expected(l), Seen: seen(l)}
		if l.Expected != nil {
			r.Condition, r.Event = l.Expected.Condition, l.Expected.Change.String()
		}
		if l.Seen != nil {
			r.Condition, r.Event, r.At = l.Seen.Alert.Condition, l.Seen.Change.String(), l.Seen.At.Seconds()
		}
		lines[i] = r
	}
	return map[string]any{"scenario": p.Name, "ok": p.verdict.OK(), "seed": p.seed, "length_s": p.Length.Seconds(), "lines": lines}
}
