package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/user"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"bedside/agent/access"
	"bedside/agent/config"
)

// accessOptions say whose people and devices are meant.
type accessOptions struct{ conf string }

func (o *accessOptions) flags(c *cobra.Command) {
	c.PersistentFlags().StringVar(&o.conf, "config", "", "configuration `FILE` of the room or the station")
}

// console returns what a configuration says of its page, be it a room's or a station's.
func (o *accessOptions) console() (*config.Console, error) {
	if o.conf == "" {
		return nil, usageError{errors.New("--config FILE is missing: people and devices belong to a room or a station")}
	}
	var c *config.Console
	if ofStation(o.conf) {
		station, failed := loadStation(o.conf)
		if failed != nil {
			return nil, failed
		}
		c = &station.Console
	} else {
		room, failed := loadConfig(o.conf)
		if failed != nil {
			return nil, failed
		}
		c = &room.Console
	}
	if c.Access == "" {
		return nil, usageError{fmt.Errorf("%s names no console.access: its page knows no people; add a line such as "+
			"console: {access: /var/lib/bedside/access.db}", o.conf)}
	}
	return c, nil
}

// ofStation reports whether a file is the configuration of a station: it has a name there, where a room says whether one is expected.
func ofStation(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	named := regexp.MustCompile(`(?m)^station:[ \t]*["']?([^\s"'#]*)`).FindSubmatch(text)
	return named != nil && string(named[1]) != "expected" && string(named[1]) != "none"
}

// with opens the file of people and devices and runs f with it, and with who runs it.
func (o *accessOptions) with(cmd *cobra.Command, f func(ctx context.Context, a *access.Access, who access.Actor, c *config.Console) error) error {
	c, err := o.console()
	if err != nil {
		return err
	}
	a, err := access.Open(cmd.Context(), c.Access, access.Options{Log: newLog(cmd.ErrOrStderr())})
	if err != nil {
		return err
	}
	who := access.Actor{By: "unknown user", From: "command line"}
	if u, err := user.Current(); err == nil {
		who.By = "user " + u.Username
	}
	err = errors.Join(f(cmd.Context(), a, who, c), a.Close())
	if refusal, ok := errors.AsType[*access.Refusal](err); ok {
		return fmt.Errorf("refused: %s", refusal.Text)
	}
	return err
}

// readPIN asks for a PIN, twice and without showing it, or takes the first line of what comes through a pipe. It is never an
// argument: those are seen by every user of the computer.
func readPIN(cmd *cobra.Command, name string) (string, error) {
	in := cmd.InOrStdin()
	file, ok := in.(*os.File)
	if !ok || !isTerminal(file) {
		line, err := bufio.NewReader(io.LimitReader(in, 256)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", usageError{errors.New("the PIN is missing: type it at the terminal, or give it through a pipe")}
		}
		return line, nil
	}
	var typed [2][]byte
	for i, prompt := range []string{"PIN for " + name + ", 6 to 12 digits: ", "Once more: "} {
		cmd.PrintErr(prompt)
		var err error
		typed[i], err = hidden(cmd.Context(), file)
		cmd.PrintErrln()
		if err != nil {
			return "", err
		}
	}
	if !bytes.Equal(typed[0], typed[1]) {
		return "", errors.New("the two are not the same")
	}
	return string(typed[0]), nil
}

// pageOf returns where browsers find a page.
func pageOf(c *config.Console) string {
	scheme := "http://"
	if c.TLS.CertFile != "" {
		scheme = "https://"
	}
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil || len(c.Names) == 0 {
		return scheme + c.Listen
	}
	return scheme + net.JoinHostPort(c.Names[0], port)
}

// accessCommand makes a command whose only work is that of the ones below it.
func accessCommand(c *cobra.Command, below ...func(*accessOptions) *cobra.Command) *cobra.Command {
	var o accessOptions
	c.Args, c.SuggestionsMinimumDistance = noArguments, 2
	c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	o.flags(c)
	for _, one := range below {
		c.AddCommand(one(&o))
	}
	return c
}

// removal makes a command that takes a name and has nothing more to do with it.
func (o *accessOptions) removal(
	use, short string, remove func(*access.Access, context.Context, access.Actor, string) error, done string,
) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, _ *config.Console) error {
				if err := remove(a, ctx, who, args[0]); err != nil {
					return err
				}
				return say(cmd, done, args[0])
			})
		},
	}
}

// table writes rows whose columns are parted by tabs.
func table(cmd *cobra.Command, rows []string) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(w, strings.Join(rows, "\n")); err != nil {
		return err
	}
	return w.Flush()
}
