package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	idleEnd   = 12 * time.Hour   // a session without an order ends; ECOSYSTEM section 5
	codeLife  = 10 * time.Minute // of an enrolment code
	lookEvery = time.Second      // how soon what another process has written counts; our choice
	saveEvery = time.Minute      // how often is kept when a session was used last; our choice
	auditKept = 10_000           // events that the record has, too; our choice
	addresses = 4096             // whose failures are counted one by one; our choice
)

// Options say how a file is used.
type Options struct {
	// Audit is told every event, also those that the command line or an earlier process left behind. It may be nil for a
	// process that only changes the file: the next one that runs tells them. It must not block for long.
	Audit func(Event)
	Log   *slog.Logger
	cost  cost // of a PIN; zero for the usual
}

// Access is the open file. It is safe for concurrent use. What it knows it holds in memory, so that a disk that fails keeps
// nobody from an alarm.
type Access struct {
	o    Options
	db   *sql.DB
	hash *hasher
	log  *slog.Logger

	writing sync.Mutex // one change at a time, with the reading afterwards; taken before mu
	told    int64      // number of the last event that Audit was told; guarded by writing

	mu       sync.Mutex // guards all below; never held while something waits
	people   map[string]person
	devices  map[secret]device
	sessions map[secret]session
	version  int64 // of the file, as this connection sees it
	persons  *book // tries, by person
	stations *book // by device
	callers  *book // by address
	streams  map[*stream]struct{}
}

type secret [sha256.Size]byte

func seal(token string) secret { return sha256.Sum256([]byte(token)) }

type person struct {
	name, pin string
	role      Role
	since     time.Time
}

type device struct {
	name    string
	display bool
	by      string
	since   time.Time
}

type session struct {
	person, device string // key, name
	used           time.Time
	changed        bool // used is newer than in the file
	unsaved        bool // the file does not have it, because it could not be written
}

