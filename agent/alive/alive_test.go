package alive_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/alive"
)

// epoch is when the stories of the judge begin.
var epoch = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// names of the loops that were late at a look.
func names(late []alive.Late) []string {
	list := []string{}
	for _, l := range late {
		list = append(list, l.Name)
	}
	return list
}

func TestJudgeWaitsAsLongAsTheLoopSaid(t *testing.T) {
	j := alive.NewJudge(time.Second)
	at := func(second int, signs ...alive.Sign) []string {
		return names(j.Look(epoch.Add(time.Duration(second)*time.Second), signs))
	}
	sign := alive.Sign{Name: "line", Count: 1, Within: 3 * time.Second}
	for s := range 9 {
		assert.Empty(t, at(s, sign), "second %d: three that it said and five of margin", s)
	}
	assert.Equal(t, []string{"line"}, at(9, sign))
	sign.Count++
	assert.Empty(t, at(10, sign), "one turn is proof enough")
}

func TestJudgeWaitsLongerForTheFirstTurn(t *testing.T) {
	j := alive.NewJudge(time.Second)
	for s := range 31 {
		assert.Empty(t, j.Look(epoch.Add(time.Duration(s)*time.Second), []alive.Sign{{Name: "sender"}}))
	}
	assert.Len(t, j.Look(epoch.Add(31*time.Second), []alive.Sign{{Name: "sender"}}), 1, "but not for ever")
}

func TestJudgeLetsALoopBeAway(t *testing.T) {
	j := alive.NewJudge(time.Second)
	for s := range 600 {
		assert.Empty(t, j.Look(epoch.Add(time.Duration(s)*time.Second), []alive.Sign{{Name: "record", Count: 2, Away: true}}))
	}
}

// A computer that slept, or a process that was stopped, is no loop that hangs.
func TestJudgeBlamesNobodyForTimeInWhichNobodyLooked(t *testing.T) {
	j := alive.NewJudge(time.Second)
	signs := []alive.Sign{{Name: "monitor", Count: 5, Within: time.Second}}
	j.Look(epoch, signs)
	assert.Empty(t, j.Look(epoch.Add(time.Hour), signs))
	assert.Empty(t, j.Look(epoch.Add(time.Hour-time.Minute), signs), "nor for a clock that was set back")
}

// Whatever loops do: one is late only after it was silent for longer than it said and the margin, and at the latest two looks
// after that.
func TestJudgeIsNeitherHastyNorSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := alive.NewJudge(time.Second)
		now, turned := epoch, epoch
		s := alive.Sign{Name: "loop", Count: 1, Within: time.Second}
		j.Look(now, []alive.Sign{s})
		for range rapid.IntRange(1, 80).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(800, 1200).Draw(t, "ms")) * time.Millisecond)
			if rapid.IntRange(0, 9).Draw(t, "turn") == 0 {
				s.Count++
				s.Within = time.Duration(rapid.IntRange(0, 5).Draw(t, "within")) * time.Second
				turned = now
			}
			late := len(j.Look(now, []alive.Sign{s})) > 0
			silent := now.Sub(turned)
			if late && silent <= s.Within+5*time.Second {
				t.Fatalf("late after %v, although it said %v", silent, s.Within)
			}
			if !late && silent > s.Within+8*time.Second {
				t.Fatalf("not late after %v, although it said %v", silent, s.Within)
			}
		}
	})
}

// manager is the service manager, and whoever else is told.
type manager struct {
	mu     sync.Mutex
	states []string
	pings  []time.Time
	told   []string // what the loops that are late are called
	deaf   bool     // nobody could be told
	err    error
	asked  int
	log    bytes.Buffer
}

func (m *manager) notify(state string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if state == "WATCHDOG=1" {
		m.pings = append(m.pings, time.Now())
	} else {
		m.states = append(m.states, state)
	}
	return m.err
}

func (m *manager) stalled(_ context.Context, late []alive.Late) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.deaf {
		return false
	}
	m.told = append(m.told, alive.Names(late))
	return true
}

// Write takes a line of the log.
func (m *manager) Write(line []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.Write(line)
}

// heard is what a manager has heard.
type heard struct {
	states, told []string
	pings        []time.Time
	asked        int
	log          string
}

// heard waits until nothing moves in the bubble any more, and returns what was heard by then.
func (m *manager) heard() heard {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	return heard{slices.Clone(m.states), slices.Clone(m.told), slices.Clone(m.pings), m.asked, m.log.String()}
}

// options are those of a watch that this manager hears. They are called from other goroutines of the bubble only while the
// test waits.
func (m *manager) options() alive.Options {
	return alive.Options{
		Notify: m.notify, Watchdog: 10 * time.Second, Stalled: m.stalled, Status: func() string { return "well\nand good" },
		Log: slog.New(slog.NewTextHandler(m, nil)),
	}
}

