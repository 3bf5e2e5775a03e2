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
) WITHOUT ROWID;`}
}

// migrate brings the file to the newest schema, one transaction a step, and never back.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	var app, version, tables int
	for query, to := range map[string]*int{
		"PRAGMA application_id": &app, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(to); err != nil {
			return explain("open", path, err)
		}
	}
	steps := migrations()
	switch {
	case app != applicationID && (app != 0 || version != 0 || tables != 0):
		return fmt.Errorf("record: %s: %w; give another record.path", path, ErrForeign)
	case version > len(steps):
		return fmt.Errorf("record: %s: %w (schema %d, this program knows %d); install the newer bedside or give another record.path",
			path, ErrNewer, version, len(steps))
	}
	for ; version < len(steps); version++ {
		script := fmt.Sprintf("%s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;", steps[version], applicationID, version+1)
		if err := within(ctx, db, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, script)
			return err
		}); err != nil {
			return explain("prepare", path, err)
		}
	}
	return nil
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
