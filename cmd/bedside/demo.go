package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"bedside/agent/wire"
)

// cuffSpeed is the highest speed at which a cuff was seen to keep up on a computer with two cores: its driver waits for
// answers in the story's time, while the computer is no faster than it is.
const cuffSpeed = 60

type demoOptions struct {
	scenario, page, board, nats string
	rooms                       int
	speed                       float64
	seed                        uint64
	asJSON, verbose             bool
}

func newDemo() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "See it work: a simulated session, nothing to configure",
		Long: "Runs a whole room with simulated devices on pseudo-terminals, and the nurses' station beside it: real bytes, real\n" +
			"drivers, real alerts. Nothing leaves this computer and nothing is kept. It runs until it is interrupted.\n\n" + notADevice,
		Example: "  bedside demo\n  bedside demo --rooms 4\n  bedside demo --scenario crisis --speed 20\n  bedside demo --scenario my-own.yaml",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return demo(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	storyFlags(c, &o.scenario, &o.speed, &o.seed, "rise")
	c.Flags().StringVar(&o.page, "page", "", "where the page listens, `HOST:PORT` (default 127.0.0.1:8080, or a free port if that is taken)")
	c.Flags().StringVar(&o.board, "board", "", "where the station's page listens, `HOST:PORT` (default 127.0.0.1:8090, or a free port if that is taken)")
	c.Flags().IntVar(&o.rooms, "rooms", 1, "how many `ROOMS` there are, 1 to 6; the others have stories of their own")
	c.Flags().StringVar(&o.nats, "nats", "", "where NATS listens, `HOST:PORT` (default 127.0.0.1:4222, or a free port if that is taken)")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print the addresses as one JSON object")
	c.Flags().BoolVar(&o.verbose, "verbose", false, "log what the agent does")
	listStories(c)
	return c
}

// listStories adds the stories to a command's help, and reads them only then.
func listStories(c *cobra.Command) {
	help := c.HelpFunc()
	c.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		list, err := storyHelp()
		if err != nil {
			list = err.Error()
		}
		cmd.Long += "\n\n" + list
		help(cmd, args)
	})
}

func (o *demoOptions) check() error {
	if o.rooms < 1 || o.rooms > 1+len(neighbours()) {
		return usageError{fmt.Errorf("--rooms %d: want 1 to %d", o.rooms, 1+len(neighbours()))}
	}
	return errors.Join(checkSpeed(o.speed), checkListen("--page", o.page), checkListen("--board", o.board), checkListen("--nats", o.nats))
}

// checkListen refuses an address that is not on loopback, as a configuration's is refused: there is no sign-in yet.
func checkListen(flag, address string) error {
	if address == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	_, portErr := strconv.ParseUint(port, 10, 16)
	if err != nil || portErr != nil {
		return usageError{fmt.Errorf("%s %q is no address to listen on; write it like 127.0.0.1:8080", flag, address)}
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return usageError{fmt.Errorf("%s %s would be open to the network; use loopback, like 127.0.0.1:%s", flag, address, port)}
	}
	return nil
}

// demo runs the rooms and the station of a story until ctx ends.
func demo(ctx context.Context, o demoOptions, stdout, stderr io.Writer) (err error) {
	if err := errors.Join(checkFree("--page", o.page), checkFree("--board", o.board), checkFree("--nats", o.nats)); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bedside-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w, err := openWard(dir, o)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	if o.verbose {
		log = newLog(stderr)
	}
	return w.run(ctx, log, func(ctx context.Context, r demoRunning) error {
		if err := welcome(stdout, o, w.beds[0].story, r); err != nil {
			return err
		}
		return w.beds[0].story.farewell(ctx, stdout, o)
	})
}

// checkFree refuses a wanted address that somebody else has, in the words of the demo's flags.
func checkFree(flag, address string) error {
	if address == "" {
		return nil
	}
	l, err := net.Listen("tcp", address) //nolint:noctx // a probe that returns at once
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s: another program uses %s; stop it, or leave the flag out for a free port", flag, address)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot listen on %s: %w", flag, address, err)
	}
	return l.Close()
}

// listenOn returns the wanted address, else the usual one if it is free, else any free port.
func listenOn(wanted, usual string) string {
	if wanted != "" {
		return wanted
	}
	l, err := net.Listen("tcp", usual) //nolint:noctx // a probe that returns at once
	if err != nil {
		return "127.0.0.1:0"
	}
	if err := l.Close(); err != nil {
		return "127.0.0.1:0"
	}
	return usual
}

func welcome(w io.Writer, o demoOptions, s *story, r demoRunning) error {
	if o.asJSON {
		return writeJSON(w, map[string]any{
			"version": version, "page": r.Console, "board": r.board, "metrics": r.Console + "/metrics", "nats": r.NATS,
			"subjects": wire.Prefix + ".demo.>", "scenario": s.Name, "speed": o.speed, "seed": s.seed,
		})
	}
	pace := "in real time; add --speed 20 to see it in " + spoken(s.Length/20)
	if o.speed > 1 {
		pace = fmt.Sprintf("%g times faster than life, over in %s", o.speed, spoken(s.clock.Real(s.Length)))
	}
	if o.speed > cuffSpeed {
		pace += fmt.Sprintf(".\nBeyond --speed %d the cuff's answers may come too late for its driver, and blood pressure be missing", cuffSpeed)
	}
	_, err := fmt.Fprintf(w, `bedside %s  demo: %s, no data leaves this computer
  room      %s      open this
  station   %s      what the nurses see
  metrics   %s/metrics
  NATS      %s      subjects %s.demo.>

Story %q: %s of a session, %s.
%s
Other stories: bedside demo --help
In another terminal: bedside watch%s

%s
Press Ctrl+C to stop.
`, version, simulated(o.rooms, len(s.Devices)), r.Console, r.board, r.Console, r.NATS, wire.Prefix, s.Name, spoken(s.Length), pace, folded(s.Teaches, 80),
		watchFlag(r.NATS), notADevice)
	return err
}

// simulated says what the demo has.
func simulated(rooms, devices int) string {
	if rooms > 1 {
		return fmt.Sprintf("%d rooms with simulated devices", rooms)
	}
	return fmt.Sprintf("%d simulated devices", devices)
}

// watchFlag is what bedside watch needs to find the demo: nothing at the usual address.
func watchFlag(url string) string {
	if url == usualNATS {
		return ""
	}
	return " --nats " + url
}

// farewell says when the story has been told. The room goes on: somebody may be looking at it.
func (s *story) farewell(ctx context.Context, w io.Writer, o demoOptions) error {
	if o.asJSON {
		return nil
	}
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(s.until(s.Length)):
	}
	_, err := fmt.Fprintf(w, "\nThe story %q is over; the person is at rest. The room goes on until Ctrl+C.\n", s.Name)
	return err
}

// spoken writes a duration for people: "45 minutes", "66 seconds".
func spoken(d time.Duration) string {
	switch {
	case d < 1500*time.Millisecond:
		return "a second"
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f seconds", d.Seconds())
	}
	return fmt.Sprintf("%.0f minutes", d.Minutes())
}

// folded breaks a text into lines of at most width characters where it can.
func folded(text string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
