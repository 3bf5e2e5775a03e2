package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/wire"
	"bedside/devices"
	"bedside/devices/capture"
	"bedside/devices/catalog"
)

func newReplay() *cobra.Command {
	var name string
	var asJSON bool
	var recorded again
	c := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Show what a driver makes of captured bytes, or other limits of a recorded session",
		Long: "Two things can be played again. No device is needed, and none is touched.\n\n" +
			"bedside replay FILE... feeds captures through the driver, with their times, and prints readings, flags, cuff states\n" +
			"and faults: the same capture gives the same output, always. Segments of an agent's ring are given in their order and\n" +
			"are one conversation where they meet.\n\n" +
			"bedside replay --session FILE|CODE --profile PROFILE judges a recorded session by other limits and sets the alerts of\n" +
			"both side by side: what would these limits have done? The session is a file of bedside record export, or a code in\n" +
			"the record; the profile is a shipped one or a site's file. What staff did is repeated as they did it. Technical\n" +
			"alerts are not judged again, and readings that nobody took are counted and not invented.\n\n" +
			"Exit codes: 0 played to the end, 1 a file is damaged or cut off (of captures, all before that place is printed), or\n" +
			"the session has no beginning in the record; 2 wrong usage.",
		Example: "  bedside replay oximeter.hex\n  bedside replay --session K-0412 --profile conservative --config bedside.yaml",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && !cmd.Flags().Changed("session") && !cmd.Flags().Changed("profile") {
				return oneArgument("FILE")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if used, err := recorded.used(args, name); err != nil || used {
				if err == nil {
					err = recorded.run(cmd, asJSON)
				}
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			err := replay(out, args, name, asJSON)
			return errors.Join(out.Flush(), err)
		},
	}
	c.Flags().StringVar(&name, "driver", "", "`NAME` of the driver, instead of the one that the capture names")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each thing; with --session, one for the session")
	recorded.flags(c)
	return c
}

// replay plays the files through one driver. What comes before a damaged place is printed.
func replay(out io.Writer, files []string, name string, asJSON bool) error {
	var player *capture.Player
	var driver devices.Driver
	paper := &printer{out: out, json: asJSON}
	for _, path := range files {
		err := replayFile(path, func(h capture.Header) (*capture.Player, error) {
			d, err := driverOf(path, name, h)
			if err != nil {
				return nil, err
			}
			if player == nil {
				driver, player = d, capture.NewPlayer(d, paper.entry)
			}
			if d.Name != driver.Name {
				return nil, usageError{fmt.Errorf("%s is of driver %s, and %s of %s; replay them one by one", files[0], driver.Name, path, d.Name)}
			}
			err = player.Begin(h) // ends what came before
			paper.begin(path, &d, h)
			return player, err
		})
		if err != nil {
			if player != nil {
				player.End()
				paper.end(player.Totals())
			}
			return errors.Join(err, paper.failed)
		}
	}
	player.End()
	paper.end(player.Totals())
	return paper.failed
}

// replayFile plays one file with the player that begin returns, which has begun with its facts.
func replayFile(path string, begin func(h capture.Header) (*capture.Player, error)) (err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("there is no file %s", path)}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r, err := capture.NewReader(path, file)
	if err != nil {
		return err
	}
	player, err := begin(r.Header())
	if err != nil {
		return err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := player.Play(e); err != nil {
			return err
		}
	}
}

// driverOf finds the driver for a capture: the one that was asked for, or the one it names.
func driverOf(path, name string, h capture.Header) (devices.Driver, error) {
	if name == "" {
		name = h.Driver
	}
	if name == "" {
		return devices.Driver{}, usageError{fmt.Errorf("%s does not say which driver reads it; give --driver NAME, one of %s", path, driverNames())}
	}
	return findDriver(name)
}

func findDriver(name string) (devices.Driver, error) {
	d, ok := catalog.Find(name)
	if !ok {
		return devices.Driver{}, usageError{fmt.Errorf("no driver is called %q; there are %s", name, driverNames())}
	}
	return d, nil
}

func driverNames() string {
	var names []string
	for _, d := range catalog.All() {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// printer writes what comes of a replay. The first failure to write is kept.
type printer struct {
	out    io.Writer
	json   bool
	failed error
}

// event is one line of the JSON output: exactly one of its pointers, or Note, is set.
type event struct {
	SinceMS float64    `json:"since_ms"`
	At      *wire.Time `json:"at,omitempty"`
	Note    string     `json:"note,omitempty"`
	Refused string     `json:"refused,omitempty"`
	Fault   *faultText `json:"fault,omitempty"`
	Cuff    *wire.Cuff `json:"cuff,omitempty"`
	Reading *readText  `json:"reading,omitempty"`
}

type faultText struct {
	Kind  string `json:"kind"`
	Bytes int    `json:"bytes"`
	Code  int    `json:"code"`
}

type readText struct {
	Values map[string]wire.Number `json:"values"`
	Absent map[string]string      `json:"absent,omitempty"`
	Flags  []string               `json:"flags,omitempty"`
	Spot   bool                   `json:"spot,omitempty"`
}

func (p *printer) keep(err error) {
	if p.failed == nil {
		p.failed = err
	}
}

func (p *printer) line(format string, args ...any) {
	_, err := fmt.Fprintf(p.out, format+"\n", args...)
	p.keep(err)
}

func (p *printer) begin(path string, d *devices.Driver, h capture.Header) {
	if p.json {
		return
	}
	text := fmt.Sprintf("%s: driver %s", path, d.Name)
	if h.Line.Baud > 0 {
		text += ", " + capture.FormatLine(h.Line)
	}
	if !h.From.IsZero() {
		text += ", from " + h.From.Format(time.RFC3339Nano)
	}
	p.line("%s", text)
}

func (p *printer) entry(e capture.Entry) {
	if !p.json {
		e.Tx, e.Waves = nil, nil // what was asked and how the pleth looked is not what a replay is for
		for _, l := range append(e.Notes, e.Lines()...) {
			p.line("+%v %s", e.Since, l)
		}
		return
	}
	say := func(v event) {
		v.SinceMS, v.At = float64(e.Since)/float64(time.Millisecond), &wire.Time{Time: e.At}
		p.keep(writeJSON(p.out, v))
	}
	for _, n := range e.Notes {
		say(event{Note: n})
	}
	for _, f := range e.Faults {
		say(event{Fault: &faultText{f.Kind.String(), f.Bytes, f.Code}})
	}
	if e.Refused != nil {
		say(event{Refused: e.Refused.Error()})
	}
	for i := range e.Cuff {
		say(event{Cuff: wire.NewCuff(&e.Cuff[i])})
	}
	for i := range e.Readings {
		r := &e.Readings[i]
		say(event{Reading: &readText{wire.Values(r), wire.Absences(r), r.Status.Names(), r.Spot}})
	}
}

func (p *printer) end(t capture.Totals) {
	if p.json {
		p.keep(writeJSON(p.out, map[string]any{"end": map[string]int{
			"received": t.Received, "sent": t.Sent, "frames": t.Frames, "framed": t.Framed, "dropped": t.Dropped,
			"waiting": t.Waiting(), "readings": t.Readings, "faults": t.Faults, "samples": t.Samples,
		}}))
		return
	}
	p.line("end: received %d bytes, %d of them in %d frames, dropped %d, waiting %d; readings %d, faults %d, samples %d",
		t.Received, t.Framed, t.Frames, t.Dropped, t.Waiting(), t.Readings, t.Faults, t.Samples)
}
