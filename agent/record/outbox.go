package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"bedside/agent/wire"
)

// refillChunk is how many events one transaction of a refill marks, so that an alert need not wait for all of them.
const refillChunk = 2000

// pendingTries is how often Pending looks again for a view without a commit in it. After that it may return a message
// that was acknowledged a moment ago; the broker recognises it.
const pendingTries = 8

// Pending returns unacknowledged messages of a class with Seq > after, in the order of Seq, at most limit: those on the
// disk and those that wait for it, so the outbox works while the disk does not take anything.
func (s *Store) Pending(ctx context.Context, class wire.Class, after uint64, limit int) ([]wire.Message, error) {
	var found []wire.Message
	for tries := 0; len(found) < limit; tries++ {
		// Memory first: what is committed between the two looks is then seen twice, which is easy to tell, not never.
		s.mu.Lock()
		generation := s.generation
		waiting := s.memory.pending(class, after, limit)
		s.mu.Unlock()
		page, err := s.files.reader.query(ctx, "WHERE class = ? AND stream_seq IS NULL AND seq > ? ORDER BY seq LIMIT ?",
			int64(class), int64(after), limit)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		if s.generation != generation && tries < pendingTries {
			s.mu.Unlock()
			continue // acknowledgements may have gone from memory to the disk behind this page: look again
		}
		for i := range page {
			after = page[i].Seq
			if !s.memory.acknowledged(page[i].ID) {
				found = append(found, page[i].Message)
			}
		}
		s.mu.Unlock()
		if len(page) == limit {
			continue // there may be more on the disk, and memory comes after it
		}
		for i := range waiting {
			if waiting[i].Seq > after {
				found = append(found, waiting[i])
			}
		}
		break
	}
	return found[:min(len(found), max(limit, 0))], nil
}

type refill struct {
	class  wire.Class
	last   uint64
	answer chan<- refilled
}

type refilled struct {
	count int
	err   error
}

// Refill marks as unacknowledged all messages of a class whose number in the stream is greater than last: the broker has
// lost them. It returns how many. Last 0 means that the stream has nothing of this room.
//
// It is called before anything of the class is sent on a new connection, and no acknowledgement from an older connection
// may follow it; those of the class that come while it runs count as new. A crash in the middle is made good by the next
// Open. It needs Run, and fails when the disk does; the caller then tries again before it sends.
func (s *Store) Refill(ctx context.Context, class wire.Class, last uint64) (int, error) {
	answer := make(chan refilled, 1)
	for {
		s.mu.Lock()
		stopped, changed := s.stopped, s.committed
		s.mu.Unlock()
		if stopped {
			return 0, ErrStopped
		}
		select {
		case s.refills <- refill{class: class, last: last, answer: answer}:
			select {
			case r := <-answer:
				return r.count, r.err
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
		case <-changed: // perhaps the writer has stopped
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// refill runs in the writer.
func (s *Store) refill(ctx context.Context, r refill) (int, error) {
	if err := s.commit(ctx); err != nil { // acknowledgements in memory are subject to it too
		return 0, err
	}
	s.mu.Lock()
	s.memory.held = r.class
	s.memory.forget(r.class, r.last)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.memory.held = 0
		if len(s.memory.acks) > 0 {
			s.memory.touch(time.Now()) // nobody counted on them while they were held
		}
		s.mu.Unlock()
	}()
	total := 0
	for more := true; more; {
		var count int
		var err error
		if count, more, err = s.refillStep(ctx, r.class, r.last); err != nil {
			return total, err
		}
		total += count
		if now := time.Now(); more && !s.due(now).After(now) {
			if err := s.commit(ctx); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

func (s *Store) refillStep(ctx context.Context, class wire.Class, last uint64) (count int, more bool, err error) {
	defer s.waiting()()
	s.writing.Lock()
	defer s.writing.Unlock()
	count, more, err = s.disk.refill(ctx, class, last)
	if err != nil {
		s.disk.loaded = false
		return count, more, explain("write", s.files.path, err)
	}
	s.mu.Lock()
	s.onDisk = s.disk.pending
	s.generation++
	s.mu.Unlock()
	return count, more, nil
}

// finishRefills does the rest of what a crash interrupted.
func (s *Store) finishRefills(ctx context.Context) error {
	for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
		intent, found, err := readState(ctx, s.files.writer, refillName(class))
		for more := found; more && err == nil; {
			_, more, err = s.disk.refill(ctx, class, uint64(intent.number))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func refillName(class wire.Class) string { return fmt.Sprintf("refill-%d", class) }

// refill marks one chunk. The intent stays in the file until the last chunk is done, together with the lowest number that
// was ever asked for: finishing it twice only means sending twice.
func (d *disk) refill(ctx context.Context, class wire.Class, last uint64) (count int, more bool, err error) {
	if !d.loaded {
		if err := d.load(ctx); err != nil {
			return 0, false, err
		}
	}
	err = within(ctx, d.files.writer, func(tx *sql.Tx) error {
		intent, found, err := readState(ctx, tx, refillName(class))
		if err != nil {
			return err
		}
		if found {
			last = min(last, uint64(intent.number))
		}
		if count, err = affected(tx.ExecContext(ctx, `UPDATE events SET stream_seq = NULL WHERE n IN
			(SELECT n FROM events WHERE class = ? AND stream_seq > ? LIMIT ?)`, int64(class), int64(last), refillChunk)); err != nil {
			return err
		}
		if more = count == refillChunk; more {
			return writeState(ctx, tx, refillName(class), stateRow{number: int64(last)})
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM state WHERE name = ?", refillName(class))
		return err
	})
	if err != nil {
		return 0, false, err
	}
	d.pending += count
	return count, more, nil
}
