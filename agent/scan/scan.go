package scan

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"bedside/agent/link"
	"bedside/agent/pace"
	"bedside/agent/search"
	"bedside/agent/serialport"
	"bedside/devices"
	"bedside/devices/catalog"
	"bedside/devices/detect"
)

// States of a port.
const (
	Searching = "searching"
	Found     = "found"   // one driver fits
	Several   = "several" // more than one fits, and a person has to choose
	Unknown   = "unknown" // something speaks that no driver understands
	Silent    = "silent"
	Failed    = "failed" // it cannot be opened, or broke
	Used      = "used"   // by this program or another one; left alone
)

const (
	mostByHand = 8           // ports that can be named by hand at once; our choice
	askAgain   = time.Second // between two looks whether devices may still be asked; our choice
)

// ErrRunning says that a scan goes on.
var ErrRunning = errors.New("scan: a scan goes on already")

// errStopped says that a search did not come to its end.
var errStopped = errors.New("scan: stopped")

// Match is a driver that understands what is heard.
type Match struct {
	Driver   string `json:"driver"`
	Variant  string `json:"variant,omitempty"` // where the driver has several
	Title    string `json:"title"`
	Kind     string `json:"kind"`             // oximeter, cuff or monitor
	Starts   bool   `json:"starts,omitempty"` // it can be started by the agent
	Evidence string `json:"evidence"`
}

// Port is one serial port and what was seen there.
type Port struct {
	Name   string  `json:"name"`   // the one that stays; for the configuration
	Device string  `json:"device"` // where it leads now
	What   string  `json:"what"`   // the adapter, in words
	State  string  `json:"state"`
	Doing  string  `json:"doing,omitempty"` // while it is searched
	Says   string  `json:"says,omitempty"`  // what was found, or why nothing was, in a sentence
	Fix    string  `json:"fix,omitempty"`   // what a person can do
	Fits   []Match `json:"fits,omitempty"`
}

// View is how a scan stands. It is a copy.
type View struct {
	Running bool   `json:"running"`
	Begun   bool   `json:"begun"`           // one was made since the start of the program
	Asked   bool   `json:"asked,omitempty"` // silent devices may be asked who they are
	Error   string `json:"error,omitempty"` // why there is no list of ports
	Ports   []Port `json:"ports"`
}

// Options say how a scanner works.
type Options struct {
	Host  serialport.Host
	Clock pace.Clock // how fast time passes on the ports; real time but in tests
	Used  []string   // ports that this program has open, by any name
	// MayAsk says why no silent device may be asked now, nil while one may. It is asked before a search and each second of it; nil
	// asks nobody.
	MayAsk func(ctx context.Context) error
}

// Scanner makes one scan at a time. It is safe for concurrent use.
type Scanner struct {
	o       Options
	drivers []devices.Driver
	jobs    chan job // of size 1

	mu   sync.Mutex // guards view
	view View
}

// New returns a scanner that has seen nothing yet.
func New(o Options) *Scanner {
	return &Scanner{o: o, drivers: catalog.All(), jobs: make(chan job, 1), view: View{Ports: []Port{}}}
}

// View returns what was seen so far.
func (s *Scanner) View() View {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view
	v.Ports = append([]Port{}, s.view.Ports...)
	return v
}

// CheckPort says why a name cannot be searched, or nothing.
func CheckPort(name string) error {
	if !filepath.IsAbs(name) {
		return fmt.Errorf("scan: %q is not an absolute path, like /dev/ttyUSB0", name)
	}
	leads, err := filepath.EvalSymlinks(name)
	if err != nil {
		return fmt.Errorf("scan: %s leads nowhere; plug the adapter in, or correct the name", name)
	}
	if !strings.HasPrefix(leads, "/dev/") {
		return fmt.Errorf("scan: %s is no serial port: those are below /dev", name)
	}
	return nil
}

// Scan looks at all ports of the machine, and at those that were named by hand, and returns when it has, or ctx ends. With
// asks, silent devices are asked who they are: cuffs have to be off the arm then. It fails with [ErrRunning], for a bad name, or with
// what [Options].MayAsk says; a search that is under way when that changes ends within a second.
func (s *Scanner) Scan(ctx context.Context, byHand []string, asks bool) error {
	ports, err := s.begin(ctx, byHand, asks)
	if err != nil {
		return err
	}
	s.look(ctx, job{ports, asks})
	return nil
}

// Start has [Scanner.Run] make a scan, and fails as [Scanner.Scan] does. ctx is that of the question alone.
func (s *Scanner) Start(ctx context.Context, byHand []string, asks bool) error {
	ports, err := s.begin(ctx, byHand, asks)
	if err != nil {
		return err
	}
	s.jobs <- job{ports, asks} // there is room: begin lets one at a time through
	return nil
}

// Run makes the scans that are started, until ctx ends.
func (s *Scanner) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			select {
			case j := <-s.jobs: // begun, and not looked at any more
				s.look(ctx, j)
			default:
			}
			return nil
		case j := <-s.jobs:
			s.look(ctx, j)
		}
	}
}

// job is a scan that was begun.
type job struct {
	ports []Port
	asks  bool
}

