package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"bedside/agent"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/wire"
	"bedside/simulators/catalog"
	"bedside/simulators/pty"
	"bedside/simulators/scenario"
)

// demoDevices are the devices beside the demo's bed.
var demoDevices = [...]struct{ name, device string }{{"oximeter", "nonin-df2"}, {"cuff", "suntech"}}

type demoOptions struct {
	scenario, page, nats string
	speed                float64
	seed                 uint64
	asJSON, verbose      bool
}

func newDemo() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "See it work: a simulated session, nothing to configure",
		Long: "Runs a whole room with simulated devices on pseudo-terminals: real bytes, real drivers, real alerts. Nothing\n" +
			"leaves this computer and nothing is kept.\n\n" + notADevice,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkSpeed(o.speed); err != nil {
				return err
			}
			return demo(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	storyFlags(c, &o.scenario, &o.speed, &o.seed, "rise")
	c.Flags().StringVar(&o.page, "page", "", "`HOST:PORT` of the page (default 127.0.0.1:8080, or a free port if that is taken)")
	c.Flags().StringVar(&o.nats, "nats", "", "`HOST:PORT` of NATS (default 127.0.0.1:4222, or a free port if that is taken)")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print the addresses as one JSON object")
	c.Flags().BoolVar(&o.verbose, "verbose", false, "log what the agent does")
	return c
}

func demo(ctx context.Context, o demoOptions, stdout, stderr io.Writer) (err error) {
	clock := pace.New(o.speed)
	s, err := newStory(o.scenario, o.seed, clock)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bedside-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	conf := demoConfig(dir, o)
	ports, err := openDevices(s, conf, dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	if o.verbose {
		log = newLog(stderr)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, p := range ports {
		group.Go(func() error { return errors.Join(p.Run(ctx), p.Close()) })
	}
	group.Go(func() error {
		return agent.Run(ctx, agent.Options{
			Config: conf, Clock: clock, Simulated: true, Version: version, Log: log,
			Ready: func(r agent.Running) {
				group.Go(func() error { s.measure(ctx, r, log); return nil })
				group.Go(func() error { return welcome(stdout, o, s, r) })
			},
		})
	})
	return group.Wait()
}

func demoConfig(dir string, o demoOptions) *config.Config {
	c := config.Default()
	c.Site, c.Room, c.Mode = "demo", "room-1", wire.Demo
	c.NATS.Listen, c.NATS.Store = listenOn(o.nats, c.NATS.Listen), filepath.Join(dir, "nats")
	c.Console.Listen = listenOn(o.page, c.Console.Listen)
	c.Record.Path = filepath.Join(dir, "record.db")
	return c
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

func openDevices(s *story, conf *config.Config, dir string) ([]*pty.Port, error) {
	var ports []*pty.Port
	for _, d := range demoDevices {
		e, ok := catalog.Find(d.device)
		if !ok {
			return nil, fmt.Errorf("demo: no simulated device is called %q", d.device)
		}
		link := filepath.Join(dir, d.name)
		p, err := s.open(e, link)
		if err != nil {
			for _, opened := range ports {
				err = errors.Join(err, opened.Close())
			}
			return nil, err
		}
		ports = append(ports, p)
		conf.Devices = append(conf.Devices, config.Device{Name: d.name, Driver: e.Driver, Port: link, AgentStarts: true})
	}
	return ports, nil
}

// measure asks for a cuff reading whenever the story does, as a nurse would by pressing the button.
func (s *story) measure(ctx context.Context, r agent.Running, log *slog.Logger) {
	for _, t := range s.CuffAt {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.until(t)):
		}
		if reply := r.Command(ctx, wire.VerbCuffStart, []byte(`{"by":"demo"}`)); !reply.OK {
			log.Warn("demo: cuff not started", "why", reply.Text)
		}
	}
}

func welcome(w io.Writer, o demoOptions, s *story, r agent.Running) error {
	if o.asJSON {
		return json.NewEncoder(w).Encode(map[string]any{
			"version": version, "page": r.Console, "metrics": r.Console + "/metrics", "nats": r.NATS,
			"subjects": wire.Prefix + ".demo.>", "scenario": s.Name, "speed": o.speed, "seed": o.seed,
		})
	}
	minutes := s.clock.Real(s.Length).Round(time.Second)
	_, err := fmt.Fprintf(w, `bedside %s  demo: 2 simulated devices, no data leaves this computer
  page      %s      open this
  metrics   %s/metrics
  NATS      %s      subjects %s.demo.>

Story %q, %s long, at %g times real speed. %s
Others: %s. Faster: --speed 20. In another terminal: bedside watch --nats %s
%s
Press Ctrl+C to stop.
`, version, r.Console, r.Console, r.NATS, wire.Prefix, s.Name, minutes, o.speed, s.Teaches,
		strings.Join(others(s.Name), ", "), r.NATS, notADevice)
	return err
}

func others(name string) []string {
	var list []string
	for _, n := range scenario.Names() {
		if n != name {
			list = append(list, "--scenario "+n)
		}
	}
	return list
}
