package record

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

// ErrExists is returned by Backup when there is a file of that name.
var ErrExists = errors.New("there is a file of that name already")

// Backup copies the record at path into one file, also while an agent writes it, which is not held up by it. The copy is
// the record of one moment, and a record itself. It is verified and on the disk when Backup returns, with what Verify found
// in it; after a failure nothing is left of it. A break of the chain is a failure too (ErrChain), but the copy, which is as
// broken as the record, is then kept: it may be the last one.
func Backup(ctx context.Context, path, to string) (Chain, error) {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists
		}
		return Chain{}, fmt.Errorf("record: backup %s: %w", to, err)
	}
	r, err := OpenReader(ctx, path)
	if err != nil {
		return Chain{}, err
	}
	if to, err = filepath.Abs(to); err != nil {
		return Chain{}, errors.Join(fmt.Errorf("record: backup: %w", err), r.Close())
	}
	part := to + ".part"
	chain, err := r.copyTo(ctx, part)
	err = errors.Join(err, r.Close())
	if err == nil || errors.Is(err, ErrChain) {
		if failed := settle(part, to); failed != nil {
			err = errors.Join(err, failed)
		}
		return chain, err
	}
	if failed := os.Remove(part); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
		err = errors.Join(err, failed)
	}
	return chain, err
}

// copyTo makes the copy and verifies it.
func (r *Reader) copyTo(ctx context.Context, part string) (Chain, error) {
	// Health data: for whoever makes the backup only. SQLite fills a file that is empty.
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return Chain{}, fmt.Errorf("record: backup: %w", err)
	}
	if err := file.Close(); err != nil {
		return Chain{}, fmt.Errorf("record: backup: %w", err)
	}
	if _, err := r.db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		if code(err) == sqlite3.SQLITE_FULL {
			return Chain{}, explain("backup", part, err)
		}
		return Chain{}, explainReading(r.path, err)
	}
	made, err := OpenReader(ctx, part)
	if err != nil {
		return Chain{}, err
	}
	chain, err := made.Verify(ctx, nil)
	return chain, errors.Join(err, made.Close())
}

// settle brings a file that is complete to the disk and gives it its name.
func settle(part, to string) error {
	for _, step := range []func() error{
		func() error { return syncFile(part) },
		func() error { return os.Rename(part, to) },
		func() error { return syncFile(filepath.Dir(to)) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("record: backup: %w", err)
		}
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