// Open opens the file at path, or makes it. Nobody is in a new one: the first admin comes from the command line.
func Open(ctx context.Context, path string, o Options) (*Access, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.cost == (cost{}) {
		o.cost = usual()
	}
	db, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	a := &Access{
		o: o, db: db, hash: newHasher(o.cost), log: o.Log, streams: map[*stream]struct{}{},
		persons: newBook(personRule(), addresses), stations: newBook(deviceRule(), addresses), callers: newBook(callerRule(), addresses),
	}
	if err := a.read(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

// Close closes the file, after Run has ended.
func (a *Access) Close() error { return a.db.Close() }

// Run follows what other processes write, ends the event streams of devices that are enrolled no longer, and tells the audit
// events, until ctx ends.
func (a *Access) Run(ctx context.Context) error {
	look, save := time.NewTicker(lookEvery), time.NewTicker(saveEvery)
	defer look.Stop()
	defer save.Stop()
	a.tell(ctx)
	for {
		select {
		case <-ctx.Done():
			last := context.WithoutCancel(ctx)
			a.save(last)
			a.tell(last)
			return nil
		case <-look.C:
			a.follow(ctx)
		case <-save.C:
			a.save(ctx)
		}
	}
}

// follow reads the file again if somebody else has written it.
func (a *Access) follow(ctx context.Context) {
	a.writing.Lock()
	defer a.writing.Unlock()
	var version int64
	err := a.db.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version)
	if err == nil {
		a.mu.Lock()
		same := version == a.version
		a.mu.Unlock()
		if same {
			return
		}
		err = a.read(ctx)
	}
	if err != nil {
		a.log.Warn("access: the file cannot be read; what is known of people and devices still counts", "err", err)
		return
	}
	a.tellLocked(ctx)
}

// change writes something together with the event that tells it, and reads the file again.
func (a *Access) change(ctx context.Context, e *Event, f func(*sql.Tx) error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	err := within(ctx, a.db, func(tx *sql.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return note(ctx, tx, e)
	})
	if err != nil {
		if _, ours := errors.AsType[*Refusal](err); ours {
			return err
		}
		return fmt.Errorf("access: %w", err)
	}
	if err := a.read(ctx); err != nil {
		return err
	}
	a.tellLocked(ctx)
	return nil
}

// read takes what the file has into memory. Sessions that the file could not take, and moments that it does not have yet, stay.
func (a *Access) read(ctx context.Context) error {
	people, devices, sessions := map[string]person{}, map[secret]device{}, map[secret]session{}
	var version int64
	err := within(ctx, a.db, func(tx *sql.Tx) error {
		return errors.Join(
			readPeople(ctx, tx, people), readDevices(ctx, tx, devices), readSessions(ctx, tx, sessions),
			tx.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version),
		)
	})
	if err != nil {
		return fmt.Errorf("access: read: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, s := range a.sessions {
		kept, there := sessions[id]
		_, known := people[s.person]
		switch {
		case there && s.used.After(kept.used):
			kept.used, kept.changed = s.used, true
			sessions[id] = kept
		case !there && s.unsaved && known && slices.ContainsFunc(slices.Collect(maps.Values(devices)), func(d device) bool { return d.name == s.device }):
			sessions[id] = s
		}
	}
	a.people, a.devices, a.sessions, a.version = people, devices, sessions, version
	for s := range a.streams {
		if _, there := devices[s.device]; !there {
			s.end()
		}
	}
	return nil
}

// save keeps when sessions were used last, and forgets those that ended.
func (a *Access) save(ctx context.Context) {
	a.writing.Lock()
	defer a.writing.Unlock()
	now := time.Now()
	a.mu.Lock()
	used := map[secret]time.Time{}
	for id, s := range a.sessions {
		switch {
		case now.Sub(s.used) >= idleEnd:
			delete(a.sessions, id)
		case s.changed:
			used[id] = s.used
			s.changed = false
			a.sessions[id] = s
		}
	}
	a.mu.Unlock()
	err := within(ctx, a.db, func(tx *sql.Tx) error {
		for id, at := range used {
			if _, err := tx.ExecContext(ctx, "UPDATE sessions SET used = max(used, ?) WHERE secret = ?", at.UnixNano(), id[:]); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE used <= ?", now.Add(-idleEnd).UnixNano())
		return err
	})
	if err != nil {
		a.log.Warn("access: when sessions were used last cannot be kept", "err", err)
	}
}

func readPeople(ctx context.Context, tx *sql.Tx, to map[string]person) error {
	return each(ctx, tx, "SELECT key, name, role, pin, since FROM people", func(scan func(...any) error) error {
		var p person
		var k, role string
		var since int64
		if err := scan(&k, &p.name, &role, &p.pin, &since); err != nil {
			return err
		}
		p.role, _ = ParseRole(role) // a role that this program does not know is the least
		p.since = time.Unix(0, since)
		to[k] = p
		return nil
	})
}

func readDevices(ctx context.Context, tx *sql.Tx, to map[secret]device) error {
	return each(ctx, tx, "SELECT secret, name, display, by, since FROM devices", func(scan func(...any) error) error {
		var d device
		var id []byte
		var since int64
		if err := scan(&id, &d.name, &d.display, &d.by, &since); err != nil || len(id) != len(secret{}) {
			return err
		}
		d.since = time.Unix(0, since)
		to[secret(id)] = d
		return nil
	})
}

func readSessions(ctx context.Context, tx *sql.Tx, to map[secret]session) error {
	return each(ctx, tx, "SELECT secret, person, device, used FROM sessions", func(scan func(...any) error) error {
		var s session
		var id []byte
		var used int64
		if err := scan(&id, &s.person, &s.device, &used); err != nil || len(id) != len(secret{}) {
			return err
		}
		s.used = time.Unix(0, used)
		to[secret(id)] = s
		return nil
	})
}

// each runs f for every row.
func each(ctx context.Context, tx *sql.Tx, query string, f func(scan func(...any) error) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// sortedBy returns the values in the order of their names.
func sortedBy[T any](list []T, name func(T) string) []T {
	slices.SortFunc(list, func(x, y T) int { return strings.Compare(name(x), name(y)) })
	return list
}
