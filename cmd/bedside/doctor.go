package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/doctor"
	"bedside/agent/serialport"
	"bedside/devices"
)

func newDoctor() *cobra.Command {
	var file string
	var asJSON, probe, udev bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Examine this computer: adapters, what speaks there, clock, disk, NATS, configuration",
		Long: "Looks for what keeps an agent from working and says what to do about it; says what speaks on each serial port, and\n" +
			"offers the lines for a configuration. It changes nothing, and leaves alone a port that another program has open.\n\n" +
			"Without --probe it only listens. With it, devices that are silent are asked who they are. No question is known to\n" +
			"move air in any device that Bedside can read; take cuffs off arms all the same, since it is not known who listens.\n\n" +
			"Exit codes: 0 all is well, 1 something is wrong, 2 wrong usage.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if udev {
				_, err := io.WriteString(cmd.OutOrStdout(), serialport.UdevRules())
				return err
			}
			if file != "" {
				switch _, err := os.Stat(file); {
				case errors.Is(err, fs.ErrNotExist):
					return usageError{fmt.Errorf("there is no configuration %s; without --config, doctor offers the lines for one", file)}
				case err != nil:
					return usageError{fmt.Errorf("the configuration cannot be read: %w", err)}
				}
			}
			return examine(cmd, file, probe, asJSON)
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE` to check, too")
	c.Flags().BoolVar(&probe, "probe", false, "ask devices that are silent who they are; take cuffs off arms first")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&udev, "udev", false, "print the udev rules for serial adapters, and do nothing else")
	return c
}

func examine(cmd *cobra.Command, file string, probe, asJSON bool) error {
	o := doctor.Options{File: file, Built: built(), Progress: func(what string) { cmd.PrintErrln(what) }}
	if probe {
		o.Asks = devices.AsksAttended
	}
	report, err := doctor.Examine(cmd.Context(), o)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if asJSON {
		err = writeJSON(out, struct {
			OK bool `json:"ok"`
			doctor.Report
		}{report.Well(), report})
	} else {
		err = report.Write(out)
	}
	if err == nil && !report.Well() {
		return errors.New("something is wrong; see above")
	}
	return err
}

// built is when the program's source was committed, if the build recorded it: no clock that is right is earlier.
func built() time.Time {
	if seconds, err := strconv.ParseInt(committed, 10, 64); err == nil {
		return time.Unix(seconds, 0)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			t, err := time.Parse(time.RFC3339, s.Value)
			if err != nil {
				return time.Time{}
			}
			return t
		}
	}
	return time.Time{}
}
