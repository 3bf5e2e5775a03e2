package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	headTimeout = 5 * time.Second  // for a request's header
	idleTimeout = 60 * time.Second // for a connection without a request
	stopTimeout = 2 * time.Second  // for requests under way at the end
	pingAfter   = 15 * time.Second // of silence of an HTTP/2 connection; our choice
	mostStreams = 100              // of one HTTP/2 connection; our choice, a page needs a few
)

// serve answers requests on l until ctx ends, then stops within two seconds.
func serve(ctx context.Context, l net.Listener, handler http.Handler, door *Door, pages *hub, log *slog.Logger) error {
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: headTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), ConnContext: door.Connection,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: mostStreams, SendPingTimeout: pingAfter, WriteByteTimeout: writeTimeout},
	}
	// No WriteTimeout and no ReadTimeout: they are absolute and would end every event stream. Bodies, answers and events have
	// deadlines of their own.
	srv.RegisterOnShutdown(func() {
		pages.send(event{"stopping", []byte("{}")}) // what is queued is written before the stream ends
		pages.closeAll()
	})
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("console: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		log.Warn("console: requests cut at the end", "err", err)
		return errors.Join(srv.Close(), drainServe(failed))
	}
	return drainServe(failed)
}

func drainServe(failed <-chan error) error {
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}
