package bus

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

// Bounds of sending, our choice unless a source is named.
const (
	ackWait      = 10 * time.Second // NATS.md section "what follows" 3: shorter ones made storms
	windowMax    = 256              // backlog messages on their way at once
	windowFrom   = 32               // the window of a healthy lane begins here, and doubles
	liveMax      = 1024             // live readings on their way before they become a backlog
	batchSize    = 256              // messages asked of the outbox at once
	checkEvery   = 5 * time.Second  // of a live lane, for overdue acknowledgements and forgotten messages
	yieldMax     = 500 * time.Millisecond
	streamMax    = time.Second // that the first live messages wait for the stream to be made
	pauseFirst   = 500 * time.Millisecond
	pauseLongest = 30 * time.Second
)

var (
	errLate    = errors.New("the broker does not acknowledge in time")
	errBacklog = errors.New("the outbox holds what nobody is sending")
)

// lane brings the messages of one class to the stream of that class. One goroutine, run, reconciles and drains;
// live messages are sent by Publish or by the sender; the client's goroutine brings the acknowledgements.
type lane struct {
	b         *Bus
	class     wire.Class
	stream    string
	overtakes bool // live messages leave at once, whatever the backlog does
	tail      *tail
	flight    *flight
	failed    chan error // a refused acknowledgement, for run
	inbox     string     // subject prefix of acknowledgements; set before anything is sent

	// order is held while live messages are sent, so that they leave in the order of Seq. Nothing waits under it.
	order sync.Mutex
	// Under order: while inOrder, all up to the Seq upTo was handed over, and a message that fell out of the tail beyond it was not. It
	// is not so while live messages go out unstored.
	inOrder bool
	upTo    uint64
	// live is the epoch on which live messages may leave directly, 0 while they must wait for the backlog.
	live atomic.Uint64
	// ready is the epoch that is reconciled, 0 while there is none or the stream fails.
	ready atomic.Uint64
	// made is set once the stream was there, or its making took too long. On a new site a message that leaves before is
	// heard but not stored, and would have to go twice.
	made atomic.Bool
	// known is the stream sequence up to which nothing of ours is in the stream that we do not know of; 0: not known.
	known atomic.Uint64

	// Of run alone.
	window   int
	failures int       // rounds in a row
	since    time.Time // of the first of them
	server   string    // id of the server of the last round
	stale    string    // id of a message seen in the outbox at the last check

	mu   sync.Mutex
	what string // what does not work, for people
}

func newLane(b *Bus, class wire.Class, size int) *lane {
	return &lane{
		b: b, class: class, stream: class.Stream(), overtakes: class == wire.ClassAlert,
		tail: newTail(size), flight: newFlight(), failed: make(chan error, 1),
	}
}

// run keeps the lane going until ctx ends: a round for each connection, and after a failure a pause and another one.
func (l *lane) run(ctx context.Context) {
	for {
		c, err := l.b.link.wait(ctx)
		if err != nil {
			return
		}
		err = l.round(c)
		l.live.Store(0)
		l.reconciled(0)
		if ctx.Err() != nil {
			return
		}
		if c.ctx.Err() != nil {
			l.failures = 0 // the connection ended; the next one is a new start
			continue
		}
		l.afterFailure(c, err)
	}
}

// round reconciles, drains and stays live, until the connection ends or something fails.
func (l *lane) round(c *connection) error {
	l.drainFailed()
	defer l.awaitStream()()
	for l.sendLive() { // an alert of the outage leaves before anything else, whoever is awake first
	}
	made, err := l.ensureStream(c.ctx, l.b.nc.Load())
	l.made.Store(true)
	for l.sendLive() {
	}
	l.b.kick()
	if err != nil {
		return err
	}
	if err := l.reconcile(c, made.Info, made.Now); err != nil {
		return err
	}
	l.server = c.server
	if err := l.prove(c); err != nil {
		return err
	}
	l.live.Store(0) // what went out unstored while the stream failed goes in order from here on
	l.window = windowFrom
	l.yieldToAlerts(c)
	for {
		if err := l.drain(c); errors.Is(err, errBacklog) {
			continue // said by the live time before
		} else if err != nil {
			return err
		}
		l.failures = 0
		l.setTrouble("")
		if err := l.watch(c); !errors.Is(err, errBacklog) {
			return err
		}
		l.live.Store(0)
	}
}

// awaitStream bounds how long live messages wait for the first making of the stream. The returned function ends it.
func (l *lane) awaitStream() (end func() bool) {
	if l.made.Load() {
		return func() bool { return true }
	}
	return time.AfterFunc(streamMax, func() {
		l.made.Store(true)
		l.b.kick()
	}).Stop
}

