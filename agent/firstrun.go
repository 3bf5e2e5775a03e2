package agent

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"bedside/agent/alive"
	"bedside/agent/config"
	"bedside/agent/console"
	"bedside/agent/scan"
	"bedside/agent/setup"
	"bedside/agent/stages"
)

// lookAgain is how often the file of the configuration is looked for, which may also be put there by hand; our choice. It is
// well within the time in which a service manager wants to hear.
const lookAgain = time.Second

// spare is how many ports above the usual one are tried for NATS where another program has that; our choice.
const spare = 20

// FirstRunOptions say how an agent without a configuration asks for one.
type FirstRunOptions struct {
	File    string // the configuration that is missing
	Page    string // host:port of the page; loopback alone
	Version string
	Log     *slog.Logger
	Notify  alive.Notify      // the service manager; nil: there is none
	Ready   func(page string) // called once with the address of the page
}

// FirstRun serves the page that asks for the configuration, and returns nil when it is there, or when ctx ends. Nothing is
// watched meanwhile, which the page, the log and the service manager are told.
func FirstRun(ctx context.Context, o FirstRunOptions) error {
	l, err := listen(ctx, o.Page)
	if err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(l.Addr().String()); err != nil || !net.ParseIP(host).IsLoopback() {
		_ = l.Close() // it was never used
		return fmt.Errorf("agent: the page of the first run is for this computer alone; %s is no loopback address", o.Page)
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	scanner := scan.New(scan.Options{})
	page := console.NewFirstRun(console.FirstRunOptions{
		File: o.File, Usual: usualAnswers(ctx, o.File, l.Addr().String()), Held: l.Addr().String(), Scanner: scanner, Version: o.Version, Log: o.Log, Written: done,
	})
	if o.Ready != nil {
		o.Ready("http://" + l.Addr().String())
	}
	f := firstRun{o: o, page: "http://" + l.Addr().String(), done: done}
	return stages.Run(ctx, "first run", o.Log, []stages.Stage{
		{Name: "scan", Run: scanner.Run, Wait: waitLinks},
		{Name: "page", Run: func(ctx context.Context) error { return page.Serve(ctx, l) }, Wait: waitBus},
		{Name: "file", Run: f.wait, Wait: waitLife},
	})
}

type firstRun struct {
	o    FirstRunOptions
	page string
	done func()
	once sync.Once
}

// wait looks for the file until it is there or ctx ends, and tells the service manager that it does.
func (f *firstRun) wait(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	f.o.Log.Warn("NOTHING IS WATCHED: there is no configuration yet", "file", f.o.File, "page", f.page)
	for {
		missing, err := setup.Missing(f.o.File)
		if err == nil && !missing {
			f.done()
		}
		f.tell()
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// tell says to the service manager that this lives, and that it does not watch.
func (f *firstRun) tell() {
	if f.o.Notify == nil {
		return
	}
	err := f.o.Notify("READY=1\nWATCHDOG=1\nSTATUS=NOTHING IS WATCHED: no configuration in " + f.o.File + "; open " + f.page + " or run bedside init")
	if err != nil {
		f.once.Do(func() { f.o.Log.Warn("agent: the service manager cannot be told", "err", err) })
	}
}

// usualAnswers is what stands in the form at the beginning.
func usualAnswers(ctx context.Context, file, page string) setup.Answers {
	a := setup.Answers{Devices: []setup.Device{}, Data: setup.DataFolder(file)}
	usual := config.Default()
	if page != usual.Console.Listen {
		a.Page = page
	}
	host, port, err := net.SplitHostPort(usual.NATS.Listen)
	number, bad := strconv.Atoi(port)
	for n := range spare {
		if err != nil || bad != nil {
			break
		}
		address := net.JoinHostPort(host, strconv.Itoa(number+n))
		if free(ctx, address) {
			if n > 0 {
				a.NATS = address
			}
			break
		}
	}
	return a
}

// free reports whether nobody listens on an address.
func free(ctx context.Context, address string) bool {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	return err == nil && l.Close() == nil
}
