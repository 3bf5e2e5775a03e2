package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/agent/record"
)

// moment is how the commands about the record write a time.
const moment = "2006-01-02 15:04:05 MST"

func newRecord() *cobra.Command {
	c := &cobra.Command{
		Use:   "record",
		Short: "Prove, back up and list what was recorded; take sessions out and in",
		Long: "Works with the record of a room, the file that record.path of the configuration names. All but import also work\n" +
			"while the agent writes it, and neither holds up the other.",
		Args: noArguments, SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newRecordVerify(), newRecordList(), newRecordBackup(), newRecordExport(), newRecordImport())
	return c
}

// where is which record a command is about.
type where struct{ file, conf string }

func (w *where) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.file, "record", "", "`FILE` of the record; default "+config.Default().Record.Path)
	c.Flags().StringVar(&w.conf, "config", "", "configuration `FILE` that names the record")
}

func (w *where) path() (string, error) {
	switch {
	case w.file != "" && w.conf != "":
		return "", usageError{errors.New("--record and --config do not go together")}
	case w.file != "":
		return w.file, nil
	case w.conf != "":
		conf, err := loadConfig(w.conf)
		if err != nil {
			return "", err
		}
		return conf.Record.Path, nil
	}
	return config.Default().Record.Path, nil
}

// read opens the record and runs f with it.
func (w *where) read(cmd *cobra.Command, f func(path string, r *record.Reader) error) error {
	path, err := w.path()
	if err != nil {
		return err
	}
	r, err := record.OpenReader(cmd.Context(), path)
	if err != nil {
		return missing(path, err)
	}
	return errors.Join(f(path, r), r.Close())
}

// missing marks a record that is not there as the caller's mistake.
func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("there is no record %s; give --record FILE or --config FILE", path)}
	}
	return err
}

func newRecordList() *cobra.Command {
	var w where
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the sessions in the record",
		Long:  "Lists the sessions of the record, with those that were imported.\n\nExit codes: 0 done, 1 failed, 2 wrong usage.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return w.read(cmd, func(_ string, r *record.Reader) error {
				list, err := r.Sessions(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), append([]record.Session{}, list...))
				}
				return writeSessions(cmd.OutOrStdout(), list)
			})
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON list")
	return c
}

func writeSessions(out io.Writer, list []record.Session) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "no sessions")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := &printer{out: table}
	p.line("SESSION\tROOM\tFIRST EVENT\tLAST EVENT\tEVENTS\t")
	for _, s := range list {
		note := ""
		switch {
		case s.Running:
			note = "running"
		case !s.Imported.IsZero():
			note = "imported " + s.Imported.Format(moment)
		}
		p.line("%s\t%s/%s\t%s\t%s\t%d\t%s", s.Code, s.Site, s.Room, s.First.Format(moment), s.Last.Format(moment), s.Events, note)
	}
	return errors.Join(p.failed, table.Flush())
}

func newRecordBackup() *cobra.Command {
	var w where
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the whole record into one file, and prove the copy",
		Long: "Copies the record of this moment into FILE, which must not exist, and verifies the copy. The agent need not be\n" +
			"stopped. A copy is a record itself: verify, list and export take it with --record. To restore it, stop the agent\n" +
			"and put it in the place of record.path, without the files that end in -wal and -shm.\n\n" +
			"Exit codes: 0 copied and proven, 1 failed, or copied as broken as it is; 2 wrong usage.",
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := w.path()
			if err != nil {
				return err
			}
			chain, err := record.Backup(cmd.Context(), path, args[0])
			switch {
			case errors.Is(err, record.ErrExists):
				return usageError{fmt.Errorf("%s is there already; choose another name", args[0])}
			case errors.Is(err, record.ErrChain):
				return errors.Join(writeChain(cmd.OutOrStdout(), args[0], &chain, false),
					fmt.Errorf("%s is a copy, and not as it was written: breaks: %d", args[0], chain.Broken))
			case err != nil:
				return missing(path, err)
			}
			return writeChain(cmd.OutOrStdout(), args[0], &chain, false)
		},
	}
	w.flags(c)
	return c
}
