package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sync/errgroup"

	"bedside/agent"
	"bedside/agent/config"
	"bedside/agent/pace"
	"bedside/agent/station"
	"bedside/agent/wire"
	drivers "bedside/devices/catalog"
	"bedside/simulators/catalog"
	"bedside/simulators/pty"
	"bedside/simulators/scenario"
)

// demoSite is the site of a demo's rooms.
const demoSite = "demo"

// neighbours are the stories of the further rooms: together they show what a board can look like.
func neighbours() []string {
	return []string{"expected-rise", "tachycardia", "sensor-unplugged", "calm", "nobody-comes"}
}

// ward is everything that a demo runs: rooms with their simulated devices, and a station. The first room has the message
// server, as in a clinic with one room.
type ward struct {
	beds    []bed
	station *config.Station
	clock   pace.Clock
}

// bed is one room.
type bed struct {
	story *story
	conf  *config.Config
	ports []*pty.Port
}

// demoRunning says where a demo can be reached: the first room, and the board.
type demoRunning struct {
	agent.Running
	board string
}

// openWard makes the rooms, with their devices on pseudo-terminals below dir.
func openWard(dir string, o demoOptions) (*ward, error) {
	w := &ward{clock: pace.New(o.speed), station: config.DefaultStation()}
	stories := append([]string{o.scenario}, neighbours()...)[:o.rooms]
	for i, name := range stories {
		room := "room-" + strconv.Itoa(i+1)
		b, err := openBed(filepath.Join(dir, room), room, name, o.seed, w.clock)
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
		w.beds = append(w.beds, b)
	}
	first := w.beds[0].conf
	first.NATS.Listen, first.NATS.Store = listenOn(o.nats, first.NATS.Listen), filepath.Join(dir, "nats")
	first.Console.Listen = listenOn(o.page, first.Console.Listen)
	w.station.Site, w.station.Station = demoSite, "station-1"
	w.station.Record.Path = filepath.Join(dir, "station.db")
	w.station.Console.Listen = listenOn(o.board, w.station.Console.Listen)
	return w, nil
}

func openBed(dir, room, name string, seed uint64, clock pace.Clock) (bed, error) {
	s, err := newStory(name, seed, clock)
	if err != nil {
		return bed{}, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return bed{}, fmt.Errorf("demo: %w", err)
	}
	c := config.Default()
	c.Site, c.Room, c.Mode = demoSite, room, wire.Demo
	c.Station = config.StationNone // the stories begin their sessions whether or not anybody looks
	c.Record.Path = filepath.Join(dir, "record.db")
	ports, err := openDevices(s, c, dir)
	return bed{story: s, conf: c, ports: ports}, err
}

// close gives the devices of a ward back that never ran.
func (w *ward) close() error {
	var errs []error
	for _, b := range w.beds {
		for _, p := range b.ports {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// run runs everything until ctx ends. ready is called when the first room and the board can be looked at; it may go on until
// its context ends.
func (w *ward) run(ctx context.Context, log *slog.Logger, ready func(context.Context, demoRunning) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, b := range w.beds {
		for _, p := range b.ports {
			group.Go(func() error { return errors.Join(p.Run(ctx), p.Close()) })
		}
	}
	room := func(b bed, begun func(agent.Running)) {
		group.Go(func() error {
			return agent.Run(ctx, agent.Options{
				Config: b.conf, Clock: w.clock, Simulated: true, Version: version, Log: log,
				Ready: func(r agent.Running) {
					group.Go(func() error { b.story.act(ctx, r, log); return nil })
					begun(r)
				},
			})
		})
	}
	room(w.beds[0], func(first agent.Running) {
		for _, b := range w.beds[1:] {
			b.conf.NATS = config.NATS{URLs: []string{first.NATS}}
			b.conf.Console.Listen = "127.0.0.1:0"
			room(b, func(agent.Running) {})
		}
		w.station.NATS = config.NATS{URLs: []string{first.NATS}}
		group.Go(func() error {
			return station.Run(ctx, station.Options{
				Config: w.station, Version: version, Log: log,
				Ready: func(r station.Running) {
					group.Go(func() error { return ready(ctx, demoRunning{Running: first, board: r.Console}) })
				},
			})
		})
	})
	return group.Wait()
}

// openDevices puts the devices of the story on pseudo-terminals and into the configuration.
func openDevices(s *story, conf *config.Config, dir string) ([]*pty.Port, error) {
	var ports []*pty.Port
	for _, d := range s.Devices {
		link := filepath.Join(dir, d.Name)
		c, p, err := openDevice(s, d, link)
		if err != nil {
			for _, opened := range ports {
				err = errors.Join(err, opened.Close())
			}
			return nil, err
		}
		ports = append(ports, p)
		conf.Devices = append(conf.Devices, c)
	}
	return ports, nil
}

// openDevice puts one device of the story on its pseudo-terminal.
func openDevice(s *story, d scenario.Device, link string) (config.Device, *pty.Port, error) {
	e, ok := catalog.Find(d.Simulator)
	if !ok {
		return config.Device{}, nil, fmt.Errorf("demo: no simulated device is called %q", d.Simulator)
	}
	driver, ok := drivers.Find(e.Driver)
	if !ok {
		return config.Device{}, nil, fmt.Errorf("demo: no driver is called %q", e.Driver)
	}
	p, err := s.open(e, d.Name, link)
	return config.Device{
		Name: d.Name, Driver: e.Driver, Port: link, AgentStarts: driver.Starts, SameArmAs: d.SameArmAs,
	}, p, err
}
