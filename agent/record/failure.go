package record

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What Open can find. Each comes wrapped in one sentence that names the file and what to do.
var (
	ErrUnwritable  = errors.New("the record cannot be written")
	ErrNotDatabase = errors.New("the file is not a database or is damaged")
	ErrForeign     = errors.New("the file belongs to another program")
	ErrNewer       = errors.New("the record was written by a newer version of this program")
	ErrInUse       = errors.New("the record is in use by another agent")
)

// What a reader can find, wrapped alike.
var (
	ErrUnreadable = errors.New("the record cannot be read")
	ErrDamaged    = errors.New("the file is damaged")
)

// ErrFull is in every failure that ends by itself when the disk has space again.
var ErrFull = errors.New("the disk is full")

// ErrStopped is returned by Sync and Refill when nobody writes any more.
var ErrStopped = errors.New("record: the writer has stopped")

// code returns SQLite's primary result code, or 0 if err does not come from SQLite.
func code(err error) int {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return 0
	}
	return failure.Code() & 0xff // the higher bytes only refine it
}

// explain turns a failure into one sentence for whoever has to mend it.
func explain(doing, path string, err error) error {
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("record: %s %s: %w: free some space in %s (%w)", doing, path, ErrFull, filepath.Dir(path), err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("record: %s %s: %w: move it away, a new one will be begun (%w)", doing, path, ErrNotDatabase, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("record: %s %s: %w: let the agent's user write the file and its directory (%w)", doing, path, ErrUnwritable, err)
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("record: %s %s: %w: let the agent's user write the file and its directory (%w)", doing, path, ErrUnwritable, err)
	}
	return fmt.Errorf("record: %s %s: %w", doing, path, err)
}

// lasting reports whether a failed write may have left its connection unusable, so that a new one is worth trying.
// A full disk does not; an I/O error or a file system that turned read-only can.
func lasting(err error) bool {
	c := code(err)
	return c != sqlite3.SQLITE_FULL && c != sqlite3.SQLITE_BUSY
}
