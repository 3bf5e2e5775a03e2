package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"bedside/cmd/bedside/bench"
)

func newBench() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure how well the alarms do, and prove that nothing gets lost",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newBenchAlarms(), newBenchChaos(), newBenchSite(), newBenchChaosNATS(), newBenchChaosDevice())
	return c
}

// mostSessions bounds a run to what fits into an hour; our choice.
const mostSessions = 100_000

func newBenchAlarms() *cobra.Command {
	var o bench.Options
	var asJSON bool
	c := &cobra.Command{
		Use:   "alarms",
		Short: "Compare the alarms with fixed limits, over thousands of simulated sessions",
		Long: "Plays drawn sessions in virtual time: people whose pressures rise as the published series say, motion, sensors that\n" +
			"come off, cuffs on the arm of the sensor, values that flap at a limit, and true events whose moments are known.\n" +
			"Prints how many true events were missed, how late the others were told, and how many alerts were for nothing: for\n" +
			"the alarms of this program with the profile of each session, and for fixed limits without and with a wait of 15 s.\n" +
			"What counts as a true event and as a nuisance: cmd/bedside/bench/DESIGN.md.\n\n" +
			"People are simulated, so the figures compare judges; they promise nothing about patients.\n\n" +
			"Exit codes: 0 played, whatever the figures; 1 stopped or not playable; 2 wrong use.",
		Example: "  bedside bench alarms\n  bedside bench alarms --sessions 200 --seed 7 --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Sessions < 1 || o.Sessions > mostSessions {
				return usageError{fmt.Errorf("--sessions %d: want 1 to %d (see %s --help)", o.Sessions, mostSessions, cmd.CommandPath())}
			}
			begun := time.Now()
			r, err := bench.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			return printBench(cmd.OutOrStdout(), r, time.Since(begun), asJSON)
		},
	}
	c.Flags().IntVar(&o.Sessions, "sessions", 2000, "how many sessions are played")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "which sessions: equal seeds give equal figures")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func printBench(out io.Writer, r *bench.Result, took time.Duration, asJSON bool) error {
	if asJSON {
		return writeJSON(out, r)
	}
	_, err := fmt.Fprintf(out, "%s\nplayed in %.1f s\n", r, took.Seconds())
	return err
}
