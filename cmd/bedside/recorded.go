package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"bedside/agent/record"
)

// recorded is one session that was recorded: in an exported file, or in a record.
type recorded struct {
	session string // the file, or the session's code
	record  where
}

// each gives the events of the session to take, from a file of that name if there is one, else from the record.
func (r *recorded) each(cmd *cobra.Command, take func(record.Event) error) error {
	f, err := os.Open(r.session)
	switch {
	case err == nil:
		_, err = record.ReadArchive(f, take)
		if err := errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("%s: %w", r.session, err)
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the session cannot be read: %w", err)
	case slices.ContainsFunc([]byte(r.session), func(c byte) bool { return c == '/' || c == '.' }):
		return usageError{fmt.Errorf("there is no file %s", r.session)} // and no code looks like that
	}
	return r.record.read(cmd, func(_ string, rec *record.Reader) error {
		err := rec.Session(cmd.Context(), r.session, take)
		if errors.Is(err, record.ErrNoSession) {
			return usageError{fmt.Errorf("%w; there is no file of that name either (bedside record list has the codes)", err)}
		}
		return err
	})
}
