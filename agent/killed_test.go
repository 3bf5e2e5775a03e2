package agent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bedside/agent/wire"
	"bedside/simulators/pty"
)

// So much faster than life are the agents and the devices of this test, and a cuff that nobody stops afterwards.
const (
	brisk = 4
	rush  = 60
)

// cuffRest is how long a driver may let a cuff rest before it takes the first order.
const cuffRest = time.Minute

// gears are a clock that can be made to run faster while it runs.
type gears struct {
	mu    sync.Mutex
	shown time.Time // at the last change
	since time.Time // of it, really
	speed float64
}

func newGears() *gears {
	now := time.Now()
	return &gears{shown: now, since: now, speed: brisk}
}

func (g *gears) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shown.Add(time.Duration(float64(time.Since(g.since)) * g.speed))
}

func (g *gears) real(d time.Duration) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Duration(float64(d) / g.speed)
}

func (g *gears) shift(speed float64) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown, g.since, g.speed = now, time.Now(), speed
}

// bedCuff is a simulated cuff on a pseudo-terminal whose own program never ends a cycle.
type bedCuff struct {
	starter
	name   string
	room   string
	device *watched
	clock  *gears
}

// plugCuff puts one on a terminal below dir.
func plugCuff(t *testing.T, dir, name string, s starter) *bedCuff {
	t.Helper()
	c := &bedCuff{starter: s, name: name, device: &watched{device: s.New(1), stuck: true}, clock: newGears()}
	port, err := pty.Open(pty.Options{
		Link: filepath.Join(dir, name), Device: c.device, Truth: newPerson().truth, Now: c.clock.now, Real: c.clock.real,
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- port.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, port.Close())
	})
	return c
}

// cuffRoom writes the configuration of a room with those cuffs.
func cuffRoom(t *testing.T, dir, room, url string, cuffs []*bedCuff) (file string) {
	t.Helper()
	var list strings.Builder
	for _, c := range cuffs {
		fmt.Fprintf(&list, "  - {name: %s, driver: %s, port: %s, start: agent}\n", c.name, c.Driver, filepath.Join(dir, c.name))
	}
	text := fmt.Sprintf("site: clinic\nroom: %s\ndevices:\n%snats: %s\nconsole: {listen: \"127.0.0.1:0\"}\nrecord: {path: %s}\n",
		room, list.String(), external(url), filepath.Join(dir, room+".db"))
	file = filepath.Join(dir, fmt.Sprintf("%s-%d.yaml", room, len(cuffs)))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// inflate starts a measurement over NATS as soon as the agent takes the order, and waits for air.
func (c *bedCuff) inflate(ctx context.Context, nc *nats.Conn, air func(*bedCuff) bool) error {
	ask := func(verb, request string) (r wire.Reply, ok bool) {
		m, err := nc.Request("bedside.v1.clinic."+c.room+".command."+verb, []byte(request), patience)
		return r, err == nil && json.Unmarshal(m.Data, &r) == nil && r.OK
	}
	for !air(c) {
		var status wire.Status
		if seen, ok := ask(wire.VerbSnapshot, ""); ok && json.Unmarshal(seen.Data, &status) == nil {
			ask(wire.VerbCuffStart, `{"by":"AK","device":"`+takesOrders(&status, c.name)+`"}`) // refused while it measures or rests
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no air in %s: %w", c.name, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// fill has them all inflated at the same moment. Where the computer is so busy that the first has emptied itself before the last
// is full, it is asked again.
func fill(t *testing.T, nc *nats.Conn, cuffs []*bedCuff) {
	t.Helper()
	air := func(c *bedCuff) bool { return c.device.inflated(t) && c.device.full(c.clock.now()) < airLimit/2 } // not about to empty itself
	ctx, stop := context.WithTimeout(t.Context(), 3*patience)
	defer stop()
	for slices.ContainsFunc(cuffs, func(c *bedCuff) bool { return !air(c) }) {
		var all errgroup.Group
		for _, c := range cuffs {
			all.Go(func() error { return c.inflate(ctx, nc, air) })
		}
		require.NoError(t, all.Wait())
	}
}

// empties waits until the air is out. A cuff that nobody stops lives faster from that moment on.
func (c *bedCuff) empties(t *testing.T, alone time.Duration) {
	t.Helper()
	for began, left := time.Now(), true; c.device.inflated(t); {
		if left && time.Since(began) > alone {
			c.clock.shift(rush)
			left = false
		}
		require.Less(t, time.Since(began), alone+patience, "%s: air in the cuff", c.name)
		<-time.After(10 * time.Millisecond)
	}
	air, starved := c.device.held()
	assert.Less(t, air, airLimit+starved, "%s: air in the cuff", c.name)
	t.Logf("%s: air out %v after the start: %s", c.name, air.Round(time.Second), c.device.end(&c.starter))
}

// A process is ended, and one is killed, in the middle of measurements that would never end by themselves. Told to end, it
// stops every cuff. Killed, it cannot: the cuffs that a new process finds are stopped by it if their line tells that there is
// air, and those that nobody ever finds are held to their own limit. The log says which it was.
func TestNoProcessLeavesAirBehind(t *testing.T) {
	wholeAgent(t)
	dir, hub := t.TempDir(), startHub(t)
	var ended, found, forgotten []*bedCuff
	for _, s := range starters(t) {
		ended = append(ended, plugCuff(t, dir, s.Name+"-ended", s))
		found = append(found, plugCuff(t, dir, s.Name+"-found", s))
		forgotten = append(forgotten, plugCuff(t, dir, s.Name+"-forgotten", s))
	}
	nc, err := nats.Connect(hub.url())
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	killed := append(append([]*bedCuff{}, found...), forgotten...)
	speed := fmt.Sprint("BEDSIDE_TEST_SPEED=", brisk)
	first := child(t, cuffRoom(t, dir, "room-1", hub.url(), ended), speed)
	second := child(t, cuffRoom(t, dir, "room-2", hub.url(), killed), speed)
	<-time.After(cuffRest / brisk) // of a cuff of which nothing is known; then all can be filled at the same time
	for _, c := range ended {
		c.room = "room-1"
	}
	for _, c := range killed {
		c.room = "room-2"
	}
	all := append(append([]*bedCuff{}, ended...), killed...)
	fill(t, nc, all)
	for _, c := range all {
		c.device.mark()
	}

	require.NoError(t, second.Process.Kill())
	require.Error(t, second.Wait())
	require.NoError(t, first.Process.Signal(syscall.SIGTERM))
	if err := first.Wait(); err != nil { // it says so if a part needed longer than it may, as on a busy computer
		require.True(t, first.ProcessState.Exited(), "%v", err)
		t.Log("told to end:", err)
	}
	for _, c := range ended {
		assert.True(t, c.device.got(c.stop), "%s: no stop on the wire", c.name)
		c.empties(t, patience)
	}
	child(t, cuffRoom(t, dir, "room-2", hub.url(), found), speed)
	for _, c := range forgotten {
		c.empties(t, 0)
		assert.False(t, c.device.got(c.stop), "%s: who stopped it?", c.name)
	}
	for _, c := range found {
		c.empties(t, 10*time.Second)
	}
}
