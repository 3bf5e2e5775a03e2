package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"bedside/agent/wire"
)

func newAlarms() *cobra.Command {
	var o roomOptions
	c := &cobra.Command{
		Use:   "alarms",
		Short: "List, acknowledge and silence the alarms of a room",
		Long: "Asks the agent of a room over NATS. Silencing never changes what is true of the person, shows on every screen, and\n" +
			"ends by itself.\n\nExit codes: 0 done, 1 refused or not reached, 2 wrong usage.",
		Example: "  bedside alarms list\n  bedside alarms ack bp_severe-1 --by AK\n  bedside alarms pause 2m --by AK\n  bedside alarms off hr_high --for 10m --reason 'walks about' --by AK",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o.flags(c)
	c.AddCommand(
		alarmsList(&o),
		simpleOrder(&o, "ack OCCURRENCE", "An alert was seen", wire.VerbAcknowledge, func(r *wire.Request) *string { return &r.Occurrence }),
		alarmsPause(&o),
		simpleOrder(&o, "resume", "End all pauses", wire.VerbResume, nil),
		simpleOrder(&o, "off CONDITION", "Suspend one condition for a while, or for this session; nothing that can be high", wire.VerbAlarmOff,
			func(r *wire.Request) *string { return &r.Condition }, reasonFlag, forFlag),
		simpleOrder(&o, "on CONDITION", "Switch a condition on again", wire.VerbAlarmOn, func(r *wire.Request) *string { return &r.Condition }),
		alarmsTest(&o),
	)
	return c
}

// forFlag says how long a suspension lasts; without it the condition is off until the session ends.
func forFlag(c *cobra.Command, r *wire.Request) {
	c.Flags().Func("for", "for `DURATION`, 15m at most, after which its signals come back (default until the session ends)", func(text string) (err error) {
		r.Seconds, err = wholeSeconds(text)
		return err
	})
}

func alarmsPause(o *roomOptions) *cobra.Command {
	return &cobra.Command{
		Use: "pause [DURATION]", Short: "Silence what sounds now, 2m unless told otherwise and 3m at most",
		Long: "Silences what sounds now; it goes on to show. What gets worse breaks it, and every new high alert.\n" +
			"For a planned pause of everything see bedside session pause.",
		RunE: func(cmd *cobra.Command, args []string) error {
			var r wire.Request
			if len(args) > 1 {
				return usageError{fmt.Errorf("%q is too much: %s (see %s --help)", args[1], cmd.UseLine(), cmd.CommandPath())}
			}
			if len(args) == 1 {
				var err error
				if r.Seconds, err = wholeSeconds(args[0]); err != nil {
					return err
				}
			}
			return o.carryOut(cmd, wire.VerbPauseAudio, r)
		},
	}
}

func alarmsList(o *roomOptions) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List what is active or waits to be acknowledged", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, _, err := o.status(cmd)
			if err != nil {
				return err
			}
			if o.asJSON {
				return writeJSON(cmd.OutOrStdout(), map[string]any{"alerts": s.Alerts, "silence": s.Silence})
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), alarmLines(&s))
			return err
		},
	}
}

// alarmLines writes the alarms for people, the most urgent first.
func alarmLines(s *wire.Status) string {
	var b strings.Builder
	for i := range s.Alerts {
		a := &s.Alerts[i]
		fmt.Fprintf(&b, "%-6s %s  %s", a.Priority, a.Occurrence, a.Text)
		switch {
		case a.State == "latched":
			b.WriteString("  over, waits to be acknowledged")
		case a.Acknowledged:
			b.WriteString("  acknowledged by " + a.AcknowledgedBy)
		case a.Signal != "on":
			b.WriteString("  " + strings.ReplaceAll(a.Signal, "_", " "))
		}
		if len(a.Called) > 0 {
			b.WriteString("  called " + strings.Join(a.Called, ", "))
		}
		b.WriteByte('\n')
	}
	if len(s.Alerts) == 0 {
		b.WriteString("no alarms\n")
	}
	if x := s.Silence; x != nil {
		if x.AudioUntil != nil {
			fmt.Fprintf(&b, "sound paused by %s until %s\n", x.By, x.AudioUntil.Local().Format("15:04:05"))
		}
		if x.AlarmUntil != nil {
			fmt.Fprintf(&b, "alarms paused by %s until %s: %s\n", x.By, x.AlarmUntil.Local().Format("15:04:05"), x.Reason)
		}
		for _, off := range x.Off {
			until := ""
			if !off.Until.IsZero() {
				until = " until " + off.Until.Local().Format("15:04:05")
			}
			fmt.Fprintf(&b, "%s is off%s, by %s: %s\n", off.Condition, until, off.By, off.Reason)
		}
	}
	return cleanLines(b.String())
}
