package record

import (
	"context"
	"fmt"
	"time"

	"bedside/agent/wire"
)

// LimitPages lets the file grow no further than it is plus n pages, so that SQLite reports a full disk; 0 lifts the limit.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	var pages int
	if err := s.files.writer.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	limit := pages + n
	if n == 0 {
		limit = 1 << 30
	}
	_, err := s.files.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", limit))
	return err
}

// BreakConnection makes the writer's connection refuse to write, as after a file system has turned read-only.
func (s *Store) BreakConnection(ctx context.Context) error {
	_, err := s.files.writer.ExecContext(ctx, "PRAGMA query_only = ON")
	return err
}

// Commits is the number of commits so far.
func (s *Store) Commits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.inFlight / 2)
}

// Tamper runs a statement against the file behind the record's back.
func (s *Store) Tamper(ctx context.Context, statement string) error {
	_, err := s.files.writer.ExecContext(ctx, statement)
	return err
}

// Schemas is the number of schema versions.
func Schemas() int { return len(migrations()) }

// Prune runs one round of deletion.
func (s *Store) Prune(ctx context.Context) error { return s.prune(ctx) }

// TooLarge reports whether the file is larger than limit, in bytes, as retention sees it.
func (s *Store) TooLarge(ctx context.Context, limit int64) (bool, error) {
	return s.disk.tooLarge(ctx, limit)
}

// BeginRefill does the first part of a refill and leaves it, as a crash in its middle would.
func (s *Store) BeginRefill(ctx context.Context, class wire.Class, last uint64) error {
	_, _, err := s.refillStep(ctx, class, last)
	return err
}

// Old is one of the oldest events, for Expired.
type Old struct {
	N            int64
	At           time.Time
	Acknowledged bool
}

// Expired is the decision about deletion.
func Expired(oldest []Old, now, newest time.Time, last int64, keep time.Duration, tooLarge bool) int {
	events := make([]oldEvent, len(oldest))
	for i, o := range oldest {
		events[i] = oldEvent{n: o.N, at: o.At, acknowledged: o.Acknowledged}
	}
	return expired(events, now, newest, last, keep, tooLarge)
}

// Reserved is the first sequence number without a committed reservation.
func (s *Store) Reserved() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reserved
}

// WithoutFlush makes commits fast where no test looks at what a crash leaves.
func (s *Store) WithoutFlush(ctx context.Context) error {
	_, err := s.files.writer.ExecContext(ctx, "PRAGMA synchronous = OFF")
	return err
}
