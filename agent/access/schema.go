package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// applicationID marks our files in the header that SQLite reserves for that: "BEDA" in ASCII (our choice).
const applicationID = 0x42454441

// ErrForeign says that a file is not one of ours, ErrNewer that a newer program made it.
var (
	ErrForeign = errors.New("not an access file of bedside")
	ErrNewer   = errors.New("made by a newer bedside")
)

// migrations bring a file from schema version i to i+1. Published ones never change; new ones are added at the end.
func migrations() []string {
	return []string{`
CREATE TABLE people (
	key   TEXT PRIMARY KEY,      -- name in capitals
	name  TEXT NOT NULL,
	role  TEXT NOT NULL,
	pin   TEXT NOT NULL,         -- argon2id, PHC string
	since INTEGER NOT NULL       -- ns since 1970 UTC, as all times
) WITHOUT ROWID;
CREATE TABLE devices (
	name    TEXT PRIMARY KEY,
	secret  BLOB NOT NULL UNIQUE, -- SHA-256 of the cookie, as all secrets
	display INTEGER NOT NULL,     -- it only shows
	by      TEXT NOT NULL,
	since   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE sessions (
	secret BLOB PRIMARY KEY,
	person TEXT NOT NULL REFERENCES people (key) ON DELETE CASCADE,
	device TEXT NOT NULL UNIQUE REFERENCES devices (name) ON DELETE CASCADE, -- one person at a time
	used   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE codes (
	secret  BLOB PRIMARY KEY,
	device  TEXT NOT NULL UNIQUE,
	display INTEGER NOT NULL,
	by      TEXT NOT NULL,
	until   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE audit (
	n       INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	what    TEXT NOT NULL,
	by      TEXT NOT NULL,
	origin  TEXT NOT NULL,
	subject TEXT NOT NULL,
	was     TEXT NOT NULL,
	is_now  TEXT NOT NULL,
	told    INTEGER NOT NULL DEFAULT 0 -- whether the running program has it in its record
);`}
}

// openFile opens the file, makes it if it is not there, for its user alone, and brings it to the newest schema.
func openFile(ctx context.Context, path string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(2000)", "journal_mode(DELETE)", "synchronous(FULL)", "foreign_keys(ON)", "cache_size(-256)", "mmap_size(0)",
		"secure_delete(ON)", "trusted_schema(OFF)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("access: %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // also makes PRAGMA data_version mean: somebody else has written
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("access: %s: %w", path, err), db.Close())
	}
	return db, nil
}

// makeFile creates what is missing. A file that others could read is closed to them; one that an administrator makes belongs
// to whoever owns its folder, so that the agent's user can use it.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	_, before := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return err
	}
	if errors.Is(before, os.ErrNotExist) {
		return giveToOwner(path)
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	return within(ctx, db, func(tx *sql.Tx) error {
		var app, version, tables int
		for query, to := range map[string]*int{
			"PRAGMA application_id": &app, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_schema": &tables,
		} {
			if err := tx.QueryRowContext(ctx, query).Scan(to); err != nil {
				return err
			}
		}
		switch empty := app == 0 && version == 0 && tables == 0; {
		case app != applicationID && !empty:
			return ErrForeign
		case version > len(migrations()):
			return ErrNewer
		}
		for _, step := range migrations()[version:] {
			version++
			script := fmt.Sprintf("%s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;", step, applicationID, version)
			if _, err := tx.ExecContext(ctx, script); err != nil {
				return err
			}
		}
		return nil
	})
}

// within runs f in a transaction and commits it, or rolls it back when f fails.
func within(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		if failed := tx.Rollback(); failed != nil && !errors.Is(failed, sql.ErrTxDone) {
			return fmt.Errorf("%w (%w)", err, failed)
		}
		return err
	}
	return tx.Commit()
}