// yieldToAlerts lets the backlog of alerts go first after an outage, for a moment.
func (l *lane) yieldToAlerts(c *connection) {
	if l.overtakes {
		return
	}
	limit := time.NewTimer(yieldMax)
	defer limit.Stop()
	select {
	case <-c.alertsFirst:
	case <-limit.C:
	case <-c.ctx.Done():
	}
}

// afterFailure says what does not work and pauses. A stream that has stored nothing for a while, or cannot exist, must
// not keep live readings from whoever listens: they go out unstored then, and the outbox keeps them.
func (l *lane) afterFailure(c *connection, err error) {
	if l.failures == 0 {
		l.since = time.Now()
	}
	l.failures++
	l.b.count.errors.Add(1)
	c.alertsDone()
	l.setTrouble(l.stream + ": " + streamReason(err))
	if noStream(err) || errors.Is(err, errLate) || time.Since(l.since) > ackWait {
		l.liveUnstored(c)
	}
	l.b.count.resent.Add(uint64(l.flight.settle(0, time.Now().Add(-ackWait))))

	pause := min(pauseFirst<<min(l.failures-1, 10), pauseLongest)
	timer := time.NewTimer(pause/2 + rand.N(pause))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ctx.Done():
		l.failures = 0
	}
}

// liveUnstored opens the direct way without regard to what has to go before.
func (l *lane) liveUnstored(c *connection) {
	l.order.Lock()
	defer l.order.Unlock()
	l.inOrder = false
	l.live.Store(c.epoch)
	l.b.kick()
}

// sendNow sends what is live from the goroutine of the caller, or leaves it to the sender if another one is at it.
func (l *lane) sendNow() {
	if !l.order.TryLock() {
		l.b.kick()
		return
	}
	defer l.order.Unlock()
	for l.sendOne() {
	}
}

// sendLive sends one live message if there is one that may leave now. It reports whether to ask again.
func (l *lane) sendLive() bool {
	l.order.Lock()
	defer l.order.Unlock()
	return l.sendOne()
}

func (l *lane) sendOne() bool {
	c := l.b.link.current()
	if c == nil || l.b.nc.Load() == nil || !l.made.Load() {
		return false
	}
	if !l.overtakes {
		if l.live.Load() != c.epoch {
			return false
		}
		if l.flight.count() >= liveMax {
			l.fail(errBacklog)
			return false
		}
	}
	m, pos, ok := l.tail.unsent()
	if !ok {
		return false
	}
	if l.inOrder && l.tail.lostAfter(l.upTo) {
		l.fail(errBacklog) // what fell out goes first
		return false
	}
	if l.put(c, m) != nil {
		return false
	}
	l.tail.done(pos)
	if l.inOrder {
		l.upTo = m.Seq
	}
	return true
}

// waits reports whether live messages wait for the making of the stream, which is not for long.
func (l *lane) waits() bool { return !l.made.Load() && l.b.link.current() != nil && !l.tail.empty() }

// put sends m unless it is on its way or acknowledged. An error means that the connection does not carry. The caller holds order, so
// that who finds a message on its way knows that it was written.
func (l *lane) put(c *connection, m wire.Message) error {
	token, ok := l.flight.claim(m.ID, c.epoch, time.Now())
	if !ok {
		return nil
	}
	err := l.b.publish(m, l.inbox+strconv.FormatUint(token, 10))
	switch {
	case errors.Is(err, errNotSent):
		l.flight.release(token)
		return err
	case errors.Is(err, errRefused):
		l.refuse(token)
		return nil
	}
	return err
}

// refuse settles a message that the broker will never take: it stays in the record, and must not stop the others.
func (l *lane) refuse(token uint64) {
	if e, _, ok := l.flight.ack(token, 0); ok {
		l.b.count.refused.Add(1)
		l.b.o.Outbox.Acknowledge(l.class, e.id, 0)
	}
}

// fail ends the round of a lane. Live messages stop at once.
func (l *lane) fail(err error) {
	l.live.CompareAndSwap(l.ready.Load(), 0)
	select {
	case l.failed <- err:
	default:
	}
}

func (l *lane) drainFailed() {
	select {
	case err := <-l.failed:
		l.b.o.Log.Debug("failure of an earlier round", "stream", l.stream, "err", err)
	default:
	}
}

func (l *lane) setTrouble(what string) {
	l.mu.Lock()
	changed := l.what != what
	l.what = what
	l.mu.Unlock()
	if changed {
		l.b.report()
	}
}

func (l *lane) trouble() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.what
}

// idle reports whether everything published has left and is acknowledged.
func (l *lane) idle() bool { return l.tail.empty() && l.flight.count() == 0 }

func noStream(err error) bool {
	return errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) ||
		errors.Is(err, nats.ErrNoResponders) || errors.Is(err, errNoStream) || errors.Is(err, broker.ErrNotYet)
}
