package station

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"

	"bedside/agent/access"
	"bedside/agent/alive"
	"bedside/agent/authority"
	"bedside/agent/broker"
	"bedside/agent/bus"
	"bedside/agent/console"
	"bedside/agent/metrics"
	"bedside/agent/record"
	"bedside/agent/stages"
	"bedside/agent/station/board"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// How long each part may take to stop.
const (
	waitConsole = 2500 * time.Millisecond // pages are told to come again
	waitLoop    = 500 * time.Millisecond
	waitNotify  = 2500 * time.Millisecond
	waitRecord  = 3500 * time.Millisecond
	waitLife    = 50 * time.Millisecond // first of all, so that whoever waits for the end knows of it
)

// Station is a running station. Its exported methods may be called from any goroutine.
type Station struct {
	o         Options
	boot      string
	address   wire.Station
	store     *record.Store
	server    *broker.Server // nil if the site's server is somebody else's
	nc        *nats.Conn
	listener  net.Listener
	page      string               // its address
	access    *access.Access       // nil: anybody on loopback
	authority *authority.Authority // nil: none of ours
	console   *console.Station
	system    *system.System
	metrics   *metrics.Station
	notifier  Notifier
	life      *alive.Watch // over the loops that must move
	loops     loops

	mu      sync.Mutex // guards the board, and keeps what it tells in order
	board   *board.Board
	audited atomic.Uint64 // last number of the record

	urgent, readings chan *nats.Msg
	notices          chan notice
	connected        chan struct{} // a token for each connection
	lease            chan struct{} // a token asks for one at once

	overran  map[string]time.Time // when an overrun of that subject was last said; for the client's callbacks alone
	up       atomic.Bool
	screens  screens
	peers    peers
	receipts receipts
	duties   roster
	claims   claims
}

// Run serves until ctx ends, then stops within fifteen seconds and returns nil. It fails at once, with nothing left running, if
// the station needs what cannot be had: a port for its page or its server, or the record. A server of the site that is
// missing is waited for.
func Run(ctx context.Context, o Options) error {
	s, err := newStation(ctx, o)
	if err != nil {
		return err
	}
	if o.Ready != nil {
		r := Running{Console: s.page, Station: s}
		if s.server != nil {
			r.NATS = s.server.URL()
		}
		o.Ready(r)
	}
	err = stages.Run(ctx, "station", o.Log, s.stages())
	return errors.Join(err, s.release())
}

func newStation(ctx context.Context, o Options) (*Station, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("station: boot id: %w", err)
	}
	s := assemble(o, hex.EncodeToString(b[:]))
	if err := s.build(ctx); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// assemble makes what needs nothing from outside.
func assemble(o Options, boot string) *Station {
	s := &Station{
		o: o, boot: boot, address: wire.Station{Site: o.Config.Site, Station: o.Config.Station},
		notifier: o.Notifier, metrics: metrics.NewStation(o.Version),
		urgent: make(chan *nats.Msg, urgentQueue), readings: make(chan *nats.Msg, readingQueue),
		notices: make(chan notice, noticeQueue), overran: map[string]time.Time{}, connected: make(chan struct{}, 1), lease: make(chan struct{}, 1),
	}
	s.board = board.New(s.now(), board.Options{Site: o.Config.Site, Station: o.Config.Station, Boot: s.boot, Version: o.Version})
	s.screens.o, s.receipts.o, s.duties.s, s.claims.s = &s.o, &s.o, s, s
	s.watchOver()
	return s
}

func (s *Station) now() time.Time { return s.o.Clock.Now() }