func (s *Scanner) look(ctx context.Context, j job) {
	ctx, stop := context.WithCancel(ctx)
	var watch, group sync.WaitGroup
	if j.asks && s.o.MayAsk != nil {
		watch.Go(func() { s.watch(ctx, stop) })
	}
	for i := range j.ports {
		if j.ports[i].State == Searching {
			group.Go(func() { s.search(ctx, i, j.ports[i].Device, j.asks) })
		}
	}
	group.Wait()
	stop()
	watch.Wait()
	s.mu.Lock()
	s.view.Running = false
	s.mu.Unlock()
}

// watch stops a search that asks devices when that is allowed no longer, until ctx ends.
func (s *Scanner) watch(ctx context.Context, stop context.CancelFunc) {
	ticker := time.NewTicker(askAgain)
	defer ticker.Stop()
	for {
		if err := s.o.MayAsk(ctx); err != nil && ctx.Err() == nil {
			stop()
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Scanner) begin(ctx context.Context, byHand []string, asks bool) ([]Port, error) {
	if asks && s.o.MayAsk != nil {
		if err := s.o.MayAsk(ctx); err != nil {
			return nil, err
		}
	}
	if len(byHand) > mostByHand {
		return nil, fmt.Errorf("scan: at most %d ports can be named", mostByHand)
	}
	for _, name := range byHand {
		if err := CheckPort(name); err != nil {
			return nil, err
		}
	}
	ports, err := s.list(byHand)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view.Running {
		return nil, ErrRunning
	}
	s.view = View{Running: true, Begun: true, Asked: asks, Ports: ports}
	if err != nil {
		s.view.Error = err.Error()
	}
	return append([]Port{}, ports...), nil
}

// list returns the ports to look at. Those of somebody else are listed and left alone.
func (s *Scanner) list(byHand []string) ([]Port, error) {
	adapters, err := s.o.Host.Adapters()
	list := []Port{}
	for i := range adapters {
		a := &adapters[i]
		p := Port{Name: a.StableName(adapters), Device: a.Device, What: a.Words(), State: Searching}
		switch access := s.o.Host.Access(a.Device); {
		case a.Console:
			p.State, p.Says = Used, "a console of this machine"
		case s.used(a.Device):
			p.State, p.Says = Used, "in use by this program; what speaks there is shown with the devices of the room"
		case access != nil && !a.USB():
			continue // a port on the board that nobody has connected
		case access != nil:
			p.refuse(access)
		}
		list = append(list, p)
	}
	for _, name := range byHand {
		leads := target(name)
		if slices.ContainsFunc(list, func(p Port) bool { return target(p.Device) == leads }) {
			continue
		}
		p := Port{Name: name, Device: leads, What: "named by hand", State: Searching}
		if s.used(name) {
			p.State, p.Says = Used, "in use by this program"
		}
		list = append(list, p)
	}
	return list, err
}

func (s *Scanner) used(device string) bool {
	leads := target(device)
	return slices.ContainsFunc(s.o.Used, func(name string) bool { return target(name) == leads })
}

// target returns where a name leads, or the name itself if it leads nowhere.
func target(name string) string {
	leads, err := filepath.EvalSymlinks(name)
	if err != nil {
		return name
	}
	return leads
}

func (p *Port) refuse(err error) {
	p.State, p.Says = Failed, err.Error()
	if refusal, ok := errors.AsType[*serialport.Error](err); ok {
		p.Says, p.Fix = refusal.Reason(), refusal.Fix
		if errors.Is(err, serialport.ErrBusy) {
			p.State = Used
		}
	}
}

func (s *Scanner) search(ctx context.Context, i int, device string, asks bool) {
	allowed := devices.NeverAsks
	if asks {
		allowed = devices.AsksAttended
	}
	report, err := search.Run(ctx, search.Options{
		Drivers: s.drivers, Asks: allowed, Clock: s.o.Clock,
		Progress: func(what string) { s.change(i, func(p *Port) { p.Doing = what }) },
		Open: func(line devices.Line) (link.Port, error) {
			opened, err := s.o.Host.Open(device, line)
			if err != nil {
				return nil, err // not opened: a nil port in an interface is no nil interface
			}
			return opened, nil
		},
	})
	if err != nil && ctx.Err() != nil {
		err = errStopped
	}
	s.change(i, func(p *Port) { p.end(&report, err) })
}

func (s *Scanner) change(i int, f func(*Port)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.view.Ports[i])
}

// end says what came of a search.
func (p *Port) end(r *detect.Report, err error) {
	p.Doing = ""
	if errors.Is(err, errStopped) {
		p.State, p.Says = Failed, "the search was stopped before its end"
		return
	}
	if err != nil {
		p.refuse(err)
		return
	}
	p.Says = r.Words()
	switch {
	case len(r.Fits) == 1:
		p.State = Found
	case len(r.Fits) > 1:
		p.State = Several
	case r.Spoke():
		p.State, p.Fix = Unknown, "look into the device's menu for its serial output and speed, and at the cable"
	default:
		p.State = Silent
	}
	for i := range r.Fits {
		m := &r.Fits[i]
		one := Match{Driver: m.Driver.Name, Title: m.Driver.Title, Kind: m.Driver.Kind.String(), Starts: m.Driver.Starts, Evidence: m.Says() + "; " + m.Evidence()}
		if len(m.Driver.Variants) > 1 {
			one.Variant = m.Variant.Name
		}
		p.Fits = append(p.Fits, one)
	}
}
