package bus

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Limits of the embedded server, our choice for one room on a mini-PC. The streams of streams.go fit into the store;
// nothing is kept in memory streams.
const (
	serverMemory   = 4 << 20
	serverStore    = 1300 << 20
	serverConns    = 64
	serverPending  = 8 << 20 // per client; a slow consumer is cut off rather than fed from our memory
	serverStartMax = 10 * time.Second
)

// startServer starts the embedded server and returns when it takes connections.
func startServer(o *Options) (*server.Server, error) {
	opts := &server.Options{
		ServerName: "bedside-" + o.Room.Site + "-" + o.Room.Room,
		NoSigs:     true, DisableShortFirstPing: true,
		MaxConn: serverConns, MaxPending: serverPending,
		JetStream: true, StoreDir: o.StoreDir, SyncAlways: true,
		JetStreamMaxMemory: serverMemory, JetStreamMaxStore: serverStore,
		DisableJetStreamBanner: true,
	}
	if err := listenOn(opts, o.Listen); err != nil {
		return nil, err
	}
	if err := checkStore(o.StoreDir); err != nil {
		return nil, err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("bus: embedded NATS server: %w", err)
	}
	l := &serverLog{log: o.Log, fatal: make(chan error, 1)}
	s.SetLoggerV2(l, false, false, false)
	s.Start()
	select {
	case err = <-l.fatal: // said by Start, which then returns early
	default:
		if !s.ReadyForConnections(serverStartMax) || !s.JetStreamEnabled() {
			err = errors.New("not ready in time")
		}
	}
	if err != nil {
		stopServer(s)
		return nil, fmt.Errorf("bus: embedded NATS server: %w", err)
	}
	return s, nil
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
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
		return fmt.Errorf("bus: nats listen address %q is not host:port", listen)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("bus: nats listen address %q has no port number", listen)
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
		return fmt.Errorf("bus: NATS: another program uses %s; stop it or choose another nats.listen", listen)
	}
	if err != nil {
		return fmt.Errorf("bus: NATS: cannot listen on %s: %w", listen, err)
	}
	if err := probe.Close(); err != nil {
		return fmt.Errorf("bus: embedded NATS server: %w", err)
	}
	return nil
}

func checkStore(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("bus: NATS store: %w; choose another nats.store", err)
	}
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return fmt.Errorf("bus: NATS store cannot be written: %w; let the agent's user write it, or choose another nats.store", err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("bus: NATS store cannot be written: %w; let the agent's user write it, or choose another nats.store", err)
	}
	return nil
}

// serverLog hands the server's lines to our log. The server would leave the process on a fatal one; we keep the first.
type serverLog struct {
	log   *slog.Logger
	fatal chan error
}

func (l *serverLog) Noticef(format string, v ...any) {
	l.log.Debug("NATS server", "text", fmt.Sprintf(format, v...))
}

func (l *serverLog) Warnf(format string, v ...any) {
	l.log.Warn("NATS server", "text", fmt.Sprintf(format, v...))
}

func (l *serverLog) Errorf(format string, v ...any) {
	l.log.Error("NATS server", "text", fmt.Sprintf(format, v...))
}
func (l *serverLog) Debugf(string, ...any) {}
func (l *serverLog) Tracef(string, ...any) {}

func (l *serverLog) Fatalf(format string, v ...any) {
	select {
	case l.fatal <- fmt.Errorf(format, v...):
	default:
	}
}
