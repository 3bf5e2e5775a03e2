package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"bedside/agent/machine"
)

// Size says whom a server is for.
type Size int

// The sizes.
const (
	Room Size = iota // one room on a mini-PC
	Site             // all rooms and stations of a site
)

const (
	startMax    = 10 * time.Second
	healthEvery = 5 * time.Second // our choice: a broken store is told about as fast as a silent agent
	usersEvery  = 2 * time.Second // our choice: how long one who is revoked may stay
)

// Options say what to start.
type Options struct {
	Name     string // of the server, unique among servers that might ever meet
	Listen   string // host:port; no host: loopback; "": reachable from this process only
	StoreDir string // folder of the streams; made if it is missing
	Size     Size
	TLS      *tls.Config // for those who connect by network; nil: no encryption
	// UsersFile says who may do what, as agent/authority writes it; a change of it counts within seconds, without a
	// restart. "": everybody may do everything, which is for loopback alone.
	UsersFile string

	// OnHealth is told, from one goroutine, whenever what does not work has changed; nil means that all does again. It is
	// not called for a server that was well from the start. It may be nil.
	OnHealth func(err error)

	Log *slog.Logger
}

// Server is an embedded NATS server that runs. Its methods may be called from any goroutine.
type Server struct {
	o     Options
	nats  *server.Server
	own   *operator // nil in a room's server
	port  int       // that it listens on
	users [32]byte  // checksum of the users file in force
	loops sync.WaitGroup
	end   context.CancelFunc
}

// Start starts a server and returns when it takes connections. A taken port or a store that cannot be written is an error
// now. [Server.Stop] must be called at the end.
func Start(o Options) (*Server, error) {
	s := &Server{o: o}
	opts, err := s.options()
	if err != nil {
		return nil, err
	}
	if err := checkStore(o.StoreDir); err != nil {
		return nil, err
	}
	s.nats, err = server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("broker: embedded NATS server: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.end = cancel
	if err := s.start(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("broker: embedded NATS server: %w", err)
	}
	s.loops.Go(func() { s.watch(ctx) })
	return s, nil
}

// options makes the options of the server as they are now.
func (s *Server) options() (*server.Options, error) {
	opts := sized(s.o.Size)
	opts.ServerName, opts.StoreDir, opts.TLSConfig = s.o.Name, s.o.StoreDir, s.o.TLS
	if err := s.letIn(opts); err != nil {
		return nil, err
	}
	return opts, listenOn(opts, s.o.Listen)
}

// start starts the server and, on a site's, makes the streams and begins to guard, and lets nobody in before: to a room that asks too
// early, it looks as if nothing were stored here.
func (s *Server) start(ctx context.Context) error {
	l := &serverLog{log: s.o.Log, fatal: make(chan error, 1)}
	s.nats.SetLoggerV2(l, false, false, false)
	s.nats.Start()
	if err := l.first(); err != nil { // said by Start, which then returns early
		return err
	}
	if !s.nats.ReadyForConnections(startMax) || !s.nats.JetStreamEnabled() {
		return errors.New("not ready in time")
	}
	if s.own != nil {
		if err := s.own.work(ctx, s); err != nil {
			return err
		}
	}
	if s.o.Listen == "" {
		return nil
	}
	s.nats.AcceptLoop(make(chan struct{})) // returns when it listens, or cannot
	if err := l.first(); err != nil {
		return err
	}
	if a, ok := s.nats.Addr().(*net.TCPAddr); ok {
		s.port = a.Port
	}
	return nil
}

// sized returns the limits of a size. They are our choice but where a source is named. The streams fit into the store;
// nothing is kept in memory streams.
func sized(size Size) *server.Options {
	o := &server.Options{NoSigs: true, DisableShortFirstPing: true, JetStream: true, DisableJetStreamBanner: true}
	if size == Room {
		o.MaxConn, o.MaxPending = 64, 8<<20 // per client; a slow consumer is cut off rather than fed from our memory
		o.SyncAlways = true
		o.JetStreamMaxMemory, o.JetStreamMaxStore = 4<<20, 1300<<20
		return o
	}
	o.MaxConn, o.MaxPending = 8192, 32<<20
	o.MaxPayload = 256 << 10 // the largest message, a status with everything in it, has some 30 kB
	// One stream that syncs always collapses above some 1,000 messages a second (NATS.md). What a power cut takes from the
	// last second the rooms bring again, from their records.
	o.SyncInterval = time.Second
	o.JetStreamMaxMemory, o.JetStreamMaxStore = 64<<20, 10<<30
	o.TLSTimeout, o.AuthTimeout = 10, 12 // seconds: after an outage a thousand handshakes come at once
	return o
}

// Stop ends the server and waits until it has ended.
func (s *Server) Stop() {
	s.end()
	s.loops.Wait()
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
	if s.own != nil {
		s.own.close() // last: while rooms are connected, a guard that has gone looks as if nothing were stored here
	}
}

// InProcessConn returns a connection that needs no network; see [nats.InProcessServer]. It is not encrypted.
func (s *Server) InProcessConn() (net.Conn, error) { return s.nats.InProcessConn() }

// URL returns where others can connect, or "" if the server does not listen.
func (s *Server) URL() string {
	if s.o.Listen == "" {
		return ""
	}
	return s.nats.ClientURL()
}

// Health says what does not work, such as a stream whose disk was full; nil if all does.
func (s *Server) Health() error {
	h := s.nats.Healthz(nil)
	switch {
	case h.StatusCode == 200:
		return nil
	case h.Error != "":
		return fmt.Errorf("broker: %s", h.Error)
	default:
		return fmt.Errorf("broker: the server's health is %q", h.Status)
	}
}

// watch looks after health and users.
func (s *Server) watch(ctx context.Context) {
	health, users := time.NewTicker(healthEvery), time.NewTicker(usersEvery)
	defer health.Stop()
	defer users.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-users.C:
			s.reload()
		case <-health.C:
			said = s.tell(said)
		}
	}
}

