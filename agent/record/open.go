package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// Sizes of the page caches in KiB (our choice): the agent as a whole shall stay within 25 MiB.
const (
	writerCacheKiB = 1024
	readerCacheKiB = 512
)

// files are the open connections of one record.
type files struct {
	path   string
	lock   *sql.DB // <path>.lock
	held   *sql.Tx // on lock, as long as the record is open
	writer *sql.DB // one connection
	schema int     // version; below the newest only if the disk was too full for the step
	reader *Reader // of the outbox

	reports *Reader // of everybody else, so that slow ones do not hold up the outbox
}

// address is the file with options of SQLite's file addresses, such as mode=ro.
func address(path, lock string, options, pragmas []string) string {
	query := url.Values{"_pragma": pragmas, "_txlock": {lock}}
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		query.Set(name, value)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String()
}

// connect opens a pool of at most conns connections; the first is opened by its first use.
func connect(path, lock string, conns int, options []string, pragmas ...string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", address(path, lock, options, pragmas))
	if err != nil {
		return nil, explain("open", path, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(1)
	return db, nil
}

// openFiles creates what is missing, takes the lock and brings the schema up to date.
func openFiles(ctx context.Context, path string) (*files, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, explain("open", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, explain("create", path, err)
	}
	f := &files{path: path}
	if err := f.connectAll(ctx); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *files) connectAll(ctx context.Context) error {
	if err := f.takeLock(ctx); err != nil {
		return err
	}
	// Health data: for the agent's user only. The lock is ours, so nobody in this process has the file open, and closing
	// this handle drops no POSIX lock of SQLite.
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return explain("open", f.path, err)
	}
	if err := file.Close(); err != nil {
		return explain("open", f.path, err)
	}
	f.writer, err = connect(f.path, "immediate", 1, nil, "busy_timeout(2000)", "journal_mode(WAL)", "synchronous(FULL)", "mmap_size(0)",
		fmt.Sprintf("cache_size(-%d)", writerCacheKiB), "journal_size_limit(4194304)", "trusted_schema(OFF)")
	if err != nil {
		return err
	}
	if f.schema, err = migrate(ctx, f.writer, f.path); err != nil {
		return err
	}
	if f.reader, err = newReader(f.path); err != nil {
		return err
	}
	f.reports, err = newReader(f.path)
	return err
}

// takeLock holds an exclusive lock on an empty database beside the record. SQLite's own locks are known to every system
// it runs on, end with the process however it ends, and exclude a second Store in the same process too.
func (f *files) takeLock(ctx context.Context) error {
	path := f.path + ".lock"
	var err error
	if f.lock, err = connect(path, "exclusive", 1, nil, "busy_timeout(250)", "cache_size(0)"); err != nil {
		return err
	}
	if f.held, err = f.lock.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		if code(err) == sqlite3.SQLITE_BUSY {
			return fmt.Errorf("record: %s: %w; stop it, or give this one another record.path", f.path, ErrInUse)
		}
		return explain("lock", path, err)
	}
	return nil
}

// renew drops the writer's connection, so that the next transaction begins with a new one.
func (f *files) renew() {
	f.writer.SetMaxIdleConns(-1)
	f.writer.SetMaxIdleConns(1)
}

func (f *files) close() error {
	var all error
	for _, r := range []*Reader{f.reader, f.reports} {
		if r != nil {
			all = errors.Join(all, r.db.Close())
		}
	}
	if f.writer != nil {
		all = errors.Join(all, f.writer.Close()) // last, so that it can tidy up
	}
	if f.held != nil {
		all = errors.Join(all, f.held.Rollback()) // the lock goes last
	}
	if f.lock != nil {
		all = errors.Join(all, f.lock.Close())
	}
	if all != nil {
		return explain("close", f.path, all)
	}
	return nil
}
