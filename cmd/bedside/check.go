package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/agent/serialport"
)

func newCheck() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Check a file before it is used",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newCheckConfig(), newCheckProfile(), newCheckScenario())
	return c
}

// finding is one thing wrong with a file, for scripts and editors.
type finding struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

func newCheckConfig() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "config FILE",
		Short: "Check a configuration: all mistakes at once, each with its place",
		Long: "Checks a configuration, of a room or of a station, without starting anything. All mistakes come at once, each as FILE:LINE:COLUMN with the\n" +
			"line and a caret below the place.\n\nExit codes: 0 good, 2 cannot be used.",
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if ofStation(args[0]) {
				return checkStation(out, args[0], asJSON)
			}
			conf, err := loadConfig(args[0])
			var notes []string
			if err == nil {
				notes = bareNames(conf, serialport.Host{})
			}
			if asJSON {
				return reportJSON(out, args[0], err, notes...)
			}
			if err == nil {
				_, err = fmt.Fprintf(out, "%s: good; room %s at %s, devices: %s\n", args[0], conf.Room, conf.Site, strings.Join(conf.Names(), ", "))
			}
			for _, n := range notes {
				_, printing := fmt.Fprintln(out, "note: "+n)
				err = errors.Join(err, printing)
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object with every finding")
	return c
}

// checkStation checks the configuration of a station.
func checkStation(out io.Writer, file string, asJSON bool) error {
	conf, err := loadStation(file)
	if asJSON {
		return reportJSON(out, file, err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: good; station %s at %s, channels: %d\n", file, conf.Station, conf.Site, len(conf.Channels))
	return err
}

// findingsError says how much is wrong; what it is has been printed.
type findingsError struct {
	file  string
	count int
}

func (e findingsError) Error() string {
	return fmt.Sprintf("%s cannot be used: findings: %d", e.file, e.count)
}

func reportJSON(out io.Writer, file string, err error, notes ...string) error {
	list := findings(file, err)
	report := map[string]any{"ok": err == nil, "findings": list}
	if len(notes) > 0 {
		report["notes"] = notes
	}
	if e := writeJSON(out, report); e != nil {
		return e
	}
	if err != nil {
		return usageError{findingsError{file, len(list)}}
	}
	return nil
}

func findings(file string, err error) []finding {
	list := []finding{}
	var all config.Errors
	switch {
	case err == nil:
	case errors.As(err, &all):
		for _, e := range all {
			list = append(list, finding{e.File, e.Line, e.Column, e.Message})
		}
	default:
		list = append(list, finding{File: file, Message: err.Error()})
	}
	return list
}
