package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"bedside/cmd/bedside/child"
	"bedside/cmd/bedside/site"
)

// Bounds of the measurement, our choice.
const (
	mostSiteRooms = 8000 // the server of a site takes 8192 connections
	siteWarmUp    = 5 * time.Second
)

func newBenchSite() *cobra.Command {
	var sizes []int
	o := site.Options{WarmUp: siteWarmUp}
	var asJSON bool
	c := &cobra.Command{
		Use:   "site",
		Short: "Measure how many rooms one NATS server and one station carry",
		Long: "Simulates rooms in one process of load: readings of two devices a second, a status every five seconds, alerts now and\n" +
			"then, all as agents send them. Prints what the server and the station take, how long an alert needs to a listener\n" +
			"and to a screen, and how long the rooms need after an outage of the server. The load shares the computer, so a real\n" +
			"site needs less. It runs on Linux.\n\n" +
			"Exit codes: 0 measured, 1 failed or something was lost, 2 wrong use.",
		Example: "  bedside bench site --rooms 100\n  bedside bench site --rooms 10,100,1000 --seconds 30 --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, n := range sizes {
				if n < 1 || n > mostSiteRooms {
					return usageError{fmt.Errorf("--rooms %d: want 1 to %d", n, mostSiteRooms)}
				}
			}
			if o.For < time.Second || o.AlertFor < time.Second {
				return usageError{errors.New("--for and --alert-every are at least 1s")}
			}
			return benchSite(cmd, sizes, o, asJSON)
		},
	}
	c.Flags().IntSliceVar(&sizes, "rooms", []int{10, 100, 1000}, "how many rooms, one measurement for each `NUMBER`")
	c.Flags().DurationVar(&o.For, "for", 20*time.Second, "how `LONG` figures are taken")
	c.Flags().DurationVar(&o.Outage, "outage", 15*time.Second, "how `LONG` the server is away afterwards; 0s for not at all")
	c.Flags().DurationVar(&o.AlertFor, "alert-every", 30*time.Second, "how often a room has an alert")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func benchSite(cmd *cobra.Command, sizes []int, o site.Options, asJSON bool) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	o.Say = func(form string, args ...any) { cmd.PrintErrf(form+"\n", args...) }
	o.StartServer = func(ctx context.Context, dir, listen string) (site.Process, error) {
		return startPart(ctx, &child.Process{
			Name: "nats", Binary: binary, Ready: "nats://", LogFile: filepath.Join(dir, "nats.log"),
			Args: func() []string {
				return []string{"bench", "chaos-nats", "--listen", listen, "--store", filepath.Join(dir, "nats")}
			},
		})
	}
	o.StartStation = func(ctx context.Context, dir, nats string) (site.Process, error) {
		file := filepath.Join(dir, "station.yaml")
		if err := os.WriteFile(file, []byte(site.Station(nats, filepath.Join(dir, "station.db"))), 0o600); err != nil {
			return nil, err
		}
		return startPart(ctx, &child.Process{
			Name: "station", Binary: binary, Ready: " is station ", LogFile: filepath.Join(dir, "station.log"),
			Args: func() []string { return []string{"station", "--config", file} },
		})
	}
	var report site.Report
	for _, n := range sizes {
		o.Say("%d rooms", n)
		one := o
		one.Rooms = n
		if one.Dir, err = os.MkdirTemp("", "bedside-site-"); err != nil {
			return err
		}
		result, err := site.Run(cmd.Context(), one)
		if err := errors.Join(err, os.RemoveAll(one.Dir)); err != nil {
			return err
		}
		report.Results = append(report.Results, result)
		if len(sizes) > 1 { // a large site may take minutes, or be more than the computer carries
			o.Say("%v", &site.Report{Results: []site.Result{result}})
		}
	}
	if asJSON {
		err = writeJSON(cmd.OutOrStdout(), report)
	} else {
		_, err = fmt.Fprintln(cmd.OutOrStdout(), &report)
	}
	for i := range report.Results {
		if r := &report.Results[i]; r.Lost > 0 {
			err = errors.Join(err, fmt.Errorf("%d rooms: %d messages did not come back", r.Rooms, r.Lost))
		}
	}
	return err
}

// measured is a process whose ready line has its address.
type measured struct{ *child.Process }

// Said returns the address.
func (m measured) Said() string {
	return regexp.MustCompile(`(nats|http)://[0-9.:]+`).FindString(m.Process.Said())
}

func startPart(ctx context.Context, p *child.Process) (site.Process, error) {
	if err := p.Start(ctx); err != nil {
		return nil, err
	}
	return measured{p}, nil
}
