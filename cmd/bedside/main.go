// Command bedside watches over a monitored session from the bedside: it reads the pulse oximeter and the cuff, judges
// what they say, and tells the nurses. See README.md; bedside help lists the commands.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"bedside/agent/config"
)

// Exit codes of the public contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	// exitUnreached is that of commands that tell an agent that cannot be asked from one that refuses.
	exitUnreached = 3
)

// collectAt is the growth of the heap, in per cent, at which garbage is collected; our choice. What lives is small, and
// memory on a bedside computer is dearer than the few milliseconds a minute that this costs.
const collectAt = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// usageError is a mistake in how the command was called or configured, as opposed to something that went wrong.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// errInterrupted is what is left to say when somebody pressed Ctrl+C before a command was done.
var errInterrupted = errors.New("interrupted before the end")

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) { // Ctrl+C
		err = errInterrupted
	}
	complain(root, err)
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	if errors.As(err, new(unreachedError)) {
		return exitUnreached
	}
	return exitFailed
}

// complain writes an error as one sentence. The mistakes of a configuration stand below it, each beginning with its
// place, so that an editor can jump there.
func complain(root *cobra.Command, err error) {
	var said findingsError
	var mistakes config.Errors
	switch {
	case errors.As(err, &said):
		root.PrintErrf("bedside: %v\n", said)
	case errors.As(err, &mistakes):
		root.PrintErrf("bedside: %s cannot be used:\n%v\n", mistakes[0].File, mistakes)
	default:
		root.PrintErrf("bedside: %v\n", err)
	}
}

// writeJSON writes one value on one line, with its characters as they are: it goes to a terminal or a script, not into a
// web page.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "bedside",
		Short: "Watches vital signs in a monitored session and tells the nurses",
		Long: "Bedside reads a pulse oximeter and a blood-pressure cuff, raises few and true alerts, and\n" +
			"publishes readings and alerts over NATS.\n\n" + notADevice,
		SilenceErrors: true, SilenceUsage: true,
		Args: noArguments, SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (see %s --help)", plainFlagError(err), cmd.CommandPath())}
	})
	root.AddCommand(newDemo(), newInit(), newAgent(), newSimulate(), newWatch(), newSession(), newAlarms(), newCheck(), newCapture(), newReplay(), newBench(), newDoctor(), newNotify(), newRecord(), newReport(), newUser(), newDevice(), newVersion(), newMan())
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(newStation())
	return root
}

// plainFlagError says what was wrong with a flag's value without the words of Go's number parser.
func plainFlagError(err error) error {
	if errors.As(err, new(*strconv.NumError)) {
		what, _, _ := strings.Cut(err.Error(), " flag: ")
		return errors.New(what + ": not a number")
	}
	return err
}

// oneArgument accepts exactly the argument called what.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usageError{fmt.Errorf("%s is missing: %s (see %s --help)", what, cmd.UseLine(), cmd.CommandPath())}
		case len(args) > 1:
			return usageError{fmt.Errorf("one %s is enough, %q is too much (see %s --help)", what, args[1], cmd.CommandPath())}
		default:
			return nil
		}
	}
}

// noArguments refuses arguments; for a command that has others below it, the argument is one that it does not know.
func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case !cmd.HasAvailableSubCommands():
		return usageError{fmt.Errorf("%q is too much: %s takes no argument (see %s --help)", args[0], cmd.CommandPath(), cmd.CommandPath())}
	}
	hint := "see " + cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + cmd.CommandPath() + " " + near[0] + "?"
	}
	return usageError{fmt.Errorf("there is no command %q (%s)", args[0], hint)}
}

// newHelp is cobra's help command, but asking for what does not exist is an error.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return noArguments(c, rest)
			}
			return c.Help()
		},
	}
}

const notADevice = "Not a medical device. It does not replace an approved monitor, its alarms,\nor trained staff in the room."