// build makes every part, in the order in which they need each other.
func (s *Station) build(ctx context.Context) error {
	c := s.o.Config
	var err error
	s.store, err = record.Open(c.Record.Path, record.Options{
		Keep: c.Record.Keep, MaxBytes: c.Record.MaxSize, Local: true, Clock: s.o.Clock, Log: s.o.Log, OnHealth: s.recordHealth,
		Life: s.loops.record,
	})
	if err != nil {
		return err
	}
	if err := s.resume(ctx); err != nil {
		return err
	}
	if s.notifier == nil {
		if s.notifier, err = s.newNotifier(); err != nil {
			return err
		}
	}
	door, err := s.buildDoor(ctx)
	if err != nil {
		return err
	}
	if err := s.openPage(ctx); err != nil {
		return err
	}
	s.system = s.newSystem()
	s.console = console.NewStation(console.StationOptions{
		Feed: s, Metrics: s.metrics.Handler(), Ready: s.ready, Door: door, Log: s.o.Log, System: s.system,
	})
	s.metrics.Watch(s.surroundings)
	if err := s.startServer(); err != nil {
		return err
	}
	return s.connect()
}

// resume puts the rooms of the last run on the board: one that died while nobody listened is missed.
func (s *Station) resume(ctx context.Context) error {
	r, err := s.store.Resume(ctx)
	if err != nil {
		return err
	}
	s.audited.Store(r.NextSeq - 1)
	if r.Snapshot == nil {
		return nil
	}
	var rooms []board.Saved
	if err := json.Unmarshal(r.Snapshot, &rooms); err != nil {
		s.o.Log.Warn("station: the list of rooms cannot be read and is begun anew", "err", err)
		return nil
	}
	s.board.Restore(s.now(), rooms)
	return nil
}

// connect begins to connect. What is subscribed here is subscribed again at every connection.
func (s *Station) connect() error {
	c := s.o.Config
	security, err := c.NATS.TLS.Client()
	if err != nil {
		return err
	}
	o := bus.DialOptions{
		Name: "bedside station " + c.Site + "/" + c.Station + " " + s.boot, URLs: c.NATS.URLs,
		CredentialsFile: s.credentials(), TLS: security, Inbox: "_INBOX.bedside." + c.Site + "._station." + c.Station,
		OnState: s.connection, OnError: s.trouble,
	}
	if s.server != nil {
		o.Server = s.server
	}
	if s.nc, err = bus.Dial(o); err != nil {
		return err
	}
	return s.subscribe()
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("station: page: another program uses %s; stop it or choose another console.listen", address)
	}
	if err != nil {
		return nil, fmt.Errorf("station: page: cannot listen on %s: %w", address, err)
	}
	return l, nil
}

// release gives back what is left when nothing runs any more.
func (s *Station) release() error {
	if s.nc != nil {
		s.nc.Close()
	}
	if s.server != nil {
		s.server.Stop()
	}
	var errs []error
	if s.listener != nil {
		if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if s.access != nil {
		errs = append(errs, s.access.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// stages lists the parts in the order of their start. They stop in reverse: first nobody gives orders any more, then nothing
// is heard, then nobody is called, and the record takes the last word.
func (s *Station) stages() []stages.Stage {
	list := []stages.Stage{
		{Name: "record", Run: s.store.Run, Wait: waitRecord},
		{Name: "notifier", Run: func(ctx context.Context) error { s.notifier.Run(ctx); return nil }, Wait: waitNotify},
		{Name: "notices", Run: s.sendNotices, Wait: waitLoop},
		{Name: "buckets", Run: s.share, Wait: waitLoop},
		{Name: "ears", Run: s.hear, Wait: waitLoop},
		{Name: "clock", Run: s.tick, Wait: waitLoop},
		{Name: "lease", Run: s.renew, Wait: waitLoop},
		{Name: "receipts", Run: s.sendReceipts, Wait: waitLoop},
	}
	if s.authority != nil {
		list = append(list, stages.Stage{Name: "certificate", Run: s.keepCertificate, Wait: waitLoop})
	}
	if s.access != nil {
		list = append(list, stages.Stage{Name: "access", Run: s.access.Run, Wait: waitLoop})
	}
	if s.system != nil {
		list = append(list, stages.Stage{Name: "system", Run: s.system.Run, Wait: waitLoop})
	}
	return append(list, stages.Stage{
		Name: "console", Run: func(ctx context.Context) error { return s.console.Serve(ctx, s.listener) }, Wait: waitConsole,
	}, stages.Stage{Name: "life", Run: s.life.Run, Wait: waitLife})
}
