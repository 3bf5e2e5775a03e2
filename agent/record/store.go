package record

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"bedside/agent/alive"
	"bedside/agent/pace"
	"bedside/agent/wire"
)

// Options say how a record behaves. The zero value is sensible.
type Options struct {
	Interval time.Duration // how long readings and acknowledgements may wait for a commit; zero: 1 s
	Memory   int           // bytes of messages that wait while the disk fails; zero: 4 MiB, over an hour at two a second
	Keep     time.Duration // age at which acknowledged events are deleted; zero: 30 days
	MaxBytes int64         // size of the file above which the oldest events go, acknowledged or not; zero: 4 GiB
	Waves    bool          // record waves, too; they are never sent again
	Local    bool          // nothing of it is for a broker: there is no outbox, and age alone decides what may go
	Clock    pace.Clock    // of the events, for their age
	Log      *slog.Logger  // nil: none

	// Life is told of every turn of the writer, which is at least every two seconds. While the writer waits for the disk it
	// is away: nothing but Health, after ten seconds, can tell of a disk that hangs, and ending the program would lose what
	// waits in memory and heal no disk. Nil: nobody watches.
	Life *alive.Loop

	// OnHealth is told when writing fails, fails differently, or works again (nil). It is called by the writer, so it
	// must be quick and must not call the Store's waiting methods. May be nil.
	OnHealth func(error)
}

