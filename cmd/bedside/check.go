package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"bedside/agent/config"
)

func newCheck() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Check a file before it is used",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newCheckConfig())
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
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			conf, err := config.Load(args[0])
			if asJSON {
				if encodeErr := json.NewEncoder(out).Encode(map[string]any{"ok": err == nil, "findings": findings(args[0], err)}); encodeErr != nil {
					return encodeErr
				}
			}
			if err != nil {
				return usageError{err}
			}
			if !asJSON {
				_, err = fmt.Fprintf(out, "%s: good; room %s at %s, %d device(s)\n", args[0], conf.Room, conf.Site, len(conf.Devices))
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object with every finding")
	return c
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
