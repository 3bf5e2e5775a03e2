package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"bedside/cmd/bedside/chaos"
)

// Bounds of the long run, our choice.
const (
	mostMinutes = 24 * 60
	mostRooms   = 20
)

func newBenchChaos() *cobra.Command {
	o := chaos.Options{Seed: 1, Rooms: 3}
	var minutes float64
	var asJSON bool
	c := &cobra.Command{
		Use:   "chaos",
		Short: "Break everything around some rooms, and prove that nothing was lost",
		Long: "Runs agents, a NATS server, a station and simulated devices as processes of their own. A seeded plan kills them, freezes\n" +
			"and cuts the lines between them, pulls plugs and fills disks, while the simulated people cross limits on schedule.\n" +
			"Afterwards what the devices really sent, the records and what a witness heard are compared: no alert lost, twice or out\n" +
			"of order, no reading missing that was decoded a second before a kill, no outage that was not told.\n" +
			"What counts and why: cmd/bedside/chaos/DESIGN.md. Disks are filled when this runs as root.\n\n" +
			"Exit codes: 0 nothing wrong, 1 something is, with the evidence in the folder it names; 2 wrong use.",
		Example: "  bedside bench chaos --minutes 10\n  bedside bench chaos --minutes 60 --rooms 5 --seed 7 --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if !(minutes > 0 && minutes <= mostMinutes) && !o.Short {
				return usageError{fmt.Errorf("--minutes %v is not between 0 and %d", minutes, mostMinutes)}
			}
			if o.Rooms < 1 || o.Rooms > mostRooms {
				return usageError{fmt.Errorf("--rooms %d: want 1 to %d", o.Rooms, mostRooms)}
			}
			o.Length = max(time.Duration(minutes*float64(time.Minute)), 30*time.Second)
			if o.Binary, err = os.Executable(); err != nil {
				return err
			}
			if o.Dir, err = os.MkdirTemp("", "bedside-chaos-"); err != nil {
				return err
			}
			o.Say = func(form string, args ...any) {
				if !asJSON {
					cmd.PrintErrf(form+"\n", args...)
				}
			}
			r, err := chaos.Run(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("%w; evidence: %s", err, o.Dir)
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), r)
			} else {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), r)
			}
			if err != nil {
				return err
			}
			if !r.OK() {
				return fmt.Errorf("violations: %d, evidence in %s", len(r.Violations), o.Dir)
			}
			return os.RemoveAll(o.Dir)
		},
	}
	c.Flags().Float64Var(&minutes, "minutes", 5, "how long things are broken")
	c.Flags().IntVar(&o.Rooms, "rooms", o.Rooms, "how many rooms")
	c.Flags().Uint64Var(&o.Seed, "seed", o.Seed, "`NUMBER` of the plan and the people: the same one gives the same")
	c.Flags().BoolVar(&o.Short, "short", false, "one of each in half a minute and two rooms, as the tests do")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// newBenchChaosNATS is the server of a chaos run.
func newBenchChaosNATS() *cobra.Command {
	var o chaos.BrokerOptions
	c := &cobra.Command{
		Use: "chaos-nats", Hidden: true, Args: noArguments, Short: "Be the NATS server of a chaos run",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Orders = cmd.InOrStdin()
			o.Ready, o.Log = func(url string) { cmd.Println(url) }, newLog(cmd.ErrOrStderr())
			return chaos.RunBroker(cmd.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:0", "address")
	c.Flags().StringVar(&o.Store, "store", "", "folder of the streams")
	return c
}

// newBenchChaosDevice is one device of a chaos run.
func newBenchChaosDevice() *cobra.Command {
	var o chaos.DeviceOptions
	var epoch string
	c := &cobra.Command{
		Use: "chaos-device", Hidden: true, Args: noArguments, Short: "Be a device of a chaos run",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Epoch, err = time.Parse(time.RFC3339Nano, epoch); err != nil || o.Link == "" || o.Truth == "" {
				return usageError{errors.Join(errors.New("--link, --truth and --epoch are needed"), err)}
			}
			o.Orders = cmd.InOrStdin()
			o.Ready = func() { cmd.Println("ready") }
			return chaos.RunDevice(cmd.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Kind, "kind", "", "oximeter or cuff")
	c.Flags().StringVar(&o.Link, "link", "", "stable name of the port")
	c.Flags().StringVar(&o.Truth, "truth", "", "file of what was really sent")
	c.Flags().StringVar(&epoch, "epoch", "", "beginning of the run")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "of the person")
	c.Flags().IntVar(&o.Room, "room", 1, "number of the room")
	return c
}