func (o Options) withDefaults() Options {
	if o.Interval <= 0 {
		o.Interval = time.Second
	}
	if o.Memory <= 0 {
		o.Memory = 4 << 20
	}
	if o.Keep <= 0 {
		o.Keep = 30 * 24 * time.Hour
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 4 << 30
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Store is one open record.
type Store struct {
	o     Options
	files *files
	disk  *disk // used by whoever holds writing
	first uint64

	writing sync.Mutex // one transaction at a time; taken before mu

	mu         sync.Mutex // guards all below; never held while the disk is waited for
	memory     memory
	onDisk     int           // unacknowledged messages there
	reserved   uint64        // first sequence number that no committed reservation covers
	generation uint64        // grows when memory and disk have exchanged something
	done       uint64        // memory.turn up to which all is committed
	committed  chan struct{} // closed and replaced at every commit, and when the writer stops
	flush      bool          // somebody waits in Sync
	stopped    bool
	health     error
	inFlight   uint64 // odd while a commit runs

	telling sync.Mutex // keeps the calls of OnHealth in order; taken before mu
	wake    chan struct{}
	refills chan refill
}

// Batch is what one step of the monitor leaves behind; it is committed as a whole. Neither payloads nor snapshot may be
// changed after Append.
type Batch struct {
	// Messages are in the order of their Seq. Those of wire.ClassPassing are ignored, unless they are waves, have an ID, and
	// Options.Waves is set.
	Messages []wire.Message
	Snapshot []byte // state of the engine after these messages; nil: unchanged
	// Configuration is what this run goes by, in a form of the caller's, for Resume to give to the next; nil: unchanged.
	Configuration []byte
	Urgent        bool // commit within milliseconds. A message of wire.ClassAlert is urgent by itself.
}

// Resume is what the last run left behind.
type Resume struct {
	NextSeq  uint64    // first number to use; greater than every number used before, with gaps after a crash
	Snapshot []byte    // last committed one; nil if there is none
	SavedAt  time.Time // when Append took it, by the clock of Options
	Session  string    // code of the session that has begun and not ended, "" if there is none

	Configuration []byte // last committed one; nil if there is none
}

// Open opens the record at path and creates what is missing: directories, file, schema. It fails with one of
// ErrUnwritable, ErrNotDatabase, ErrForeign, ErrNewer or ErrInUse inside. A disk that is merely full is no failure: the
// store then begins in memory, and Health says so. Neither is a record of ours that is damaged: it is moved aside, a new
// one is begun, and Health says so until the first commit.
func Open(path string, o Options) (*Store, error) {
	ctx := context.Background()
	s, err := open(ctx, path, o)
	if !errors.Is(err, ErrNotDatabase) {
		return s, err
	}
	aside, moved := moveAside(path, time.Now())
	if aside == "" || moved != nil {
		return nil, errors.Join(err, moved)
	}
	if s, again := open(ctx, path, o); again == nil {
		s.health = fmt.Errorf("record: %s: %w: it was moved to %s, and a new one was begun (%w)", path, ErrDamaged, aside, err)
		return s, nil
	}
	return nil, err
}

func open(ctx context.Context, path string, o Options) (*Store, error) {
	f, err := openFiles(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &Store{
		o: o.withDefaults(), files: f, committed: make(chan struct{}),
		wake: make(chan struct{}, 1), refills: make(chan refill),
	}
	s.memory = memory{limit: s.o.Memory, waves: s.o.Waves, local: s.o.Local, acks: make(map[string]ack), early: make(map[string]ack)}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return s, nil
}

// begin finishes what a crash has interrupted and reserves the first numbers.
func (s *Store) begin(ctx context.Context) error {
	s.disk = &disk{files: s.files, local: s.o.Local}
	if err := s.disk.load(ctx); err != nil {
		return explain("read", s.files.path, err)
	}
	s.first = s.disk.reserved
	s.memory.used = s.first - 1
	err := s.finishRefills(ctx)
	if err == nil {
		err = s.disk.write(ctx, &load{used: s.memory.used}, nil)
	}
	if err != nil {
		err = explain("write", s.files.path, err)
		if !errors.Is(err, ErrFull) {
			return err
		}
		s.health = err // Run tells it: whoever opens a record may not be ready to hear
	}
	s.onDisk, s.reserved = s.disk.pending, s.disk.reserved
	return nil
}

// Resume returns what the last run left behind. It is asked once, before the first Append.
func (s *Store) Resume(ctx context.Context) (Resume, error) {
	r := Resume{NextSeq: s.first}
	saved, found, err := readState(ctx, s.files.reader.db, "snapshot")
	if err != nil {
		return Resume{}, explain("read", s.files.path, err)
	}
	if found {
		r.Snapshot, r.SavedAt = saved.body, time.Unix(0, saved.at).UTC()
	}
	for name, to := range map[string]func([]byte){
		"session":       func(b []byte) { r.Session = string(b) },
		"configuration": func(b []byte) { r.Configuration = b },
	} {
		row, _, err := readState(ctx, s.files.reader.db, name)
		if err != nil {
			return Resume{}, explain("read", s.files.path, err)
		}
		to(row.body)
	}
	return r, nil
}

// Append takes a batch. It never waits and never fails: while the disk does not work, batches wait in memory, and when
// that is full the oldest readings are dropped first, alerts last; Lost counts them.
func (s *Store) Append(b Batch) {
	now, at := time.Now(), s.o.Clock.Now()
	s.mu.Lock()
	tell := s.memory.add(b, now, at)
	s.mu.Unlock()
	if tell {
		s.nudge()
	}
}

// Acknowledge notes that the broker stored the message as number streamSeq of the class's stream. A streamSeq of 0 means
// that the broker will never take it: it is not pending any more, and no Refill brings it back. Acknowledge never waits.
// An acknowledgement that comes before the message's Append is remembered. One that a crash destroys costs a second
// sending, which the broker recognises by its id.
func (s *Store) Acknowledge(class wire.Class, id string, streamSeq uint64) {
	if class.Stream() == "" {
		return
	}
	s.mu.Lock()
	tell := s.memory.acknowledge(id, ack{class: class, stream: streamSeq}, time.Now())
	s.mu.Unlock()
	if tell {
		s.nudge()
	}
}

// Depth is the number of unacknowledged messages. It takes no disk. An acknowledgement given twice counts twice until
// the next commit.
func (s *Store) Depth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, s.onDisk+s.memory.unrecorded())
}

// Lost is the number of messages of this run that were dropped from memory and will never be in the record.
func (s *Store) Lost() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.lost
}

// Health is the last failure to write, nil when all is well (again).
func (s *Store) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.health
}

// Sync waits until everything that was appended and acknowledged so far is committed. It fails when ctx ends first, with
// the reason if the disk does not work, or when the writer has stopped.
func (s *Store) Sync(ctx context.Context) error {
	s.mu.Lock()
	target := s.memory.turn
	for s.done < target {
		if s.stopped {
			s.mu.Unlock()
			return ErrStopped
		}
		s.flush = true
		committed, health := s.committed, s.health
		s.mu.Unlock()
		s.nudge()
		select {
		case <-committed:
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), health)
		}
		s.mu.Lock()
	}
	s.mu.Unlock()
	return nil
}

// Close writes what still waits, gives unused numbers back, and closes the files. It is called after Run has returned.
func (s *Store) Close() error {
	err := s.commit(context.Background())
	if err == nil {
		err = s.release(context.Background())
	}
	s.stop()
	return errors.Join(err, s.files.close())
}

// nudge wakes the writer; one reminder is as good as many.
func (s *Store) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
