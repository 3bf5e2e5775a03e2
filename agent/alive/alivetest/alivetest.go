// Package alivetest holds a loop to its promise: that it takes its turns in time, whatever it waits for.
package alivetest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"bedside/agent/alive"
)

// Watch is a watch over the loops of a test in a bubble of virtual time. Late may be called from any goroutine.
type Watch struct {
	*alive.Watch
	stop func()
	mu   sync.Mutex
	late []string
}

// New returns a watch that runs until Stop, which the bubble has to call before it ends.
func New(t testing.TB) *Watch {
	t.Helper()
	w := &Watch{}
	w.Watch = alive.New(alive.Options{Stalled: w.stalled, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *Watch) stalled(_ context.Context, late []alive.Late) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range late {
		w.late = append(w.late, l.Name)
	}
	return true
}

// Stop ends the watch and waits for that.
func (w *Watch) Stop() { w.stop() }

// Late returns the loops that were late, each as often as it was told.
func (w *Watch) Late() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.late)
}
