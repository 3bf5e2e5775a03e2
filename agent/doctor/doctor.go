package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"bedside/agent/config"
	"bedside/agent/machine"
	"bedside/agent/pace"
	"bedside/agent/serialport"
	"bedside/devices"
	"bedside/devices/catalog"
)

// Options say what to look at. The zero value looks at this machine, as an agent with the default configuration would.
type Options struct {
	File string          // configuration to check; empty for none
	Asks devices.Asks    // how far devices that are silent may be asked; zero: not at all
	Host serialport.Host // where the system's files are

	Built    time.Time         // when the program was built; zero if that is not known
	Progress func(what string) // is told what takes long; may be nil

	Pace pace.Clock // how fast time passes on the ports; real time but in tests

	// The rest is for tests; nil asks the system.
	Root   func() bool
	Access func(port string) error
	Clock  func() machine.Clock
	Disk   func(folder string) (free uint64, err error)   // bytes, of the file system of a folder
	Sound  func(ctx context.Context, device string) error // opens an ALSA device; wraps [speaker.ErrNoAplay] where nothing can
}

// program is the name of our own program in the list of processes.
const program = "bedside"

// Examine looks at everything and says what it found. It takes as long as listening on the ports does, half a minute at
// most with drivers for ten line settings, and a little more if devices are asked. It fails only if ctx ends.
func Examine(ctx context.Context, o Options) (Report, error) {
	o.fill()
	e := &examination{o: o, drivers: catalog.All()}
	e.readConfig()
	e.lookAtPorts()
	e.hearDevices(ctx)
	if err := context.Cause(ctx); err != nil {
		return Report{}, err
	}
	e.lookAtClock()
	e.lookAtDisk()
	e.lookAtNATS(ctx)
	e.lookAtSound(ctx)
	e.offer()
	return e.report, nil
}

func (o *Options) fill() {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Root == nil {
		o.Root = func() bool { return os.Geteuid() == 0 }
	}
	if o.Access == nil {
		o.Access = o.Host.Access
	}
	if o.Clock == nil {
		o.Clock = machine.ReadClock
	}
	if o.Sound == nil {
		o.Sound = trySpeaker
	}
	if o.Disk == nil {
		o.Disk = machine.Free
	}
}

// examination gathers findings.
type examination struct {
	o       Options
	drivers []devices.Driver
	conf    *config.Config // as the agent would use it: that of the file, or the default one
	given   bool           // conf is that of the file
	ports   []*port
	agents  []serialport.Process // that run now
	report  Report
}

// readConfig checks the file, and takes the default configuration where there is none that can be used.
func (e *examination) readConfig() {
	e.conf = config.Default()
	e.agents = slices.DeleteFunc(e.o.Host.Running(program), simulates)
	if e.o.File == "" {
		e.report.add(areaConfig, Note, "no configuration was given; disk, NATS and page are checked with the usual settings",
			"an agent has settings of its own", "bedside doctor --config FILE")
		return
	}
	conf, err := config.Load(e.o.File)
	var mistakes config.Errors
	switch {
	case err == nil:
		e.conf, e.given = conf, true
		e.report.good(areaConfig, "%s: good; room %s at %s, devices: %s", e.o.File, conf.Room, conf.Site,
			strings.Join(conf.Names(), ", "))
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			e.report.add(areaConfig, Problem, fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message),
				"an agent does not start with this configuration", "correct it; bedside check config "+e.o.File+" shows the places")
		}
	default:
		e.report.add(areaConfig, Problem, err.Error(), "an agent does not start without its configuration", "name a file that can be read")
	}
}
