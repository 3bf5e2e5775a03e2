package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"bedside/agent/alive"
	"bedside/agent/config"
	"bedside/agent/station"
)

func newStation() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "station --config FILE",
		Short: "Show the rooms of a site to its nurses",
		Long: "Shows every room of a site on one board, knows who has duty, and calls people when nobody answers.\n\n" + notADevice +
			"\n\nExit codes: 0 stopped on request, 1 failed, 2 wrong usage or configuration.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{errors.New("--config FILE is missing: the station must know its site")}
			}
			log := newLog(cmd.ErrOrStderr())
			hangups, stop := onHangup()
			defer stop()
			r := reloads[*config.Station]{
				log: log, hangups: hangups, notify: notifySystemd, load: func() (*config.Station, error) { return loadStation(file) },
				run: func(ctx context.Context, conf *config.Station, notify alive.Notify, begun func(busy)) error {
					return station.Run(ctx, station.Options{
						Config: conf, Version: version, Log: log, Notify: notify, Watchdog: systemdWatchdog(log),
						Ready: func(r station.Running) {
							announceStation(cmd, conf, r)
							begun(nil) // rooms keep what they have to tell until it is back
						},
					})
				},
			}
			return r.watch(cmd.Context())
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE`, such as /etc/bedside/station.yaml")
	c.AddCommand(newStationEnrol())
	c.AddCommand(stationAuthority()...)
	return c
}

func announceStation(cmd *cobra.Command, c *config.Station, r station.Running) {
	nats := r.NATS
	if nats == "" {
		nats = "of the site"
	}
	cmd.PrintErrf("bedside %s is station %s of %s: board %s, NATS %s\n%s\n", version, c.Station, c.Site, r.Console, nats, notADevice)
}

// loadStation marks what is wrong with a configuration as the caller's, not the program's.
func loadStation(file string) (*config.Station, error) {
	conf, err := config.LoadStation(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("there is no configuration %s; README.md shows one to begin with", file)}
	}
	if err != nil {
		return nil, usageError{err}
	}
	return conf, nil
}
