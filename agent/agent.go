package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"bedside/agent/access"
	"bedside/agent/alive"
	"bedside/agent/bus"
	"bedside/agent/config"
	"bedside/agent/console"
	"bedside/agent/link"
	"bedside/agent/metrics"
	"bedside/agent/monitor"
	"bedside/agent/pace"
	"bedside/agent/record"
	"bedside/agent/speaker"
	"bedside/agent/stages"
	"bedside/agent/system"
	"bedside/agent/tap"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/devices"
)

// How long each part may take to stop, and what those before it left; together below the five seconds that a stop may take.
const (
	waitLinks   = 1200 * time.Millisecond // a cuff's stop must go out
	waitConsole = 300 * time.Millisecond
	waitAccess  = 100 * time.Millisecond // who was there last, to the disk
	waitMonitor = 200 * time.Millisecond
	waitCapture = 200 * time.Millisecond // the last quarter of a second to the disk
	waitPower   = 50 * time.Millisecond
	waitSpeaker = 50 * time.Millisecond   // aplay is killed
	waitLife    = 50 * time.Millisecond   // first of all, so that whoever waits for the end knows of it
	waitBus     = 2100 * time.Millisecond // its own bound is two seconds
	waitRecord  = 450 * time.Millisecond
)

// breath is how long the monitor leaves the processor to an alert that it has just published; our choice. Measured on two
// cores, the server hands the alert on in a third of a millisecond if nothing disturbs it, and in a whole one otherwise.
const breath = 2 * time.Millisecond

// readyWait bounds the answer to a readiness probe; our choice.
const readyWait = time.Second

// Options say what to run.
type Options struct {
	Config    *config.Config
	Clock     pace.Clock // real time, but for a sped-up demo
	Simulated bool       // the devices are simulators, and every screen says so
	Version   string
	Power     string // folder of the system's power supplies; empty for the one of Linux
	Log       *slog.Logger
	Ready     func(Running) // called once when every part runs; may be nil
	Notify    alive.Notify  // the service manager, which is told that all loops move; nil: there is none
	Watchdog  time.Duration // within which it must hear; zero: it does not watch
}

// Running says where a running agent can be reached.
type Running struct {
	Console string // http://host:port, or https:// if it has a certificate
	NATS    string // URL for other programs; empty if the embedded server listens nowhere
	// Command gives an order of the public contract, as the page or a NATS request would; from is the way it came.
	Command func(ctx context.Context, from, verb string, payload []byte) wire.Reply
	// Snapshot returns the status of this moment. It fails if ctx ends first.
	Snapshot func(ctx context.Context) (wire.Status, error)
}

// Run watches over one room until ctx ends, then stops within five seconds and returns nil. It fails at once, with
// nothing left running, if something that the room needs cannot be had: a port for the page or for NATS, or the record.
// A device or an external NATS server that is missing is no reason to fail: it is waited for, and the absence is an
// alert.
func Run(ctx context.Context, o Options) error {
	a := &agent{o: o, metrics: metrics.New(o.Version)}
	a.life = a.newLife()
	boot, err := newBoot()
	if err != nil {
		return err
	}
	a.boot = boot
	if err := a.build(ctx); err != nil {
		return errors.Join(err, a.release())
	}
	if o.Ready != nil {
		o.Ready(Running{Console: a.page, NATS: a.bus.URL(), Command: a.monitor.Command, Snapshot: a.monitor.Snapshot})
	}
	err = stages.Run(ctx, "agent", o.Log, a.stages())
	if a.access != nil {
		err = errors.Join(err, a.access.Close())
	}
	return errors.Join(err, a.store.Close())
}

// agent holds the parts while they are put together.
type agent struct {
	o        Options
	boot     string
	life     *alive.Watch // over the loops that must move
	store    *record.Store
	monitor  *monitor.Monitor
	console  *console.Console
	system   *system.System
	access   *access.Access // who may do what; nil without sign-in
	listener net.Listener
	page     string // its address
	bus      *bus.Bus
	devices  []monitor.Device // in the order of the configuration; several for a line with several
	drivers  []devices.Driver // of the lines, in the order of the configuration, as are the links
	links    []*link.Link     // nil for a device that has to be found first
	metrics  *metrics.Metrics
	computer computer
	speaker  *speaker.Speaker  // nil: the room has none
	mute     error             // why a speaker that is configured plays nothing
	course   course            // the last hours, for the page
	recorder *tap.Recorder     // nil unless raw bytes are kept
	waves    uint64            // recorded so far; of the monitor's goroutine
	opening  wire.Message      // the first event of this run, or empty
	own      *profiles.Profile // of the configuration; nil for a shipped one
}

