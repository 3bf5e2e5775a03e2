package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"bedside/agent"
	"bedside/agent/alive"
	"bedside/agent/config"
	"bedside/agent/setup"
)

func newAgent() *cobra.Command {
	var file, page string
	var first bool
	c := &cobra.Command{
		Use:   "agent --config FILE",
		Short: "Watch over one room",
		Long: "Watches over one room as the configuration says, until it is interrupted.\n\n" +
			"With --first-run, and only if the configuration is missing or has comments alone, a page on this computer asks for it,\n" +
			"writes it, and the room is watched from then on. A configuration that is there is used at once, or refused.\n\n" + notADevice +
			"\n\nExit codes: 0 stopped on request, 1 failed, 2 wrong usage or configuration.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{errors.New("--config FILE is missing: the agent must know its room and its devices (bedside init writes a configuration, bedside demo needs none)")}
			}
			log := newLog(cmd.ErrOrStderr())
			hangups, stop := onHangup()
			defer stop()
			if first {
				if err := firstRun(cmd, file, page, log); err != nil || cmd.Context().Err() != nil {
					return err
				}
			}
			r := reloads[*config.Config]{
				log: log, hangups: hangups, notify: notifySystemd, load: func() (*config.Config, error) { return loadConfig(file) },
				run: func(ctx context.Context, conf *config.Config, notify alive.Notify, begun func(busy)) error {
					return agent.Run(ctx, agent.Options{
						Config: conf, Version: version, Log: log, Notify: notify, Watchdog: systemdWatchdog(log),
						Ready: func(r agent.Running) {
							announce(cmd, conf, r)
							begun(inSession(r))
						},
					})
				},
			}
			return r.watch(cmd.Context())
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE`, such as /etc/bedside/bedside.yaml")
	c.Flags().BoolVar(&first, "first-run", false, "ask for a configuration that is missing, by a page on this computer")
	c.Flags().StringVar(&page, "page", "127.0.0.1:8080", "where the page of the first run listens, `HOST:PORT` on loopback")
	return c
}

// inSession returns why a restart would hurt: the seconds without numbers, and a measurement of the cuff that would be broken off,
// belong between two sessions.
func inSession(r agent.Running) busy {
	return func(ctx context.Context) string {
		s, err := r.Snapshot(ctx)
		switch {
		case err != nil:
			return "it is not known whether a session runs: " + err.Error()
		case s.Session != nil:
			return "a session runs; reload again when it has ended"
		}
		return ""
	}
}

// firstRun has people write the configuration in a browser, if there is none.
func firstRun(cmd *cobra.Command, file, page string, log *slog.Logger) error {
	missing, err := setup.Missing(file)
	if err != nil || !missing {
		return nil //nolint:nilerr // what keeps a configuration from being read is said when it is loaded
	}
	if err := checkListen("--page", page); err != nil {
		return err
	}
	return agent.FirstRun(cmd.Context(), agent.FirstRunOptions{
		File: file, Page: page, Version: version, Log: log, Notify: notifySystemd,
		Ready: func(at string) {
			cmd.PrintErrf("bedside %s watches NOTHING yet: %s is not written. Open %s, or run bedside init --config %s\n%s\n", version, file, at, file, notADevice)
		},
	})
}

// loadConfig marks what is wrong with a configuration as the caller's, not the program's.
func loadConfig(file string) (*config.Config, error) {
	conf, err := config.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("there is no configuration %s; bedside init --config %s writes one", file, file)}
	}
	if err != nil && ofStation(file) {
		return nil, usageError{fmt.Errorf("%s is the configuration of a station, not of a room; start it with bedside station --config %s", file, file)}
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
