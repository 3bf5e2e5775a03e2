package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// How the writer waits (our choice).
const (
	// breath is how long an urgent commit waits. On a small computer the commit would compete for the processor with the
	// very alert that it records, which is on its way to the nurse; and what follows the alert shares the commit.
	breath       = 5 * time.Millisecond
	retryFirst   = 100 * time.Millisecond
	retryMost    = 5 * time.Second
	drainLimit   = 3 * time.Second  // for the last commit
	hangs        = 10 * time.Second // a commit that takes longer is a failure
	pruneFirst   = time.Minute      // after the start, which has better things to do
	pruneEvery   = 10 * time.Minute
	noWork       = time.Hour
	turnEvery    = 2 * time.Second // with nothing to write, as a sign of life
	drainRetries = 50 * time.Millisecond
)

// Run writes until ctx ends, then writes what is left and returns within about three seconds, with an error if something
// could not be written. It is the only writer; everything the disk does wrong is in Health, and tried again.
func (s *Store) Run(ctx context.Context) error {
	defer s.stop()
	s.tellFirst()
	work := context.WithoutCancel(ctx) // a transaction is never interrupted
	timer := time.NewTimer(0)
	defer timer.Stop()
	var retry time.Duration // zero: the last write went well
	var retryAt time.Time
	pruneAt := time.Now().Add(pruneFirst)
	for {
		now := time.Now()
		due := s.due(now)
		switch {
		case retry > 0:
			due = retryAt
		case pruneAt.Before(due):
			due = pruneAt
		}
		s.o.Life.Turn(turnEvery)
		timer.Reset(min(due.Sub(now), turnEvery))
		var err error
		select {
		case <-ctx.Done():
			return s.drain(work)
		case <-s.wake:
			continue
		case r := <-s.refills:
			var answer refilled
			answer.count, answer.err = s.refill(work, r)
			r.answer <- answer
			err = answer.err
		case <-timer.C:
			if now = time.Now(); now.Before(due) {
				continue // this turn was a sign of life
			}
			if !now.Before(pruneAt) && retry == 0 {
				pruneAt = now.Add(pruneEvery)
				err = s.prune(work)
			} else {
				err = s.commit(work)
			}
		}
		if err == nil {
			retry = 0
			continue
		}
		retry = min(max(2*retry, retryFirst), retryMost)
		retryAt = time.Now().Add(retry)
	}
}

// due returns when the next commit shall begin.
func (s *Store) due(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.flush || s.memory.used+block/2 >= s.reserved:
		return now
	case !s.memory.urgent.IsZero():
		return s.memory.urgent.Add(breath)
	case !s.memory.since.IsZero():
		return s.memory.since.Add(s.o.Interval)
	default:
		return now.Add(noWork)
	}
}

// commit writes everything that waits in one transaction: whatever arrives meanwhile is the next group.
func (s *Store) commit(ctx context.Context) error {
	s.o.Life.Away()
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	l := s.memory.take()
	s.flush = false
	s.inFlight++
	flight := s.inFlight
	s.mu.Unlock()

	watchdog := time.AfterFunc(hangs, func() { s.tell(s.unanswered(), flight) })
	unmet := make(map[string]ack)
	err := s.disk.write(ctx, &l, unmet)
	watchdog.Stop()
	s.o.Life.Turn(turnEvery)

	s.mu.Lock()
	s.inFlight++
	s.generation++
	s.memory.settle(err == nil, unmet)
	s.onDisk, s.reserved = s.disk.pending, s.disk.reserved
	s.mu.Unlock()
	if err != nil {
		if lasting(err) {
			s.files.renew()
		}
		err = explain("write", s.files.path, err)
	}
	s.tell(err, 0)
	if err == nil {
		s.mu.Lock() // those who wait find the health told
		s.done = l.turn
		s.announce()
		s.mu.Unlock()
	}
	return err
}

func (s *Store) unanswered() error {
	return fmt.Errorf("record: write %s: the disk has not answered for %s", s.files.path, hangs)
}

// waiting begins to wait for the disk beside a commit; the result ends that. The writer is away meanwhile, and a disk that
// hangs is told as it is in a commit; the next commit takes that back.
func (s *Store) waiting() (over func()) {
	s.o.Life.Away()
	hung := time.AfterFunc(hangs, func() { s.tell(s.unanswered(), 0) })
	return func() {
		if !hung.Stop() {
			s.mu.Lock()
			s.flush = true
			s.mu.Unlock()
			s.nudge()
		}
		s.o.Life.Turn(turnEvery)
	}
}

// announce wakes those who wait. The caller holds mu.
func (s *Store) announce() {
	close(s.committed)
	s.committed = make(chan struct{})
}

func (s *Store) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.announce()
}

// drain commits what is left, again and again for a while if the disk fails.
func (s *Store) drain(ctx context.Context) error {
	end := time.Now().Add(drainLimit)
	for {
		err := s.commit(ctx)
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			s.mu.Lock()
			left := len(s.memory.waiting)
			s.mu.Unlock()
			return fmt.Errorf("record: %d events could not be written: %w", left, err)
		}
		time.Sleep(drainRetries)
	}
}

// release gives unused numbers back at an orderly end, so that the next run goes on without a gap.
func (s *Store) release(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	used := s.memory.used
	s.mu.Unlock()
	err := within(ctx, s.files.writer, func(tx *sql.Tx) error {
		return writeState(ctx, tx, "reserved", stateRow{number: int64(used + 1)})
	})
	if err != nil {
		return explain("write", s.files.path, err)
	}
	return nil
}

// tell sets the health, and calls the hook if that has changed. With a flight it does so only while that commit runs.
func (s *Store) tell(err error, flight uint64) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	if flight != 0 && s.inFlight != flight {
		s.mu.Unlock()
		return
	}
	before, lost := s.health, s.memory.lost
	s.health = err
	s.mu.Unlock()
	s.report(before, err, lost)
}

// tellFirst tells what Open has found.
func (s *Store) tellFirst() {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.report(nil, s.Health(), 0)
}

// report logs a change of health and calls the hook. The caller holds telling.
func (s *Store) report(before, err error, lost uint64) {
	switch {
	case err == nil && before == nil, err != nil && before != nil && err.Error() == before.Error():
		return
	case err != nil:
		s.o.Log.Error("record: events wait in memory", "err", err)
	default:
		s.o.Log.Info("record: writing again", "lost", lost)
	}
	if s.o.OnHealth != nil {
		s.o.OnHealth(err)
	}
}
