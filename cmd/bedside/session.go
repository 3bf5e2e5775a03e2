package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

func newSession() *cobra.Command {
	var o roomOptions
	c := &cobra.Command{
		Use:   "session",
		Short: "Follow a session: start, dose, notes, readings, end",
		Long: "Gives orders to the agent of a room over NATS. The agent decides; what it refuses has changed nothing.\n\n" +
			"Exit codes: 0 done, 1 refused or not reached, 2 wrong usage.",
		Example: "  bedside session start K-0412 --route iv --by AK\n  bedside session dose ketamine \"35 mg\" --by AK\n  bedside session show",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o.flags(c)
	c.AddCommand(
		sessionStart(&o), sessionScreen(&o), sessionDose(&o), sessionSymptom(&o), sessionPause(&o), sessionReading(&o),
		sessionLimits(&o),
		simpleOrder(&o, "phase PHASE", "Move the session to a phase by hand", wire.VerbSessionPhase,
			func(r *wire.Request) *string { return &r.Phase }, reasonFlag),
		simpleOrder(&o, "override GATE", "Go on although the gate predose or discharge is not met", wire.VerbSessionOverride,
			func(r *wire.Request) *string { return &r.Gate }, reasonFlag, prescriberFlag),
		simpleOrder(&o, "note TEXT", "Add a remark", wire.VerbNote, func(r *wire.Request) *string { return &r.Text }),
		simpleOrder(&o, "confirm ITEM", "Confirm an item of the list before leaving", wire.VerbSessionConfirm,
			func(r *wire.Request) *string { return &r.Tick }),
		simpleOrder(&o, "infusion-end", "The infusion has ended", wire.VerbInfusionEnd, nil),
		simpleOrder(&o, "reach-test", "Send a test alert that the nurse on duty has to acknowledge", wire.VerbReachTest, nil),
		simpleOrder(&o, "resume", "End a pause early", wire.VerbResume, nil),
		simpleOrder(&o, "end", "End the session", wire.VerbSessionEnd, nil, reasonFlag),
		sessionList(&o), sessionShow(&o),
	)
	return c
}

// simpleOrder makes a command that takes one word or text, or none, and those flags.
func simpleOrder(
	o *roomOptions, use, short, verb string, to func(*wire.Request) *string, flags ...func(*cobra.Command, *wire.Request),
) *cobra.Command {
	var r wire.Request
	var names []string
	if to != nil {
		names = strings.Fields(use)[1:]
	}
	c := &cobra.Command{
		Use: use, Short: short, Args: arguments(names...),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to != nil {
				*to(&r) = args[0]
			}
			return o.carryOut(cmd, verb, r)
		},
	}
	for _, add := range flags {
		add(c, &r)
	}
	return c
}

func sessionStart(o *roomOptions) *cobra.Command {
	var r wire.Request
	var answers []string
	c := &cobra.Command{
		Use: "start CODE", Short: "Begin a session under a pseudonymous code", Args: arguments("CODE"),
		Long: "Begins a session. CODE is a pseudonym, never a name. Screening questions: " + strings.Join(sessions.Questions(), ", ") + ".",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			r.Code = args[0]
			if r.Screening, err = screening(answers); err != nil {
				return err
			}
			return o.carryOut(cmd, wire.VerbSessionStart, r)
		},
	}
	c.Flags().StringVar(&r.Route, "route", "", "`ROUTE`: intranasal, iv, im, sublingual or oral")
	c.Flags().StringVar(&r.Profile, "profile", "", "`ID` of the profile (default the one of the route)")
	c.Flags().IntVar(&r.Age, "age", 0, "age in `YEARS`")
	c.Flags().StringVar(&r.Uncovered, "uncovered", "", "`WHY` it begins although no nurse is reached")
	c.Flags().StringSliceVar(&answers, "screening", nil, "`ANSWERS`, such as psychosis=no,escort_present=yes")
	return c
}

