package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/alerts/profiles"
	"bedside/cmd/bedside/rehearsal"
	"bedside/simulators/scenario"
)

// withoutSession is the word for the built-in limits, where others are ids of profiles.
const withoutSession = "none"

type scenarioOptions struct {
	seed               uint64
	profile            string
	all, brief, asJSON bool
}

func newCheckScenario() *cobra.Command {
	var o scenarioOptions
	c := &cobra.Command{
		Use:   "scenario [FILE | NAME]...",
		Short: "Play scenarios and compare the alerts with what they expect",
		Long: "Plays a scenario in virtual time, without waiting and without any device: the bytes, drivers, alerts and sessions\n" +
			"are the real ones. It is played without a session, and with one under each profile that it speaks of. Prints what\n" +
			"the scenario expects beside what was seen. Without an argument, all scenarios that come with the program are\n" +
			"played.\n\nExit codes: 0 as expected, 1 not as expected, 2 a file that cannot be used.",
		Example: "  bedside check scenario crisis\n  bedside check scenario my-own.yaml --seed 7 --profile conservative",
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.all && len(args) > 0 {
				return usageError{fmt.Errorf("--all and %q do not go together (see %s --help)", args[0], cmd.CommandPath())}
			}
			if known := append(profiles.Names(), withoutSession); o.profile != "" && !slices.Contains(known, o.profile) {
				return usageError{fmt.Errorf("no profile is called %q; there are %s", o.profile, strings.Join(known, ", "))}
			}
			if o.brief = len(args) == 0; o.brief {
				args = scenario.Names()
			}
			return o.check(cmd.OutOrStdout(), args)
		},
	}
	c.Flags().BoolVar(&o.all, "all", false, "play all scenarios that come with the program")
	c.Flags().StringVar(&o.profile, "profile", "", "play it only under the profile with this `ID`; "+withoutSession+" for without a session")
	seedFlag(c, &o.seed)
	c.Flags().BoolVar(&o.asJSON, "json", false, "print one JSON object each time that a scenario is played")
	return c
}

// plays returns under which profiles a scenario is played, "" for without a session.
func (o *scenarioOptions) plays(s *scenario.Scenario) []string {
	switch o.profile {
	case "":
		return s.Plays()
	case withoutSession:
		return []string{""}
	default:
		return []string{o.profile}
	}
}

// played is a scenario, as it is told under a profile, with what came of it.
type played struct {
	*scenario.Scenario
	seed    uint64
	verdict rehearsal.Verdict
}

// check plays each scenario. Those that are as expected get one line where many are played.
func (o *scenarioOptions) check(out io.Writer, words []string) error {
	stories := make([]*scenario.Scenario, len(words))
	for i, word := range words { // all files are read before any is played
		s, err := loadStory(word)
		if err != nil {
			return err
		}
		stories[i] = s
	}
	begun, told, plays, bad := time.Now(), time.Duration(0), 0, 0
	for _, s := range stories {
		fine := true
		for _, id := range o.plays(s) {
			p, err := o.play(s.Under(id))
			if err != nil {
				return err
			}
			told += s.Length
			plays++
			fine = fine && p.verdict.OK()
			if err := o.print(out, p); err != nil {
				return err
			}
		}
		if !fine {
			bad++
		} else if o.brief && !o.asJSON {
			if _, err := fmt.Fprintf(out, "ok   %-26s %s\n", s.Name, s.Title); err != nil {
				return err
			}
		}
	}
	if o.brief && !o.asJSON {
		if _, err := fmt.Fprintf(out, "%d scenarios, %d times, %s, played in %.1f s\n", len(stories), plays, spoken(told),
			time.Since(begun).Seconds()); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("not as expected: %d of %d scenarios", bad, len(stories))
	}
	return nil
}

// play plays a scenario once.
func (o *scenarioOptions) play(s *scenario.Scenario) (*played, error) {
	p := &played{Scenario: s, seed: o.seed}
	if p.seed == 0 {
		p.seed = s.Seed
	}
	result, err := rehearsal.Play(s, p.seed)
	if err != nil {
		return nil, err
	}
	p.verdict = rehearsal.Judge(s, result)
	return p, nil
}

func (o *scenarioOptions) print(out io.Writer, p *played) error {
	switch {
	case o.asJSON:
		return writeJSON(out, p.report())
	case o.brief && p.verdict.OK():
		return nil
	default:
		_, err := io.WriteString(out, p.table())
		return err
	}
}

// table draws what was expected beside what was seen, for people.
func (p *played) table() string {
	var b strings.Builder
	under := "without a session"
	if p.Profile != "" {
		under = "profile " + p.Profile
	}
	fmt.Fprintf(&b, "%s: %s (%s, seed %d, %s)\n", p.Name, p.Title, short(p.Length), p.seed, under)
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
		text := fmt.Sprintf("%-18s %s %s", short(x.From)+" to "+short(x.To), x.Condition, x.Event())
		if x.Priority != nil {
			text += " " + x.Priority.String()
		}
		if x.Signal != nil {
			text += ", signal " + x.Signal.String()
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
			r.Condition, r.Event = l.Expected.Condition, l.Expected.Event()
		}
		if l.Seen != nil {
			r.Condition, r.At = l.Seen.Alert.Condition, l.Seen.At.Seconds()
			r.Event = cmp.Or(r.Event, l.Seen.Change.String())
		}
		lines[i] = r
	}
	profile := cmp.Or(p.Profile, withoutSession)
	return map[string]any{"scenario": p.Name, "profile": profile, "ok": p.verdict.OK(), "seed": p.seed, "length_s": p.Length.Seconds(), "lines": lines}
}
