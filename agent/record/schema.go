package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// applicationID marks our files in the header that SQLite reserves for that: "BEDS" in ASCII (our choice).
const applicationID = 0x42454453

// migrations bring a file from schema version i to i+1. Published ones never change; new ones are added at the end.
func migrations() []string {
	return []string{`
CREATE TABLE events (
	n          INTEGER PRIMARY KEY,   -- place in the chain, without gaps
	seq        INTEGER NOT NULL,      -- number of the event in the room
	class      INTEGER NOT NULL,      -- wire.Class
	id         TEXT    NOT NULL,      -- Nats-Msg-Id
	subject    TEXT    NOT NULL,
	at         INTEGER NOT NULL,      -- wall clock, ns since 1970 UTC
	boot       TEXT    NOT NULL,      -- from the payload, '' if it has none, like the two below
	offset_ms  INTEGER NOT NULL,      -- monotonic, since the process started
	session    TEXT    NOT NULL,
	payload    BLOB    NOT NULL,      -- as published
	hash       BLOB    NOT NULL,      -- over the hash of row n-1 and all columns above
	stream_seq INTEGER                -- number in the broker's stream; NULL: not acknowledged
);
CREATE UNIQUE INDEX events_id ON events (id);
CREATE INDEX events_seq ON events (seq);
CREATE INDEX events_pending ON events (class, seq) WHERE stream_seq IS NULL;
CREATE INDEX events_stream ON events (class, stream_seq) WHERE stream_seq IS NOT NULL;
CREATE TABLE state (
	name   TEXT PRIMARY KEY,          -- reserved, head, anchor, snapshot, refill-<class>
	number INTEGER NOT NULL DEFAULT 0,
	at     INTEGER NOT NULL DEFAULT 0,
	body   BLOB
) WITHOUT ROWID;`, `
-- Version 2: sessions can be asked for, and come from other records. New in state: session, configuration.
CREATE INDEX events_session ON events (session, n) WHERE session <> '';
CREATE TABLE imports (
	session TEXT    PRIMARY KEY,
	site    TEXT    NOT NULL,
	room    TEXT    NOT NULL,
	at      INTEGER NOT NULL,         -- when it was imported, ns since 1970 UTC
	events  INTEGER NOT NULL,
	bytes   INTEGER NOT NULL,         -- about what they take, to leave them out of the size that retention bounds
	head    BLOB    NOT NULL          -- hash of the last event
) WITHOUT ROWID;
CREATE TABLE imported (
	session   TEXT    NOT NULL,
	n         INTEGER NOT NULL,       -- place in the chain of the record it comes from, as all below
	seq       INTEGER NOT NULL,
	class     INTEGER NOT NULL,
	id        TEXT    NOT NULL,
	subject   TEXT    NOT NULL,
	at        INTEGER NOT NULL,
	boot      TEXT    NOT NULL,
	offset_ms INTEGER NOT NULL,
	payload   BLOB    NOT NULL,
	prev      BLOB    NOT NULL,       -- hash of row n-1
	hash      BLOB    NOT NULL,
	PRIMARY KEY (session, n)
) WITHOUT ROWID;
INSERT OR REPLACE INTO state (name, number, at, body)
	SELECT 'session', e.n, e.at, CAST(e.session AS BLOB) FROM events e
	WHERE e.n = (SELECT max(n) FROM events WHERE subject LIKE '%.session' AND CAST(payload AS TEXT) LIKE '%"event":"session_started"%')
	AND NOT EXISTS (SELECT 1 FROM events l WHERE l.n > e.n AND l.subject LIKE '%.session'
		AND CAST(l.payload AS TEXT) LIKE '%"event":"session_ended"%');`}
}

// schema says what a file is, from what its header and its list of tables tell.
type schema struct{ app, version, tables int }

func readSchema(ctx context.Context, db queryer) (schema, error) {
	var s schema
	for query, to := range map[string]*int{
		"PRAGMA application_id": &s.app, "PRAGMA user_version": &s.version, "SELECT count(*) FROM sqlite_schema": &s.tables,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(to); err != nil {
			return schema{}, err
		}
	}
	return s, nil
}

// refuse says in one sentence why a file is not one that this program can use, or nothing.
func (s schema) refuse(path string) error {
	switch newest := len(migrations()); {
	case s.app != applicationID && !s.empty():
		return fmt.Errorf("record: %s: %w; give another record.path", path, ErrForeign)
	case s.version > newest:
		return fmt.Errorf("record: %s: %w (schema %d, this program knows %d); install the newer bedside or give another record.path",
			path, ErrNewer, s.version, newest)
	}
	return nil
}

func (s schema) empty() bool { return s == schema{} }

// migrate brings the file to the newest schema, one transaction a step and never back, and returns the version that it
// has then. A disk that is too full for a step leaves the record as it is until the next start: every earlier schema can
// be written too.
func migrate(ctx context.Context, db *sql.DB, path string) (version int, err error) {
	found, err := readSchema(ctx, db)
	if err != nil {
		return 0, explain("open", path, err)
	}
	if err := found.refuse(path); err != nil {
		return 0, err
	}
	version = found.version
	for _, step := range migrations()[version:] {
		script := fmt.Sprintf("%s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;", step, applicationID, version+1)
		err := within(ctx, db, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, script)
			return err
		})
		if err != nil {
			if err = explain("prepare", path, err); errors.Is(err, ErrFull) && version > 0 {
				return version, nil
			}
			return version, err
		}
		version++
	}
	return version, nil
}

// within runs f in a transaction and commits it, or rolls it back when f fails.
func within(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return abandon(tx, err)
	}
	return tx.Commit()
}

// abandon rolls back because of err and returns it. When SQLite has failed, it may have rolled back by itself (full disk,
// I/O error), and the second failure says only that; a transaction that nevertheless stays open is ended by renewing the
// connection.
func abandon(tx *sql.Tx, err error) error {
	if failed := tx.Rollback(); failed != nil && code(err) == 0 && !errors.Is(failed, sql.ErrTxDone) {
		return fmt.Errorf("%w (%w)", err, failed)
	}
	return err
}
