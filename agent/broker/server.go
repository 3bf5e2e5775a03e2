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
)

// Options say what to start.
type Options struct {
	Name     string // of the server, unique among servers that might ever meet
	Listen   string // host:port; no host: loopback; "": reachable from this process only
	StoreDir string // folder of the streams; made if it is missing
	Size     Size
	TLS      *tls.Config // for those who connect by network; nil: no encryption

	// OnHealth is told, from one goroutine, whenever what does not work has changed; nil means that all does again. It is
	// not called for a server that was well from the start. It may be nil.
	OnHealth func(err error)

	Log *slog.Logger
}

// Server is an embedded NATS server that runs. Its methods may be called from any goroutine.
type Server struct {
	o      Options
	nats   *server.Server
	health sync.WaitGroup
	end    context.CancelFunc
}

// Start starts a server and returns when it takes connections. A taken port or a store that cannot be written is an error
// now. [Server.Stop] must be called at the end.
func Start(o Options) (*Server, error) {
	opts := sized(o.Size)
	opts.ServerName, opts.StoreDir, opts.TLSConfig = o.Name, o.StoreDir, o.TLS
	if err := listenOn(opts, o.Listen); err != nil {
		return nil, err
	}
	if err := checkStore(o.StoreDir); err != nil {
		return nil, err
	}
	n, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("broker: embedded NATS server: %w", err)
	}
	s := &Server{o: o, nats: n}
	l := &serverLog{log: o.Log, fatal: make(chan error, 1)}
	n.SetLoggerV2(l, false, false, false)
	n.Start()
	select {
	case err = <-l.fatal: // said by Start, which then returns early
	default:
		if !n.ReadyForConnections(startMax) || !n.JetStreamEnabled() {
			err = errors.New("not ready in time")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.end = cancel
	if err != nil {
		s.Stop()
		return nil, fmt.Errorf("broker: embedded NATS server: %w", err)
	}
	if o.OnHealth != nil {
		s.health.Go(func() { s.watch(ctx) })
	}
	return s, nil
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
	s.health.Wait()
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
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

func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err, text := s.Health(), ""
		if err != nil {
			text = err.Error()
		}
		if text != said {
			said = text
			s.o.OnHealth(err)
		}
	}
}

// listenOn fills in the address and makes sure that it is free, before the store is touched: another agent that has
// the port may have the store as well.
func listenOn(opts *server.Options, listen string) error {
	if listen == "" {
		opts.DontListen = true
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
		return nil
	}
	probe, err := net.Listen("tcp", net.JoinHostPort(host, port))
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

func checkStore(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("broker: NATS store: %w; choose another nats.store", err)
	}
	f, err := os.CreateTemp(dir, ".writable-*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return fmt.Errorf("broker: NATS store cannot be written: %w; let the user who runs this write it, or choose another nats.store", err)
	}
	return nil
}
