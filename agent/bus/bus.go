package bus

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

// stopMax is how long Run goes on sending after its context ended. Our choice.
const stopMax = 2 * time.Second

// Bus is the agent's place on NATS. Make one with [Start] and keep it alive with [Bus.Run]. Its methods may be called
// from any goroutine.
type Bus struct {
	o      Options
	server *broker.Server           // nil if not embedded
	pipe   func() (net.Conn, error) // a connection to it
	link   *link
	mine   string // how each subject begins that may be sent
	count  counters

	alerts, readings *lane
	passing          *tail
	wake             chan struct{} // to the sender; one token says all

	nc  atomic.Pointer[nats.Conn] // set by Run
	out atomic.Pointer[outlet]    // of the present connection

	life context.Context // of everything that runs; ends after the last message of Run
	stop context.CancelFunc

	handling sync.Mutex // held while Handle runs
	renamed  sync.Once  // a message under another name was met

	stateMu sync.Mutex                       // held while OnState runs
	why     string                           // the last reason for not being connected
	tell    func(connected bool, why string) // OnState, of what is news
}

// Start checks the options and starts the embedded server, if it is wanted: a taken port or a store that cannot be
// written is an error now. The site's server need not be there. Messages may be published from now on; they leave when
// [Bus.Run] runs, which must be called, if only with a context that has ended, to stop what Start began.
func Start(ctx context.Context, o Options) (*Bus, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	b := &Bus{
		o: o, mine: o.mine(), passing: newTail(passingTail), wake: make(chan struct{}, 1), why: "connecting", tell: onlyNews(o.OnState),
	}
	if o.embedded() {
		s, err := broker.Start(broker.Options{
			Name: "bedside-" + o.Room.Site + "-" + o.Room.Room, Listen: o.Listen, StoreDir: o.StoreDir, Size: broker.Room, Log: o.Log,
		})
		if err != nil {
			return nil, fmt.Errorf("bus: %w", err)
		}
		b.server, b.pipe = s, s.InProcessConn
	}
	b.life, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	b.link = newLink(b.life)
	b.alerts = newLane(b, wire.ClassAlert, alertTail)
	b.readings = newLane(b, wire.ClassReading, readingTail)
	return b, nil
}

// Publish sends m as soon as it may, usually before it returns. It never waits for network, disk or acknowledgement.
// It must be called from one goroutine, with alerts and readings in the order of Seq.
//
// What cannot leave now is the outbox's: Publish keeps the last 256 alerts and 64 readings for the moment before the
// record has them, and for a record that is broken. A message of [wire.ClassPassing] that cannot leave now is dropped.
func (b *Bus) Publish(m wire.Message) {
	switch m.Class {
	case wire.ClassAlert:
		b.alerts.tail.put(m)
		b.alerts.sendNow()
	case wire.ClassReading:
		b.readings.tail.put(m)
		b.readings.sendNow()
	default:
		b.passing.put(m)
		b.kick()
	}
}

func (b *Bus) kick() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run connects, sends, receives and answers until ctx ends. Then it goes on for at most two seconds to send what is
// waiting and to hear the acknowledgements, closes the connection and stops the embedded server. It returns an error
// only for options that can never work, such as a TLS configuration without authorities that the client refuses.
func (b *Bus) Run(ctx context.Context) error {
	defer b.shutdown()
	if ctx.Err() != nil {
		return nil
	}
	b.report()
	nc, err := b.connect()
	if err != nil {
		return err
	}
	if err := b.subscribe(nc); err != nil {
		nc.Close()
		return err
	}
	b.prepare(ctx, nc)
	b.nc.Store(nc)
	var loops sync.WaitGroup
	loops.Go(func() { b.send(b.life) })
	loops.Go(func() { b.alerts.run(b.life) })
	loops.Go(func() { b.readings.run(b.life) })
	b.kick()
	<-ctx.Done()
	b.finish()
	b.stop()
	loops.Wait()
	return nil
}

// prepare makes the streams of a new embedded server before the first alert can miss them. What fails here fails
// again, and is said, in the first round of the lane.
func (b *Bus) prepare(ctx context.Context, nc *nats.Conn) {
	if !b.o.embedded() {
		return
	}
	for _, l := range []*lane{b.alerts, b.readings} {
		if _, err := l.ensureStream(ctx, nc); err != nil {
			b.o.Log.Warn("stream cannot be made", "stream", l.stream, "err", err)
		}
	}
}

func (b *Bus) shutdown() {
	b.stop()
	if nc := b.nc.Load(); nc != nil {
		nc.Close()
	}
	b.closeOutlet(b.out.Load())
	b.link.down()
	if b.server != nil {
		b.server.Stop()
	}
}

// finish waits until everything published has left and is acknowledged, within bounds.
func (b *Bus) finish() {
	limit := time.NewTimer(stopMax)
	defer limit.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for b.link.current() != nil && !b.idle() {
		select {
		case <-limit.C:
			return
		case <-look.C:
		}
	}
}

func (b *Bus) idle() bool {
	out := b.out.Load()
	return b.alerts.idle() && b.readings.idle() && b.passing.empty() && (out == nil || out.empty())
}

// Connected reports whether the broker is reached now.
func (b *Bus) Connected() bool { return b.link.current() != nil }

// URL returns where others can connect: the embedded server's address, or the site's without user and password. It is
// "" for a server that is embedded and does not listen.
func (b *Bus) URL() string {
	if b.server != nil {
		return b.server.URL()
	}
	if nc := b.nc.Load(); nc != nil {
		if u := nc.ConnectedUrlRedacted(); u != "" {
			return withoutUser(u)
		}
	}
	return withoutUser(b.o.URLs[0])
}

func withoutUser(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}

func inboxPrefix(r wire.Room) string {
	return strings.Join([]string{"_INBOX", "bedside", r.Site, r.Room}, ".")
}
