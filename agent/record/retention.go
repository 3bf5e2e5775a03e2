package record

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

// Bounds of deletion (our choice). A round deletes faster than a room ever writes, and so little that a wall clock which
// is years ahead until it is corrected does small harm.
const (
	pruneChunk  = 500
	pruneChunks = 20
	newestDay   = 24 * time.Hour // before the newest event: never deleted by age
	newestRows  = 100_000        // about a day: never deleted for the size of the file
	patience    = 3              // times Keep: unacknowledged events older than that go too

	// A session lasts hours. One that nobody has ended holds back what is before it for holdsAll, and itself until nothing
	// has happened in it for holdsItself.
	holdsAll    = 3 * 24 * time.Hour
	holdsItself = 7 * 24 * time.Hour
)

// sitting is the session that has begun and not ended.
type sitting struct {
	n           int64     // its first row; 0 if there is none
	begun, last time.Time // wall clock of its first and its newest event
}

// spared returns the first of the rows that must not be deleted at all, 0 for everything, or math.MaxInt64 for none.
func (s sitting) spared(now, newest time.Time) int64 {
	switch {
	case s.n == 0 || newest.Sub(s.last) > holdsItself:
		return math.MaxInt64
	case now.Sub(s.begun) < holdsAll: // also if the clock was set back
		return 0
	default:
		return s.n
	}
}

// sitting reads what is known of the session that runs.
func (d *disk) sitting(ctx context.Context) (sitting, error) {
	row, found, err := readState(ctx, d.files.writer, "session")
	if err != nil || !found {
		return sitting{}, err
	}
	s := sitting{n: row.number, begun: time.Unix(0, row.at), last: time.Unix(0, row.at)}
	// What the beginning set off may have been told before it.
	var first, last sql.NullInt64
	if err := d.files.writer.QueryRowContext(ctx, `SELECT
		(SELECT n FROM events WHERE session = ?1 AND session <> '' ORDER BY n LIMIT 1),
		(SELECT at FROM events WHERE session = ?1 AND session <> '' ORDER BY n DESC LIMIT 1)`, string(row.body)).Scan(&first, &last); err != nil {
		return sitting{}, err
	}
	if first.Valid {
		s.n, s.last = min(s.n, first.Int64), time.Unix(0, last.Int64)
	}
	return s, nil
}

// oldEvent is what decides about the oldest events.
type oldEvent struct {
	n            int64
	at           time.Time
	acknowledged bool
	hash         []byte
}

// expired returns how many of the oldest events go. They go strictly from the old end, so that what stays is one chain:
// an unacknowledged event holds back all after it until it is patience times keep old.
func expired(oldest []oldEvent, now, newest time.Time, last int64, keep time.Duration, tooLarge bool) int {
	for i, e := range oldest {
		age := now.Sub(e.at)
		switch {
		case tooLarge && e.n <= last-newestRows:
		case newest.Sub(e.at) < newestDay || age <= keep:
			return i
		case !e.acknowledged && age <= patience*keep:
			return i
		}
	}
	return len(oldest)
}

// prune deletes what is old, or too much. It lets urgent commits in between.
func (s *Store) prune(ctx context.Context) error {
	for range pruneChunks {
		deleted, err := s.pruneStep(ctx)
		if err != nil {
			return explain("write", s.files.path, err)
		}
		if deleted < pruneChunk {
			return nil
		}
		if now := time.Now(); !s.due(now).After(now) {
			if err := s.commit(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) pruneStep(ctx context.Context) (int, error) {
	defer s.waiting()()
	s.writing.Lock()
	defer s.writing.Unlock()
	large, err := s.disk.tooLarge(ctx, s.o.MaxBytes)
	if err != nil {
		return 0, err
	}
	deleted, pending, err := s.disk.prune(ctx, s.o.Clock.Now(), s.o.Keep, large)
	if err != nil {
		s.disk.loaded = false
		return 0, err
	}
	if pending > 0 {
		s.o.Log.Warn("record: events deleted that the broker has never acknowledged", "count", pending)
	}
	if large && deleted == 0 {
		s.o.Log.Warn("record: larger than it shall be, and a session or the newest day keeps all of it", "limit", s.o.MaxBytes)
	}
	s.mu.Lock()
	s.onDisk = s.disk.pending
	s.generation++
	s.mu.Unlock()
	return deleted, nil
}

func (d *disk) tooLarge(ctx context.Context, limit int64) (bool, error) {
	var pages, free, size int64
	for _, p := range []struct {
		query string
		to    *int64
	}{{"PRAGMA page_count", &pages}, {"PRAGMA freelist_count", &free}, {"PRAGMA page_size", &size}} {
		if err := d.files.writer.QueryRowContext(ctx, p.query).Scan(p.to); err != nil {
			return false, err
		}
	}
	if d.files.schema < 2 { // there are no imports
		return (pages-free)*size > limit, nil
	}
	// Imported sessions are not ours to delete, and must not push out what is.
	var imports int64
	err := d.files.writer.QueryRowContext(ctx, "SELECT coalesce(sum(bytes), 0) FROM imports").Scan(&imports)
	return (pages-free)*size-imports > limit, err
}

// prune deletes one chunk and moves the anchor, from which Verify starts, to the last deleted event.
func (d *disk) prune(ctx context.Context, now time.Time, keep time.Duration, large bool) (deleted, pending int, err error) {
	if !d.loaded {
		if err := d.load(ctx); err != nil {
			return 0, 0, err
		}
	}
	var newest int64
	if err := d.files.writer.QueryRowContext(ctx,
		"SELECT coalesce((SELECT at FROM events ORDER BY n DESC LIMIT 1), 0)").Scan(&newest); err != nil {
		return 0, 0, err
	}
	session, err := d.sitting(ctx)
	if err != nil {
		return 0, 0, err
	}
	oldest, err := d.oldest(ctx, session.spared(now, time.Unix(0, newest)))
	if err != nil {
		return 0, 0, err
	}
	deleted = expired(oldest, now, time.Unix(0, newest), d.rows, keep, large)
	if deleted == 0 {
		return 0, 0, nil
	}
	for _, e := range oldest[:deleted] {
		if !e.acknowledged {
			pending++
		}
	}
	end := oldest[deleted-1]
	if err := within(ctx, d.files.writer, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM events WHERE n <= ?", end.n); err != nil {
			return err
		}
		return writeState(ctx, tx, "anchor", stateRow{number: end.n, at: now.UnixNano(), body: end.hash})
	}); err != nil {
		return 0, 0, err
	}
	d.pending -= pending
	return deleted, pending, nil
}

// oldest returns the oldest events before row end.
func (d *disk) oldest(ctx context.Context, end int64) ([]oldEvent, error) {
	rows, err := d.files.writer.QueryContext(ctx,
		"SELECT n, at, stream_seq IS NOT NULL, hash FROM events WHERE n < ? ORDER BY n LIMIT ?", end, pruneChunk)
	if err != nil {
		return nil, err
	}
	var oldest []oldEvent
	for rows.Next() {
		var e oldEvent
		var at int64
		if err := rows.Scan(&e.n, &at, &e.acknowledged, &e.hash); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		e.at = time.Unix(0, at)
		oldest = append(oldest, e)
	}
	return oldest, rows.Err()
}
