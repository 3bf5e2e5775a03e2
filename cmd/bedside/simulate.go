package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"bedside/agent/pace"
	"bedside/simulators/catalog"
)

const maxSpeed = 1000 // a simulated hour in four seconds; our choice

func newSimulate() *cobra.Command {
	var link, name string
	var speed float64
	var seed uint64
	var asJSON, list bool
	c := &cobra.Command{
		Use:   "simulate DEVICE",
		Short: "Put a simulated device on a pseudo-terminal, for any program",
		Long: "Puts a simulated device on a pseudo-terminal and prints its path; any program may open it like a serial port.\n" +
			"It runs until it is interrupted. Devices: " + deviceNames() + ".",
		Args: func(cmd *cobra.Command, args []string) error {
			if list {
				return noArguments(cmd, args)
			}
			if len(args) == 0 {
				return usageError{errors.New("DEVICE is missing; bedside simulate --list shows what there is")}
			}
			return oneArgument("DEVICE")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			out := cmd.OutOrStdout()
			if list {
				return listDevices(out, asJSON)
			}
			e, ok := catalog.Find(args[0])
			if !ok {
				return usageError{fmt.Errorf("no simulated device is called %q; there are %s", args[0], deviceNames())}
			}
			if err := checkSpeed(speed); err != nil {
				return err
			}
			s, err := newStory(name, seed, pace.New(speed))
			if err != nil {
				return err
			}
			if link, err = wholePath(link); err != nil {
				return err
			}
			port, err := s.open(e, s.part(e), link)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, port.Close()) }()
			if asJSON {
				err = writeJSON(out, map[string]string{"device": e.Name, "driver": e.Driver, "port": port.Path(), "link": link})
			} else {
				_, err = fmt.Fprintln(out, port.Path())
			}
			if err != nil {
				return err
			}
			cmd.PrintErrf("%s, scenario %s; driver %q reads it. Ctrl+C ends.\n", e.Title, s.Name, e.Driver)
			return port.Run(cmd.Context())
		},
	}
	c.Flags().StringVar(&link, "link", "", "symbolic link to make to the terminal, a stable `PATH` for a configuration")
	storyFlags(c, &name, &speed, &seed, "calm")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&list, "list", false, "list the devices")
	return c
}

// wholePath is that of a symbolic link to make; none stays none. What is printed is for a configuration, which wants all of it.
func wholePath(link string) (string, error) {
	if link == "" {
		return "", nil
	}
	path, err := filepath.Abs(link)
	if err != nil {
		return "", fmt.Errorf("simulate: %w", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return "", usageError{fmt.Errorf("--link: there is no folder %s", filepath.Dir(path))}
	}
	return path, nil
}

func checkSpeed(speed float64) error {
	if !(speed >= 1 && speed <= maxSpeed) { // also refuses what is not a number
		return usageError{fmt.Errorf("--speed %v is not between 1 and %d", speed, maxSpeed)}
	}
	return nil
}

func deviceNames() string {
	var names []string
	for _, e := range catalog.All() {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}

func listDevices(out io.Writer, asJSON bool) error {
	for _, e := range catalog.All() {
		var err error
		if asJSON {
			err = writeJSON(out, map[string]string{"device": e.Name, "title": e.Title, "driver": e.Driver})
		} else {
			_, err = fmt.Fprintf(out, "%-12s %s (driver %s)\n", e.Name, e.Title, e.Driver)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
