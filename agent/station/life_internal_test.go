package station

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/console"
	"bedside/agent/notify"
	"bedside/agent/record"
	"bedside/agent/stages"
	"bedside/agent/wire"
)

// alone is a station without network in a bubble of virtual time, and what its service manager and its notifier hear.
type alone struct {
	*Station
	mu     sync.Mutex
	states []string
	pings  int
	sent   []string
	hold   chan struct{} // not nil: the notifier, and a log that is told of a message it cannot read, wait for it
}

func (a *alone) notify(state string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if state == "WATCHDOG=1" {
		a.pings++
	} else {
		a.states = append(a.states, state)
	}
	return nil
}

func (a *alone) heard() (pings int, states []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pings, slices.Clone(a.states)
}

func (a *alone) wait() {
	a.mu.Lock()
	hold := a.hold
	a.mu.Unlock()
	if hold != nil {
		<-hold
	}
}

// hang makes what waits wait, until the returned function is called.
func (a *alone) hang() (release func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hold := make(chan struct{})
	a.hold = hold
	return func() {
		a.mu.Lock()
		a.hold = nil
		a.mu.Unlock()
		close(hold)
	}
}

func (a *alone) Run(ctx context.Context)     { <-ctx.Done() }
func (a *alone) States() []wire.ChannelState { return nil }
func (a *alone) Send(n notify.Notice) {
	a.wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent = append(a.sent, n.Condition)
}

func (a *alone) Enabled(context.Context, slog.Level) bool { return true }
func (a *alone) WithAttrs([]slog.Attr) slog.Handler       { return a }
func (a *alone) WithGroup(string) slog.Handler            { return a }
func (a *alone) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "message is not taken") {
		a.wait()
	}
	return nil
}

// start builds a station and runs all of it that needs no network, but for the stages that are left out.
func start(t *testing.T, without ...string) (a *alone, end func()) {
	t.Helper()
	a = &alone{}
	c := config.DefaultStation()
	c.Site, c.Station = "clinic", "desk"
	a.Station = assemble(Options{
		Config: c, Version: "test", Log: slog.New(a), Notifier: a, Notify: a.notify, Watchdog: 10 * time.Second,
	}, "b007")
	a.console = console.NewStation(console.StationOptions{Feed: a.Station, Log: slog.New(slog.DiscardHandler)})
	var err error
	a.store, err = record.Open(t.TempDir()+"/record.db", record.Options{Local: true, Life: a.loops.record})
	require.NoError(t, err)
	list := slices.DeleteFunc(a.stages(), func(s stages.Stage) bool {
		return s.Name == "console" || slices.Contains(without, s.Name)
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- stages.Run(ctx, "station", a.o.Log, list) }()
	end = sync.OnceFunc(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, a.store.Close())
	})
	t.Cleanup(end)
	return a, end
}

// told returns what the board says of loops that hang.
func (a *alone) told() []wire.Alert {
	return slices.DeleteFunc(a.Board().Alerts, func(x wire.Alert) bool { return x.Condition != "process_stalled" })
}

func (a *alone) pass(d time.Duration) {
	time.Sleep(d) // of the bubble
	synctest.Wait()
}

// A station whose message server was never there, and that nobody asks for anything, lives.
func TestAnIdleStationIsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, end := start(t)
		a.pass(30 * time.Minute)
		pings, states := a.heard()
		assert.InDelta(t, 1800, pings, 2)
		assert.Equal(t, []string{"READY=1", "STATUS=station desk of clinic; station: the message server is not reached"}, states)
		assert.Empty(t, a.told())
		end()
		_, states = a.heard()
		assert.Contains(t, states, "STOPPING=1\nSTATUS=stopping")
	})
}

// Every loop that people rely on is watched: without it the station is never ready, and says within half a minute what hangs.
func TestEveryLoopOfTheStationIsWatched(t *testing.T) {
	for stage, loop := range map[string]string{
		"record": "record", "notices": "notices", "buckets": "duties", "ears": "hearing of alerts, hearing of readings",
		"clock": "clock", "lease": "lease", "receipts": "receipts",
	} {
		t.Run(stage, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := start(t, stage)
				a.pass(35 * time.Second)
				pings, states := a.heard()
				assert.Zero(t, pings)
				assert.Empty(t, states)
				list := a.told()
				require.Len(t, list, 1)
				assert.Contains(t, list[0].Text, "A part of station desk hangs: "+loop+". ")
			})
		})
	}
}

// A loop that hangs ends the pings and is told on the board within ten seconds; when it moves again, that is over.
func TestALoopOfTheStationThatHangsEndsThePings(t *testing.T) {
	for loop, hang := range map[string]func(a *alone){
		"hearing of alerts": func(a *alone) { a.urgent <- &nats.Msg{Subject: "noise"} },
		"notices": func(a *alone) {
			a.notices <- notice{Notice: notify.Notice{Room: "room-1", Condition: "spo2_low"}}
		},
	} {
		t.Run(loop, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := start(t)
				a.pass(time.Minute)
				before, _ := a.heard()
				assert.InDelta(t, 60, before, 2)

				release := a.hang()
				hang(a)
				a.pass(10 * time.Second)
				at, states := a.heard()
				assert.LessOrEqual(t, at-before, 9)
				assert.Equal(t, "STATUS=hangs: "+loop, states[len(states)-1])
				list := a.told()
				require.Len(t, list, 1)
				assert.Equal(t, []string{"high", "active"}, []string{list[0].Priority, list[0].State})
				a.pass(time.Minute)
				later, _ := a.heard()
				assert.Equal(t, at, later, "and none while it lasts")

				release()
				a.pass(3 * time.Second)
				later, _ = a.heard()
				assert.Greater(t, later, at)
				assert.Empty(t, a.told())
			})
		})
	}
}