// tell tells OnHealth if what it was told has changed, and returns what it knows now.
func (s *Server) tell(said string) string {
	if s.o.OnHealth == nil {
		return said
	}
	err, now := s.Health(), ""
	if err != nil {
		now = err.Error()
	}
	if now != said {
		s.o.OnHealth(err)
	}
	return now
}

// listenOn fills in the address and makes sure that it is free, before the store is touched: another agent that has
// the port may have the store as well.
func listenOn(opts *server.Options, listen string) error {
	if err := hostPort(opts, listen); err != nil || listen == "" || opts.Port == server.RANDOM_PORT {
		return err
	}
	probe, err := net.Listen("tcp", net.JoinHostPort(opts.Host, strconv.Itoa(opts.Port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("broker: NATS: another program uses %s; stop it or choose another nats.listen", listen)
	}
	if err != nil {
		return fmt.Errorf("broker: NATS: cannot listen on %s: %w", listen, err)
	}
	if err := probe.Close(); err != nil {
		return fmt.Errorf("broker: embedded NATS server: %w", err)
	}
	return nil
}

// hostPort fills in the address. The server does not listen there by itself; see start.
func hostPort(opts *server.Options, listen string) error {
	opts.DontListen = true
	if listen == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("broker: nats listen address %q is not host:port", listen)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("broker: nats listen address %q has no port number", listen)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	opts.Host, opts.Port = host, int(n)
	if n == 0 {
		opts.Port = server.RANDOM_PORT
	}
	return nil
}

func checkStore(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("broker: NATS store: %w; choose another nats.store", err)
	}
	if err := machine.Writable(dir); err != nil {
		return fmt.Errorf("broker: NATS store cannot be written: %w; let the user who runs this write it, or choose another nats.store", err)
	}
	return nil
}
