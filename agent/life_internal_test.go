package agent

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/config"
	"bedside/agent/metrics"
	"bedside/agent/monitor"
	"bedside/agent/record"
	"bedside/agent/stages"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// stall is a room with no devices and no broker in a bubble of virtual time, whose published alerts and notices to the
// service manager are kept.
type stall struct {
	mu      sync.Mutex
	alerts  []string
	states  []string
	pings   int
	beats   int // heartbeats of the room
	last    time.Time
	monitor chan struct{} // not nil: the next publication waits for it
}

func (s *stall) publish(m wire.Message) {
	var a wire.Alert
	if json.Unmarshal(m.Payload, &a) == nil && a.Condition == "process_stalled" {
		s.mu.Lock()
		s.alerts = append(s.alerts, a.Event+": "+a.Text)
		s.mu.Unlock()
	}
	s.mu.Lock()
	if strings.HasSuffix(m.Subject, ".status") {
		s.beats++
	}
	hold := s.monitor
	s.mu.Unlock()
	if hold != nil {
		<-hold
	}
}

func (s *stall) notify(state string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == "WATCHDOG=1" {
		s.pings++
		s.last = time.Now()
		return nil
	}
	s.states = append(s.states, state)
	return nil
}

// build puts a room together without network: record, monitor and watch.
func (s *stall) build(t *testing.T) *agent {
	t.Helper()
	a := &agent{boot: "b007", metrics: metrics.New("test"), o: Options{
		Config: &config.Config{Site: "clinic", Room: "room-1"},
		Notify: s.notify, Watchdog: 10 * time.Second, Log: slog.New(slog.DiscardHandler),
	}}
	a.life = a.newLife()
	var err error
	a.store, err = record.Open(t.TempDir()+"/record.db", record.Options{Life: a.life.Loop(loopRecord)})
	require.NoError(t, err)
	a.monitor, err = monitor.New(monitor.Options{
		Room: wire.Room{Site: "clinic", Room: "room-1"}, Boot: a.boot, Mode: wire.Test, Version: "test",
		Rules: monitor.Rules{Word: "built-in", Conditions: profiles.BuiltIn().Conditions()}, NextSeq: 1,
		Outlets: monitor.Outlets{
			Publish: s.publish, Append: func(m []wire.Message, snapshot []byte, urgent bool) {
				a.store.Append(record.Batch{Messages: m, Snapshot: snapshot, Urgent: urgent})
			},
			Screen: func(string, []byte) {}, Watching: func() bool { return false }, Observe: newObserver(a.metrics, nil),
		},
		Surroundings: func() monitor.Surroundings { return monitor.Surroundings{RecordHealthy: a.store.Health() == nil} },
		Log:          a.o.Log, Life: a.life.Loop(loopMonitor),
	})
	require.NoError(t, err)
	return a
}

// run starts the parts that the test has not left out, and returns what ends them.
func (s *stall) run(t *testing.T, a *agent) (end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- stages.Run(ctx, "agent", a.o.Log, []stages.Stage{
			{Name: "record", Run: a.store.Run, Wait: waitRecord},
			{Name: "monitor", Run: a.monitor.Run, Wait: waitMonitor},
			{Name: "life", Run: a.life.Run, Wait: waitLife},
		})
	}()
	return func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, a.store.Close())
	}
}

// A room with no devices and no broker is no stall.
func TestAnIdleRoomIsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stall{}
		a := s.build(t)
		end := s.run(t, a)
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		assert.InDelta(t, 1800, s.pings, 2)
		assert.Empty(t, s.alerts)
		require.NotEmpty(t, s.states)
		assert.Equal(t, []string{"READY=1", "STATUS=watching over room-1 at clinic; NATS: not connected"}, s.states)
		end()
		assert.Contains(t, s.states, "STOPPING=1\nSTATUS=stopping")
	})
}

// The heartbeat that a room sends at its start has no connection yet, and is dropped. One that has just been connected says at once how it
// is; a disconnected one has nobody to tell.
func TestARoomThatIsHeardAgainSaysAtOnceHowItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stall{}
		a := s.build(t)
		end := s.run(t, a)
		synctest.Wait()
		begun := s.beats
		for _, at := range []struct {
			connected bool
			beats     int
		}{{true, 1}, {false, 1}, {true, 2}} {
			a.brokerState(t.Context(), at.connected, "")
			synctest.Wait() // no time passes
			assert.Equal(t, at.beats, s.beats-begun)
		}
		end()
	})
}

// A line that hangs is told in the room within ten seconds and ends the pings; when it moves again, that is told, too.
func TestALineThatHangsIsToldInTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stall{}
		a := s.build(t)
		line := a.life.Loop(loopLine + "oximeter")
		line.Turn(5 * time.Second)
		end := s.run(t, a)
		time.Sleep(12 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"raised: A part of Bedside in room-1 hangs: line of oximeter. Watch the patient."}, s.alerts)
		pings := s.pings
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, pings, s.pings)
		line.Turn(time.Hour)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Greater(t, s.pings, pings)
		require.Len(t, s.alerts, 2)
		assert.Regexp(t, "^ended: ", s.alerts[1])
		end()
	})
}

// A monitor that hangs can tell nobody: the pings end within ten seconds, and nothing waits for it.
func TestAMonitorThatHangsEndsThePings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stall{}
		a := s.build(t)
		end := s.run(t, a)
		time.Sleep(20*time.Second + 100*time.Millisecond)
		hold := make(chan struct{})
		s.mu.Lock()
		s.monitor = hold
		s.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Less(t, s.last.Sub(time.Now().Add(-time.Minute)), 12*time.Second, "five until it publishes a status, six until it is late")
		s.mu.Lock()
		s.monitor = nil
		s.mu.Unlock()
		close(hold)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		assert.Less(t, time.Since(s.last), 2*time.Second)
		assert.Empty(t, slices.DeleteFunc(s.alerts, func(a string) bool { return a[:5] == "ended" }))
		end()
	})
}