// newBoot returns the random id of this process.
func newBoot() (string, error) {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("agent: boot id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// build makes every part, in the order in which they need each other. After a failure, release gives back what was
// taken.
func (a *agent) build(ctx context.Context) error {
	c := a.o.Config
	store, err := record.Open(c.Record.Path, record.Options{
		Keep: c.Record.Keep, MaxBytes: c.Record.MaxSize, Waves: c.Record.Waves,
		Clock: a.o.Clock, Log: a.o.Log, OnHealth: func(err error) { a.recordHealth(ctx, err) },
		Life: a.life.Loop(loopRecord),
	})
	if err != nil {
		return err
	}
	a.store = store
	a.buildSpeaker(ctx)
	a.course.recall(ctx, store.Reader(), a.o.Clock.Now(), a.o.Log)
	if err := a.buildMonitor(ctx); err != nil {
		return err
	}
	// A fault that the last run left active may be over: the engine resumed it and must be told.
	a.recordHealth(ctx, store.Health())
	if a.speaker == nil { // else its first attempt tells
		a.speakerHealth(ctx, a.mute)
	}
	a.metrics.Watch(a.surroundings)
	door, err := a.buildDoor(ctx)
	if err != nil {
		return err
	}
	a.system = a.newSystem(ctx)
	a.console = console.New(console.Options{
		Feed: a.monitor, Metrics: a.metrics.Handler(), Ready: a.ready, Trend: a.course.since, Log: a.o.Log, Door: door,
		Recorded: store.Reader(), Profiles: a.profile, Judges: a.judges, System: a.system,
	})
	if err := a.openPage(ctx); err != nil {
		return err
	}
	if a.bus, err = a.startBus(ctx); err != nil {
		return err
	}
	if a.opening.ID != "" {
		a.bus.Publish(a.opening)
	}
	if err := a.buildRecorder(); err != nil {
		return err
	}
	return a.buildLinks(ctx)
}

func (a *agent) buildMonitor(ctx context.Context) error {
	c := a.o.Config
	rules, own, notice, err := a.rules()
	if err != nil {
		return err
	}
	a.own = own.Own
	resume, err := a.resume(ctx, rules)
	if err != nil {
		return err
	}
	if err = a.meet(); err != nil {
		return err
	}
	a.monitor, err = monitor.New(monitor.Options{
		Room: wire.Room{Site: c.Site, Room: c.Room}, Boot: a.boot, Mode: c.Mode, Version: a.o.Version,
		Rules: rules, Profiles: own, Notice: notice, Clock: a.o.Clock, Devices: a.devices,
		NextSeq: resume.NextSeq, Snapshot: resume.Snapshot, Station: c.ExpectsStation(),
		Outlets: monitor.Outlets{
			Publish: func(m wire.Message) {
				a.bus.Publish(m)
				a.keepWave(m)
			},
			Append: func(messages []wire.Message, snapshot []byte, urgent bool) {
				a.course.add(messages)
				a.store.Append(record.Batch{Messages: messages, Snapshot: snapshot, Urgent: urgent})
				a.metrics.Recorded(len(messages))
			},
			Screen:   func(event string, payload []byte) { a.console.Screen(event, payload) },
			Watching: func() bool { return a.console.Watching() },
			Sound:    a.sound,
			Observe:  newObserver(a.metrics, a.devices),
		},
		Surroundings: a.around,
		Log:          a.o.Log, Life: a.life.Loop(loopMonitor), Breath: breath, Trend: a.course.since,
	})
	return err
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("agent: room page: another program uses %s; stop it or choose another console.listen", address)
	}
	if err != nil {
		return nil, fmt.Errorf("agent: room page: cannot listen on %s: %w", address, err)
	}
	return l, nil
}

// release gives back what a failed build had taken.
func (a *agent) release() error {
	var errs []error
	if a.bus != nil {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		errs = append(errs, a.bus.Run(over))
	}
	if a.listener != nil {
		errs = append(errs, a.listener.Close())
	}
	if a.access != nil {
		errs = append(errs, a.access.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}

func (a *agent) stages() []stages.Stage {
	list := []stages.Stage{
		{Name: "record", Run: a.store.Run, Wait: waitRecord},
		{Name: "bus", Run: a.bus.Run, Wait: waitBus},
		{Name: "monitor", Run: a.monitor.Run, Wait: waitMonitor},
	}
	if a.access != nil {
		list = append(list, stages.Stage{Name: "access", Run: a.access.Run, Wait: waitAccess})
	}
	list = append(list, stages.Stage{
		Name: "console", Run: func(ctx context.Context) error { return a.console.Serve(ctx, a.listener) }, Wait: waitConsole,
	})
	if a.speaker != nil {
		list = append(list, stages.Stage{Name: "speaker", Run: a.speaker.Run, Wait: waitSpeaker})
	}
	if a.recorder != nil {
		list = append(list, stages.Stage{Name: "capture", Run: a.recorder.Run, Wait: waitCapture})
	}
	return append(list,
		stages.Stage{Name: "system", Run: a.system.Run, Wait: waitCapture}, stages.Stage{Name: "power", Run: a.runPower, Wait: waitPower}, stages.Stage{Name: "computer", Run: a.runComputer, Wait: waitPower},
		stages.Stage{Name: "links", Run: a.runLinks, Wait: waitLinks},
		stages.Stage{Name: "life", Run: a.life.Run, Wait: waitLife})
}

func (a *agent) runLinks(ctx context.Context) error {
	var group sync.WaitGroup
	errs := make([]error, len(a.links))
	for i, l := range a.links {
		if l == nil {
			group.Go(func() { errs[i] = a.seek(ctx, &a.o.Config.Devices[i]) })
			continue
		}
		group.Go(func() { errs[i] = l.Run(ctx) })
	}
	group.Wait()
	return errors.Join(errs...)
}
