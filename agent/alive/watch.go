package alive

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// lookEvery is how often the loops are looked at, and the service manager hears that all is well; our choice.
	lookEvery = time.Second
	// readyEvery is how often they are looked at until each has taken its first turn; our choice.
	readyEvery = 50 * time.Millisecond
	// statusEvery is how many looks lie between two statuses; our choice.
	statusEvery = 5
	// tellLimit bounds one attempt to tell people; our choice.
	tellLimit = time.Second
)

// Notify tells a service manager, in the words of sd_notify(3): READY=1, WATCHDOG=1, STATUS=…, STOPPING=1.
type Notify func(state string) error

// Options say whom to tell. Only Log is needed.
type Options struct {
	Notify   Notify        // nil: no service manager
	Watchdog time.Duration // within which the service manager ends what is silent; zero: it does not

	// Stalled is told which loops are late whenever that has changed, none when all move again, and none once at the
	// start: a trouble that the last run left is over. It reports whether people were told; if not, it is asked again
	// after a second. ctx ends after a second. May be nil.
	Stalled func(ctx context.Context, late []Late) bool

	// Status returns one line for people who look at the service manager. Empty, or nil: none.
	Status func() string

	Log *slog.Logger
}

// Watch looks after loops. Loop may be called from any goroutine, Run once.
type Watch struct {
	o    Options
	mu   sync.Mutex
	list []*Loop
}

// New returns a watch over no loops yet.
func New(o Options) *Watch { return &Watch{o: o} }

// Loop adds a loop of that name, which must be its own. It is late if it takes no turn soon after Run began.
func (w *Watch) Loop(name string) *Loop {
	l := &Loop{name: name}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, l)
	return l
}

func (w *Watch) signs() []Sign {
	w.mu.Lock()
	defer w.mu.Unlock()
	signs := make([]Sign, 0, len(w.list))
	for _, l := range w.list {
		signs = append(signs, l.sign())
	}
	return signs
}

// Run watches until ctx ends, then says that the program stops, and returns nil. The service manager hears READY=1 when
// every loop has taken its first turn, and then once a second that the program lives while no loop is late.
func (w *Watch) Run(ctx context.Context) error {
	every := lookEvery
	if w.o.Watchdog > 0 {
		every = min(every, w.o.Watchdog/3) // sd_watchdog_enabled(3) advises half of it
	}
	r := round{w: w, judge: NewJudge(every)}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			r.notify("STOPPING=1\nSTATUS=stopping")
			return nil
		case <-timer.C:
			r.look(ctx)
			wait := every
			if !r.ready {
				wait = min(every, readyEvery)
			}
			timer.Reset(wait)
		}
	}
}

// round is what Run remembers from one look to the next.
type round struct {
	w      *Watch
	judge  *Judge
	ready  bool
	late   []Late
	untold bool
	deaf   bool // the service manager could not be told, and the log knows
	looks  int
	status string // told last
}

// look looks at every loop once and tells what follows.
func (r *round) look(ctx context.Context) {
	signs := r.w.signs()
	late := r.judge.Look(time.Now(), signs)
	r.log(late)
	changed := !slices.EqualFunc(late, r.late, func(a, b Late) bool { return a.Name == b.Name })
	r.late = late
	first := !r.ready && !slices.ContainsFunc(signs, func(s Sign) bool { return s.Count == 0 })
	if first {
		r.ready = true
		r.notify("READY=1")
	}
	if changed || first || r.untold {
		r.tell(ctx)
	}
	if r.ready && len(late) == 0 {
		r.notify("WATCHDOG=1")
	}
	r.tellStatus(changed || first)
}

// log says which loops have come to a stop, and which go on.
func (r *round) log(late []Late) {
	for _, l := range late {
		if !contains(r.late, l.Name) {
			r.w.o.Log.Error("a part of the program hangs, and the service manager will not hear that it lives", "part", l.Name,
				"since", l.For.Round(time.Second))
		}
	}
	for _, l := range r.late {
		if !contains(late, l.Name) {
			r.w.o.Log.Info("a part of the program that hung goes on", "part", l.Name)
		}
	}
}

func contains(late []Late, name string) bool {
	return slices.ContainsFunc(late, func(l Late) bool { return l.Name == name })
}

func (r *round) tell(ctx context.Context) {
	if r.w.o.Stalled == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tellLimit)
	defer cancel()
	r.untold = !r.w.o.Stalled(ctx, r.late)
}

// tellStatus says what people read in the service manager's list.
func (r *round) tellStatus(now bool) {
	r.looks++
	if !now && r.looks%statusEvery != 0 || !r.ready {
		return
	}
	status := ""
	switch {
	case len(r.late) > 0:
		status = "hangs: " + Names(r.late)
	case r.w.o.Status != nil:
		status = r.w.o.Status()
	}
	if status != r.status {
		r.status = status
		r.notify("STATUS=" + strings.ReplaceAll(status, "\n", " "))
	}
}

// Names lists loops in words.
func Names(late []Late) string {
	names := make([]string, 0, len(late))
	for _, l := range late {
		names = append(names, l.Name)
	}
	return strings.Join(names, ", ")
}

// notify tells the service manager. A failure is logged once: without the log a program that is ended again and again would
// be a riddle.
func (r *round) notify(state string) {
	if r.w.o.Notify == nil {
		return
	}
	err := r.w.o.Notify(state)
	if err != nil && !r.deaf {
		r.w.o.Log.Error("service manager cannot be told", "err", fmt.Errorf("alive: %w", err))
	}
	r.deaf = err != nil
}
