package bus_test

import (
	"net"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/alive/alivetest"
	"bedside/agent/bus"
	"bedside/agent/wire"
)

// gate is a connection that can freeze: bytes of either direction wait, nothing is closed and nothing fails.
type gate struct {
	t      *testing.T
	mu     sync.Mutex
	frozen bool
	opened chan struct{}
}

func newGate(t *testing.T) *gate { return &gate{t: t, opened: make(chan struct{})} }

func (g *gate) freeze(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.frozen && !on {
		close(g.opened)
		g.opened = make(chan struct{})
	}
	g.frozen = on
}

// wrap puts the gate between the client and its side of a pipe.
func (g *gate) wrap(c net.Conn) net.Conn {
	near, far := net.Pipe()
	gone := make(chan struct{})
	var once sync.Once
	end := func() { once.Do(func() { close(gone); hangUp(g.t, c, far) }) }
	copyAll := func(dst, src net.Conn) {
		defer end()
		buf := make([]byte, 32<<10)
		for {
			n, err := src.Read(buf)
			if err != nil || !g.pass(gone) {
				return
			}
			if _, err := dst.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	go copyAll(c, far)
	go copyAll(far, c)
	return &gated{Conn: near, end: end}
}

func (g *gate) pass(gone chan struct{}) bool {
	for {
		g.mu.Lock()
		frozen, opened := g.frozen, g.opened
		g.mu.Unlock()
		if !frozen {
			return true
		}
		select {
		case <-opened:
		case <-gone:
			return false
		}
	}
}

type gated struct {
	net.Conn
	end func()
}

func (c *gated) Close() error {
	c.end()
	return c.Conn.Close()
}

// emptyPools drops what the client keeps in its pool of timers: one that was made in a bubble must not be used outside,
// nor the other way round. A sync.Pool is empty after two collections.
func emptyPools() {
	runtime.GC()
	runtime.GC()
}

// bubble returns the options of a server inside the process. The server's clock of access times is shared by all
// servers of a process and must live outside the bubble: another server holds it there.
func bubble(t *testing.T) bus.Options {
	newSite(t)
	emptyPools()
	t.Cleanup(emptyPools)
	o := embedded(t)
	o.Listen = ""
	return o
}

// TestFrozenLink freezes the link without closing it, in virtual time: it is noticed within twelve seconds, Publish
// goes on without waiting, and everything arrives once after the thaw.
func TestFrozenLink(t *testing.T) {
	o := bubble(t)
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		a := start(t, o, func(b *bus.Bus) { b.WrapPipe(g.wrap) })
		synctest.Wait()
		require.True(t, a.Connected())
		readings := []wire.Message{a.say(a.room.reading())}
		alerts := []wire.Message{a.say(a.room.alert())}
		time.Sleep(time.Second)
		require.Zero(t, a.outbox.Depth())

		g.freeze(true)
		began := time.Now()
		for range 60 {
			readings = append(readings, a.say(a.room.reading()))
			alerts = append(alerts, a.say(a.room.alert()))
			now := time.Now()
			a.Publish(a.room.message(wire.ClassPassing, a.room.Status()))
			require.Equal(t, now, time.Now(), "Publish waited")
			time.Sleep(time.Second)
			if time.Since(began) > 12*time.Second {
				require.False(t, a.Connected())
			}
		}
		assert.Equal(t, 120, a.outbox.Depth())
		assert.NotEmpty(t, a.states.last())

		g.freeze(false)
		time.Sleep(3 * time.Second) // a dial may be under way on the frozen link
		require.True(t, a.Connected())
		time.Sleep(time.Second)
		assert.Zero(t, a.outbox.Depth())
		assert.Equal(t, "up", a.states.last())
		a.end()
		synctest.Wait()
		got := a.outbox.sequences(wire.ClassReading)
		assert.Len(t, got, len(readings))
		assert.IsIncreasing(t, got, "readings are stored in order")
		assert.Len(t, a.outbox.sequences(wire.ClassAlert), len(alerts))
		assert.EqualValues(t, 122, a.Counters().Acked+a.Counters().Found)
	})
}

// TestForgottenMessageIsSent has the outbox show what nobody is sending, and then what is long acknowledged.
func TestForgottenMessageIsSent(t *testing.T) {
	o := bubble(t)
	synctest.Test(t, func(t *testing.T) {
		a := start(t, o)
		synctest.Wait()
		a.outbox.add(a.room.alert()) // in the record, but nobody published it
		time.Sleep(4 * time.Second)
		assert.Equal(t, 1, a.outbox.Depth())
		time.Sleep(10 * time.Second)
		assert.Zero(t, a.outbox.Depth())

		a.outbox.set(func(m *model) { m.deaf = true })
		a.say(a.room.reading())
		time.Sleep(30 * time.Second)
		assert.Equal(t, 1, a.outbox.Depth())
		assert.EqualValues(t, 2, a.Counters().Published, "what is acknowledged is not sent again, whatever the record shows")
		a.end()
	})
}

func TestFinishIsBounded(t *testing.T) {
	o := bubble(t)
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		a := start(t, o, func(b *bus.Bus) { b.WrapPipe(g.wrap) })
		synctest.Wait()
		a.say(a.room.alert())
		time.Sleep(time.Second)
		g.freeze(true)
		a.say(a.room.alert())
		began := time.Now()
		a.end()
		assert.Equal(t, 2*time.Second, time.Since(began))
	})
}

// The sender lives with nothing to send, and while the broker is gone.
func TestASenderThatWaitsLives(t *testing.T) {
	o := bubble(t)
	synctest.Test(t, func(t *testing.T) {
		w := alivetest.New(t)
		defer w.Stop()
		o.Life = w.Loop("sender")
		g := newGate(t)
		a := start(t, o, func(b *bus.Bus) { b.WrapPipe(g.wrap) })
		time.Sleep(10 * time.Minute)
		require.True(t, a.Connected())
		g.freeze(true)
		for range 300 {
			a.say(a.room.reading())
			a.Publish(a.room.message(wire.ClassPassing, a.room.Status()))
			time.Sleep(time.Second)
		}
		require.False(t, a.Connected())
		assert.Empty(t, w.Late())
		g.freeze(false)
		time.Sleep(5 * time.Second)
		a.end()
	})
}
