package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bedside/agent/wire"
)

func sessionLimits(o *roomOptions) *cobra.Command {
	c := &cobra.Command{
		Use: "limits", Short: "List the limits that judge now, and how far the session may change them", Args: noArguments,
		Long: "Lists every limit that values are judged by now, with the profile's own and the range that a session may set. What is high at\n" +
			"once is only made tighter. How far a limit lies from this person's baseline is the profile's and is not set: to be told earlier, set a\n" +
			"fixed limit nearer to normal.",
		Example: "  bedside session limits\n  bedside session limits set hr_high pulse_rate=125 delay=45s --reason athlete --by AK",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, _, err := o.status(cmd)
			if err != nil {
				return err
			}
			if o.asJSON {
				return writeJSON(cmd.OutOrStdout(), map[string][]wire.Limit{"limits": s.Limits})
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), cleanLines(limitLines(&s)))
			return err
		},
	}
	c.AddCommand(sessionLimitsSet(o))
	return c
}

func sessionLimitsSet(o *roomOptions) *cobra.Command {
	var r wire.Request
	c := &cobra.Command{
		Use: "set CONDITION NUMBER...", Short: "Set limits and delays for this session: all that are named, or none",
		Long: "NUMBER is a limit such as pulse_rate=125 or systolic=150, or delay=45s; with default in place of the number it is the\n" +
			"profile's own again. Several conditions may follow one another. What is less careful than the profile needs a reason, and what\n" +
			"the profile leaves to nobody but a lead needs --beyond. With the session its limits end.",
		Example: "  bedside session limits set spo2_low spo2=92 delay=10s --by AK\n  bedside session limits set hr_high pulse_rate=default hr_low pulse_rate=45 --reason athlete --by AK",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageError{fmt.Errorf("name a CONDITION and a NUMBER, such as hr_high pulse_rate=125; see bedside session limits")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if r.Limits, err = limitOrders(args); err != nil {
				return err
			}
			return o.carryOut(cmd, wire.VerbLimitsSet, r)
		},
	}
	reasonFlag(c, &r)
	c.Flags().BoolVar(&r.Beyond, "beyond", false, "you may set limits that the profile does not leave to everybody")
	return c
}

// limitOrders reads "hr_high pulse_rate=125 delay=45s hr_low pulse_rate=default".
func limitOrders(words []string) ([]wire.LimitOrder, error) {
	var list []wire.LimitOrder
	condition := ""
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			condition = w
			continue
		}
		if condition == "" {
			return nil, usageError{fmt.Errorf("%q stands before its CONDITION", w)}
		}
		order := wire.LimitOrder{Condition: condition, Default: value == "default"}
		if name != "delay" {
			order.Vital = name
		}
		switch {
		case order.Default:
		case name == "delay":
			seconds, err := wholeSeconds(value)
			if err != nil {
				return nil, usageError{fmt.Errorf("%q is no delay; write it like 45s", value)}
			}
			order.DelayS = &seconds
		default:
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, usageError{fmt.Errorf("%q is no limit; write it like pulse_rate=125", w)}
			}
			order.Value = &n
		}
		list = append(list, order)
	}
	if len(list) == 0 || !strings.Contains(words[len(words)-1], "=") {
		return nil, usageError{fmt.Errorf("%s: say what changes, such as pulse_rate=125 or delay=45s", condition)}
	}
	return list, nil
}

// limitLines writes the limits for people, the delay of a condition once.
func limitLines(s *wire.Status) string {
	var b strings.Builder
	if s.Session == nil {
		fmt.Fprintf(&b, "No session in %s: limits are set for one. %s judges.\n", s.Room, s.Profile)
	}
	delays := map[string]bool{}
	for i := range s.Limits {
		l := &s.Limits[i]
		side := ">="
		if l.Side == "below" {
			side = "<"
		}
		fmt.Fprintf(&b, "%-12s %-10s %-2s %4s %-6s %-6s  %s", l.Condition, l.Vital, side, l.Value, l.Unit, l.Priority, l.Title)
		switch {
		case l.Setting != nil:
			fmt.Fprintf(&b, "; %s", settingText(l.Setting, ""))
		case s.Session != nil:
			b.WriteString("; follows the baseline")
		}
		if l.Tighter > 0 {
			fmt.Fprintf(&b, "; %d tighter, no baseline", l.Tighter)
		}
		b.WriteByte('\n')
		if l.Delay != nil && !delays[l.Condition] {
			delays[l.Condition] = true
			fmt.Fprintf(&b, "%-12s %-10s    %4s s                %s\n", "", "delay", l.Delay.Value, settingText(l.Delay, " s"))
		}
	}
	return b.String()
}

// settingText says what a number may be set to, and who has changed it.
func settingText(s *wire.Setting, unit string) string {
	text := fmt.Sprintf("set %s to %s%s", s.Min, s.Max, unit)
	if s.Least != s.Min || s.Most != s.Max {
		text += fmt.Sprintf(", a lead %s to %s%s", s.Least, s.Most, unit)
	}
	if !s.Changed {
		return text
	}
	text += fmt.Sprintf("; CHANGED from %s to %s%s by %s", s.Default, s.Value, unit, s.By)
	if s.At != nil {
		text += " at " + s.At.Local().Format("15:04")
	}
	if s.Reason != "" {
		text += ", " + s.Reason
	}
	return text
}
