package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"bedside/agent"
	"bedside/agent/config"
)

func newAgent() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "agent --config FILE",
		Short: "Watch over one room",
		Long: "Watches over one room as the configuration says, until it is interrupted.\n\n" + notADevice +
			"\n\nExit codes: 0 stopped on request, 1 failed, 2 wrong usage or configuration.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{errors.New("--config FILE is missing: the agent must know its room and its devices (bedside demo needs nothing)")}
			}
			conf, err := loadConfig(file)
			if err != nil {
				return err
			}
			log := newLog(cmd.ErrOrStderr())
			return agent.Run(cmd.Context(), agent.Options{
				Config: conf, Version: version, Log: log, Notify: notifySystemd, Watchdog: systemdWatchdog(log),
				Ready: func(r agent.Running) { announce(cmd, conf, r) },
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE`, such as /etc/bedside/bedside.yaml")
	return c
}

// loadConfig marks what is wrong with a configuration as the caller's, not the program's.
func loadConfig(file string) (*config.Config, error) {
	conf, err := config.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("there is no configuration %s; README.md shows one to begin with", file)}
	}
	if err != nil {
		return nil, usageError{err}
	}
	return conf, nil
}

func announce(cmd *cobra.Command, c *config.Config, r agent.Running) {
	cmd.PrintErrf("bedside %s watches %s at %s: page %s, NATS %s\n%s\n", version, c.Room, c.Site, r.Console, r.NATS, notADevice)
}

// newLog writes for people; under systemd the journal adds the time.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey && os.Getenv("JOURNAL_STREAM") != "" {
				return slog.Attr{}
			}
			return a
		},
	}))
}