func sessionScreen(o *roomOptions) *cobra.Command {
	var r wire.Request
	c := &cobra.Command{
		Use: "screening QUESTION=ANSWER ...", Short: "Answer screening questions before the first dose",
		Args: func(cmd *cobra.Command, args []string) error {
			return arguments("QUESTION=ANSWER")(cmd, args[:min(1, len(args))])
		},
		Long: "Answers questions that were not answered when the session began, or corrects answers, which needs --reason. " +
			"ANSWER is yes or no; the questions are " + strings.Join(sessions.Questions(), ", ") + ".",
		Example: "  bedside session screening mania=no escort_present=yes",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if r.Screening, err = screening(args); err != nil {
				return err
			}
			return o.carryOut(cmd, wire.VerbSessionScreen, r)
		},
	}
	reasonFlag(c, &r)
	return c
}

// screening reads answers as they are typed.
func screening(typed []string) (map[string]sessions.Answer, error) {
	answers := map[string]sessions.Answer{}
	for _, a := range typed {
		question, answer, ok := strings.Cut(a, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("screening %q: write QUESTION=yes or QUESTION=no", a)}
		}
		answers[question] = sessions.Answer(answer)
	}
	return answers, nil
}

func sessionDose(o *roomOptions) *cobra.Command {
	var r wire.Request
	c := &cobra.Command{
		Use: "dose DRUG AMOUNT", Short: "A dose was given now", Args: arguments("DRUG", "AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Drug, r.Amount = args[0], args[1]
			return o.carryOut(cmd, wire.VerbSessionDose, r)
		},
	}
	c.Flags().IntVar(&r.Number, "device", 0, "`NUMBER` of the nasal device, from 1")
	return c
}

func reasonFlag(c *cobra.Command, r *wire.Request) {
	c.Flags().StringVar(&r.Reason, "reason", "", "`WHY`")
}

func prescriberFlag(c *cobra.Command, r *wire.Request) {
	c.Flags().BoolVar(&r.Prescriber, "prescriber", false, "you are the prescriber")
}

func sessionSymptom(o *roomOptions) *cobra.Command {
	var over bool
	c := &cobra.Command{
		Use: "symptom NAME", Short: "A symptom is seen, or no longer", Args: arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			verb := wire.VerbSymptom
			if over {
				verb = wire.VerbSymptomOver
			}
			return o.carryOut(cmd, verb, wire.Request{Name: args[0]})
		},
	}
	c.Flags().BoolVar(&over, "over", false, "it is seen no longer")
	return c
}

func sessionPause(o *roomOptions) *cobra.Command {
	var r wire.Request
	c := &cobra.Command{
		Use: "pause DURATION", Short: "A planned pause, such as for the bathroom", Args: arguments("DURATION"),
		Long: "Keeps alerts about the person back for a while, 5m at most. New high ones break through, and it ends by itself.",
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if r.Seconds, err = wholeSeconds(args[0]); err != nil {
				return err
			}
			return o.carryOut(cmd, wire.VerbPauseAlarms, r)
		},
	}
	reasonFlag(c, &r)
	c.Flags().BoolVar(&r.Sensor, "sensor", false, "the sensor will be moved or taken off")
	return c
}

func wholeSeconds(text string) (int, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > time.Hour {
		return 0, usageError{fmt.Errorf("%q is no length of time for this; write it like 2m or 90s", text)}
	}
	return int(d / time.Second), nil
}

