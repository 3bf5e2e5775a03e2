package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

// ErrOlder is returned where a record has not been brought to the schema that a question needs.
var ErrOlder = errors.New("the record was written by an earlier version of this program")

// Reader reads a record, also while an agent writes it: neither waits for the other. What one call returns is the
// record of one moment. A Reader changes nothing, and is safe for concurrent use.
type Reader struct {
	db   *sql.DB
	path string
}

// OpenReader opens the record at path, of this schema or an earlier one. The error is fs.ErrNotExist if there is none,
// or one of ErrUnreadable, ErrNotDatabase, ErrForeign or ErrNewer, inside one sentence.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, explainReading(path, err)
	}
	if _, err := os.Stat(path); err != nil { // SQLite would not say what is missing
		return nil, fmt.Errorf("record: %w", err)
	}
	r, err := newReader(path)
	if err != nil {
		return nil, err
	}
	found, err := readSchema(ctx, r.db)
	switch {
	case err != nil:
		err = explainReading(path, err)
	case found.empty():
		err = fmt.Errorf("record: %s: %w: it is empty", path, ErrForeign)
	default:
		err = found.refuse(path)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// newReader makes connections that cannot write.
func newReader(path string) (*Reader, error) {
	db, err := connect(path, "deferred", 2, []string{"mode=ro"}, "busy_timeout(2000)", "mmap_size(0)",
		fmt.Sprintf("cache_size(-%d)", readerCacheKiB), "trusted_schema(OFF)")
	if err != nil {
		return nil, err
	}
	return &Reader{db: db, path: path}, nil
}

// Close ends the reading.
func (r *Reader) Close() error {
	if err := r.db.Close(); err != nil {
		return explainReading(r.path, err)
	}
	return nil
}

// Events returns committed events with Seq > after, in the order of Seq, at most limit.
func (r *Reader) Events(ctx context.Context, after uint64, limit int) ([]Event, error) {
	return r.query(ctx, "WHERE seq > ? ORDER BY seq LIMIT ?", int64(after), limit)
}

func (r *Reader) query(ctx context.Context, where string, args ...any) ([]Event, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT "+eventColumns+" FROM events "+where, args...)
	if err != nil {
		return nil, explainReading(r.path, err)
	}
	var found []Event
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return nil, explainReading(r.path, errors.Join(err, rows.Close()))
		}
		found = append(found, e)
	}
	if err := rows.Err(); err != nil {
		return nil, explainReading(r.path, err)
	}
	return found, nil
}

// look runs f in one view of the record, that of the moment when f first reads.
func (r *Reader) look(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return explainReading(r.path, err)
	}
	if err := f(tx); err != nil {
		return explainReading(r.path, abandon(tx, err))
	}
	return tx.Rollback()
}

// current returns ErrOlder if the record has not the newest schema.
func (r *Reader) current(ctx context.Context, db queryer) error {
	found, err := readSchema(ctx, db)
	if err == nil && found.version < len(migrations()) {
		return fmt.Errorf("record: %s: %w (schema %d of %d); an agent that starts with it brings it up to date",
			r.path, ErrOlder, found.version, len(migrations()))
	}
	return err
}

// explainReading turns a failure to read into one sentence. One that is a sentence already stays as it is.
func explainReading(path string, err error) error {
	switch code(err) {
	case 0:
		return err
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("record: read %s: %w (%w)", path, ErrNotDatabase, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("record: read %s: %w: what can be read is in sqlite3's .recover, and a backup is better (%w)", path, ErrDamaged, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("record: read %s: %w: run this as the agent's user, or copy the file together with its -wal (%w)",
			path, ErrUnreadable, err)
	}
	return fmt.Errorf("record: read %s: %w", path, err)
}