// loop takes a turn every second until ctx ends; while it is held it takes none.
func loop(ctx context.Context, l *alive.Loop, hold *sync.Mutex) {
	for ctx.Err() == nil {
		hold.Lock()
		l.Turn(time.Second)
		hold.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// A loop that hangs ends the pings within its bound, is named, is told about, and everything is well when it moves again.
func TestALoopThatHangsEndsThePings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m manager
		var free sync.Mutex
		w := alive.New(m.options())
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		hung := make(chan struct{})
		one, other := w.Loop("one"), w.Loop("other")
		all.Go(func() { loop(ctx, one, &free) })
		all.Go(func() { // hangs in its eleventh turn
			for n := range 20 {
				if n == 10 {
					<-hung
				}
				other.Turn(time.Second)
				time.Sleep(time.Second)
			}
		})
		all.Go(func() { assert.NoError(t, w.Run(ctx)) })
		time.Sleep(9500 * time.Millisecond)
		got := m.heard()
		assert.Equal(t, []string{"READY=1", "STATUS=well and good"}, got.states)
		assert.InDelta(t, 10, len(got.pings), 1)
		assert.Equal(t, []string{""}, got.told, "a trouble of the last run is over")

		time.Sleep(20 * time.Second)
		got = m.heard()
		last := got.pings[len(got.pings)-1]
		assert.Less(t, time.Since(last), 15*time.Second)
		assert.Greater(t, time.Since(last), 12*time.Second, "last turn at 9 s, late after six more, now 29.5 s")
		assert.Equal(t, []string{"", "other"}, got.told)
		assert.Equal(t, "STATUS=hangs: other", got.states[len(got.states)-1])
		assert.Equal(t, 1, strings.Count(got.log, "level=ERROR"), "once, and not every second")
		assert.Contains(t, got.log, "part=other")

		close(hung)
		time.Sleep(2 * time.Second)
		got = m.heard()
		assert.Less(t, time.Since(got.pings[len(got.pings)-1]), 2*time.Second)
		assert.Equal(t, []string{"", "other", ""}, got.told)
		stop()
		all.Wait()
		got = m.heard()
		assert.Equal(t, "STOPPING=1\nSTATUS=stopping", got.states[len(got.states)-1])
	})
}

func TestNothingIsReadyBeforeEveryLoopHasTurned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m manager
		w := alive.New(m.options())
		first, second := w.Loop("first"), w.Loop("second")
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { assert.NoError(t, w.Run(ctx)) })
		first.Turn(time.Minute)
		time.Sleep(20 * time.Second)
		got := m.heard()
		assert.Empty(t, got.states)
		second.Turn(time.Minute)
		time.Sleep(60 * time.Millisecond)
		got = m.heard()
		require.NotEmpty(t, got.states)
		assert.Equal(t, "READY=1", got.states[0])
		stop()
		all.Wait()
	})
}

// Who could not be told is told later; and a service manager that cannot be told is said once.
func TestWhoCouldNotBeToldIsToldLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager{deaf: true, err: errors.New("no such socket")}
		w := alive.New(m.options())
		w.Loop("only").Turn(time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { assert.NoError(t, w.Run(ctx)) })
		time.Sleep(5500 * time.Millisecond)
		got := m.heard()
		assert.Equal(t, 6, got.asked)
		m.mu.Lock()
		m.deaf = false
		m.mu.Unlock()
		time.Sleep(3 * time.Second)
		got = m.heard()
		assert.Equal(t, 7, got.asked)
		assert.Equal(t, 1, strings.Count(got.log, "no such socket"))
		stop()
		all.Wait()
	})
}

// A manager that waits for less than three seconds is told three times within its time.
func TestAShortWatchdogIsPingedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m manager
		o := m.options()
		o.Watchdog = time.Second
		w := alive.New(o)
		w.Loop("only").Turn(time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { assert.NoError(t, w.Run(ctx)) })
		time.Sleep(10 * time.Second)
		got := m.heard()
		assert.GreaterOrEqual(t, len(got.pings), 30)
		stop()
		all.Wait()
	})
}

func TestNobodyWatchesANilLoop(t *testing.T) {
	var l *alive.Loop
	assert.NotPanics(t, func() { l.Turn(time.Second); l.Away() })
}

func BenchmarkTurn(b *testing.B) {
	l := alive.New(alive.Options{}).Loop("loop")
	b.ReportAllocs()
	for b.Loop() {
		l.Turn(time.Second)
	}
}