func sessionReading(o *roomOptions) *cobra.Command {
	var r wire.Request
	c := &cobra.Command{
		Use: "reading SYSTOLIC/DIASTOLIC", Short: "A blood pressure measured by hand", Args: arguments("SYSTOLIC/DIASTOLIC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			sys, dia, ok := strings.Cut(args[0], "/")
			var errs [2]error
			r.Systolic, errs[0] = strconv.Atoi(sys)
			r.Diastolic, errs[1] = strconv.Atoi(dia)
			if !ok || errs[0] != nil || errs[1] != nil {
				return usageError{fmt.Errorf("%q is no blood pressure; write it like 128/80", args[0])}
			}
			return o.carryOut(cmd, wire.VerbSessionReading, r)
		},
	}
	c.Flags().IntVar(&r.Mean, "mean", 0, "mean `PRESSURE`, mmHg")
	c.Flags().IntVar(&r.PulseRate, "pulse", 0, "pulse `RATE`, 1/min")
	return c
}

func sessionList(o *roomOptions) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the last sessions of the room", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			reply, err := o.order(cmd.Context(), wire.VerbSessionList, wire.Request{})
			if err != nil {
				return err
			}
			if o.asJSON {
				return writeJSON(cmd.OutOrStdout(), reply)
			}
			var list []wire.PastSession
			if err := json.Unmarshal(reply.Data, &list); err != nil {
				return err
			}
			if len(list) == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "no session has ended in this room")
			}
			for _, s := range slices.Backward(list) {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %s to %s  %s, doses: %d, by %s\n", clean(s.Code),
					s.Since.Local().Format("2006-01-02 15:04"), s.Ended.Local().Format("15:04"), clean(s.Profile), s.Doses, clean(s.By)); err != nil {
					return err
				}
			}
			return err
		},
	}
}

func sessionShow(o *roomOptions) *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Show where the session stands", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, raw, err := o.status(cmd)
			if err != nil {
				return err
			}
			if o.asJSON {
				return writeJSON(cmd.OutOrStdout(), raw)
			}
			return printSession(cmd.OutOrStdout(), &s)
		},
	}
}

// printSession writes a session for people: where it stands, what is next, and what is not met.
func printSession(w io.Writer, status *wire.Status) error {
	var b strings.Builder
	approval := "approved by " + status.Approved
	if status.Approved == "" {
		approval = wire.Unapproved
	}
	s := status.Session
	if s == nil {
		fmt.Fprintf(&b, "No session in %s; %s (%s) judges.\n", status.Room, status.Profile, approval)
		_, err := io.WriteString(w, cleanLines(b.String()))
		return err
	}
	fmt.Fprintf(&b, "Session %s, phase %s, profile %s (%s), since %s by %s\n", s.Code, s.Phase, s.Profile, approval, s.Since.Local().Format("15:04"), s.By)
	for _, d := range s.Doses {
		fmt.Fprintf(&b, "  dose %d at %s: %s %s, by %s\n", d.Number, d.At.Local().Format("15:04"), d.Drug, d.Amount, d.By)
	}
	if v := s.Baseline; v != (sessions.Values{}) {
		fmt.Fprintf(&b, "  baseline %d/%d mmHg, pulse rate %d, SpO2 %d (0: not known)\n", v.Systolic, v.Diastolic, v.PulseRate, v.SpO2)
	}
	if !s.NextReading.IsZero() {
		fmt.Fprintf(&b, "  next reading %s, %s\n", s.NextReading.Local().Format("15:04"), s.ReadingWhy)
	}
	for _, e := range s.Ongoing {
		fmt.Fprintf(&b, "  going on: %s\n", e)
	}
	if s.ObserveLeftS > 0 {
		fmt.Fprintf(&b, "  observation: %s left\n", spoken(time.Duration(s.ObserveLeftS)*time.Second))
	}
	fmt.Fprintf(&b, "  %s gate:\n", s.Gate.Name)
	for _, i := range s.Gate.Items {
		word := "not met"
		switch {
		case i.Met:
			word = "met"
		case i.Advice:
			word = "consider"
		}
		fmt.Fprintf(&b, "    %-8s %s\n", word, i.Text)
	}
	_, err := io.WriteString(w, cleanLines(b.String()))
	return err
}

// cleanLines cleans each line of a text.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}
