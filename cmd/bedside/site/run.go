package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

// Options say what to measure.
type Options struct {
	Dir      string // for the stores; it must exist
	Rooms    int
	For      time.Duration // how long figures are taken
	WarmUp   time.Duration // before that: memory grows at first
	Outage   time.Duration // of the server afterwards; zero for none
	AlertFor time.Duration // between the alerts of a room
	// StartServer and StartStation start the processes that are measured. The server may be started again on its address.
	StartServer  func(ctx context.Context, dir, listen string) (Process, error)
	StartStation func(ctx context.Context, dir, nats string) (Process, error) // nil for no station
	Say          func(form string, args ...any)
}

// Process is a process that is measured.
type Process interface {
	PID() int
	Said() string // what it said when it was ready: its address
	Kill() error
}

// Station is the configuration of the station that is measured.
func Station(nats, record string) string {
	return fmt.Sprintf("site: %s\nstation: desk\nnats: {url: %q}\nconsole: {listen: \"127.0.0.1:0\"}\nrecord: {path: %s}\n",
		siteName, nats, record)
}

// tally counts what all rooms do.
type tally struct {
	made, acked, commands, failures, unsent, statusBytes atomic.Int64
}

// Run measures one size.
func Run(ctx context.Context, o Options) (result Result, err error) {
	result = Result{Rooms: o.Rooms, LoadAvg: load()}
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	defer func() { cancel(); wait.Wait() }()
	server, err := o.StartServer(ctx, o.Dir, "127.0.0.1:0")
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, server.Kill()) }()
	url := server.Said()
	if err := makeStreams(ctx, url); err != nil {
		return result, err
	}
	var heard, shown latencies
	ear, err := hear(url, &heard)
	if err != nil {
		return result, err
	}
	defer ear.Close()
	var station Process
	if o.StartStation != nil {
		if station, err = o.StartStation(ctx, o.Dir, url); err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, station.Kill()) }()
		wait.Go(func() {
			if err := screen(ctx, station.Said(), &shown, func(int) {}); err != nil && ctx.Err() == nil {
				o.Say("the station's page ended: %v", err)
			}
		})
	}
	all := new(tally)
	rooms, err := connect(url, o.Rooms, all, &result)
	defer func() {
		for _, r := range rooms {
			r.nc.Close()
		}
	}()
	if err != nil {
		return result, err
	}
	for _, r := range rooms {
		wait.Go(func() { r.live(ctx, o.AlertFor) })
	}
	rest(ctx, o.WarmUp)
	heard.take()
	shown.take()
	if err := measure(ctx, &o, &result, all, server, station); err != nil {
		return result, err
	}
	result.Witness, result.Screen = heard.take(), shown.take()
	if o.Outage > 0 {
		if server, err = outage(ctx, &o, &result, rooms, server); err != nil {
			return result, err
		}
	}
	result.Failures, result.StatusBytes = all.failures.Load(), all.statusBytes.Load()
	return result, ctx.Err()
}

func makeStreams(ctx context.Context, url string) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	defer nc.Close()
	for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
		if _, err := broker.EnsureStream(ctx, nc, broker.JetStream, broker.Stream(class, broker.Site)); err != nil {
			return err
		}
	}
	return nil
}

func connect(url string, n int, all *tally, result *Result) ([]*room, error) {
	began := time.Now()
	rooms := make([]*room, 0, n)
	for i := range n {
		r, err := newRoom(url, i+1, all)
		if err != nil {
			return rooms, fmt.Errorf("site: room %d of %d: %w", i+1, n, err)
		}
		rooms = append(rooms, r)
	}
	result.Connect = time.Since(began).Seconds()
	return rooms, nil
}

// measure reads what the processes take in a time.
func measure(ctx context.Context, o *Options, result *Result, all *tally, server, station Process) error {
	pids := []int{server.PID(), os.Getpid()}
	if station != nil {
		pids = append(pids, station.PID())
	}
	read := func() ([]usage, error) {
		var list []usage
		for _, pid := range pids {
			u, err := usageOf(pid)
			if err != nil {
				return nil, err
			}
			list = append(list, u)
		}
		return list, nil
	}
	before, err := read()
	if err != nil {
		return err
	}
	began, acked := time.Now(), all.acked.Load()
	rest(ctx, o.For)
	after, err := read()
	if err != nil {
		return err
	}
	took := time.Since(began)
	cores := func(i int) float64 { return (after[i].CPU - before[i].CPU).Seconds() / took.Seconds() }
	const mib = 1 << 20
	result.Seconds, result.Messages = took.Seconds(), float64(all.acked.Load()-acked)/took.Seconds()
	result.ServerCPU, result.ServerMiB = cores(0), float64(after[0].RSS)/mib
	result.LoadCPU = cores(1)
	if station != nil {
		result.StationOn, result.StationCPU, result.StationMiB = true, cores(2), float64(after[2].RSS)/mib
	}
	return nil
}

// backMost bounds the wait for the backlog; our choice.
const backMost = 2 * time.Minute

// outage kills the server, starts it again and measures how long the rooms need to bring what waits.
func outage(ctx context.Context, o *Options, result *Result, rooms []*room, server Process) (Process, error) {
	listen := server.Said()[len("nats://"):]
	if err := server.Kill(); err != nil {
		return server, err
	}
	down := time.Now()
	rest(ctx, o.Outage)
	again, err := o.StartServer(ctx, o.Dir, listen)
	if err != nil {
		return server, err
	}
	back := time.Now()
	result.OutageS = back.Sub(down).Seconds()
	old := make([]uint64, len(rooms)) // what is waiting now, by the last number
	for i, r := range rooms {
		old[i] = r.seqNow()
		result.Waiting += r.backlog()
	}
	whole := result.Waiting
	for {
		left := 0
		for i, r := range rooms {
			left += r.upTo(old[i])
		}
		since := time.Since(back)
		if result.HalfS == 0 && left <= whole/2 {
			result.HalfS = since.Seconds()
		}
		if left == 0 || since > backMost || ctx.Err() != nil {
			result.AllS, result.Lost = since.Seconds(), left
			break
		}
		rest(ctx, 20*time.Millisecond)
	}
	lost, err := missing(ctx, again.Said(), rooms)
	result.Lost += lost
	return again, err
}

// upTo is how many messages up to that number are not acknowledged.
func (r *room) upTo(seq uint64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, m := range r.waiting {
		if m.seq <= seq {
			n++
		}
	}
	return n
}

// missing is how many acknowledged messages the streams do not have.
func missing(ctx context.Context, url string, rooms []*room) (int, error) {
	nc, err := nats.Connect(url)
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return 0, err
	}
	want := 0
	for _, r := range rooms {
		r.mu.Lock()
		want += int(r.seq) - len(r.waiting)
		r.mu.Unlock()
	}
	have := 0
	for _, name := range []string{wire.StreamAlerts, wire.StreamReadings} {
		s, err := js.Stream(ctx, name)
		if err != nil {
			return 0, err
		}
		have += int(s.CachedInfo().State.Msgs)
	}
	return max(0, want-have), nil
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
