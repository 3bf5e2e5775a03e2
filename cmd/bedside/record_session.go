package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/record"
)

func newRecordExport() *cobra.Command {
	var w where
	var code string
	c := &cobra.Command{
		Use:   "export --session CODE FILE",
		Short: "Write one session as a single file that needs nothing else",
		Long: "Writes every event of a session into FILE, which must not exist, with the hashes that prove it. The file is text, one\n" +
			"JSON object a line; it holds what was measured, though it names nobody. bedside record list has the codes.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage.",
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if code == "" {
				return usageError{errors.New("--session CODE is missing: bedside record list has the codes")}
			}
			return w.read(cmd, func(_ string, r *record.Reader) error {
				var a record.Archive
				err := newFile(args[0], func(f io.Writer) (err error) {
					a, err = r.Export(cmd.Context(), code, f, "bedside "+version, time.Now())
					return err
				})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: session %s of %s at %s, %d events%s\n",
					args[0], a.Session, a.Room, a.Site, a.Events, span(a.First, a.Last))
				return err
			})
		},
	}
	w.flags(c)
	c.Flags().StringVar(&code, "session", "", "`CODE` of the session")
	return c
}

// newFile makes a file that is there whole or not at all.
func newFile(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return usageError{fmt.Errorf("%s is there already; choose another name", path)}
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // health data
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

func newRecordImport() *cobra.Command {
	var w where
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take an exported session into a record",
		Long: "Proves an exported session and takes it into a record, all of it or nothing. The record is made if there is none: give\n" +
			"--record archive.db for a collection of sessions. No agent may have it open. What is imported is listed, reported\n" +
			"and exported like the room's own, is never sent anywhere, and is not deleted by age or size.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage.",
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := w.path()
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return usageError{fmt.Errorf("the session cannot be read: %w", err)}
			}
			a, again, err := record.Import(cmd.Context(), path, f, time.Now())
			if err := errors.Join(err, f.Close()); err != nil {
				return err
			}
			what := "imported into " + path
			if again {
				what = "was in " + path + " already, with the same events"
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "session %s of %s at %s, %d events%s, proven: %s\n",
				a.Session, a.Room, a.Site, a.Events, span(a.First, a.Last), what)
			return err
		},
	}
	w.flags(c)
	return c
}
