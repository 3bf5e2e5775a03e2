package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/link"
	"bedside/agent/serialport"
	"bedside/agent/tap"
	"bedside/devices"
	"bedside/devices/capture"
)

// captureOptions are the flags of bedside capture.
type captureOptions struct {
	driver, line, lasts string
	force               bool
}

func newCapture() *cobra.Command {
	var o captureOptions
	c := &cobra.Command{
		Use:   "capture PORT FILE",
		Short: "Write down what a device says, for bedside replay",
		Long: "Writes the bytes of a serial port into a file, with their times, until Ctrl+C. Without a driver it only listens.\n" +
			"With one, the driver asks its device what it always asks; a cuff is never started. The file is text that a person\n" +
			"can read. It holds what the device measured: data about a person, though nobody is named.\n\n" +
			"Exit codes: 0 ended on request, 1 the port was lost or the file cannot be written (what came before is kept),\n" +
			"2 wrong usage.",
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) < 2:
				what := []string{"PORT", "FILE"}[len(args)]
				return usageError{fmt.Errorf("%s is missing: %s (see %s --help)", what, cmd.UseLine(), cmd.CommandPath())}
			case len(args) > 2:
				return usageError{fmt.Errorf("%q is too much: %s (see %s --help)", args[2], cmd.UseLine(), cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := o.recording(args[0], args[1])
			if err != nil {
				return err
			}
			return r.run(cmd)
		},
	}
	c.Flags().StringVar(&o.driver, "driver", "", "`NAME` of the driver that may ask its questions")
	c.Flags().StringVar(&o.line, "line", "", "line `SETTINGS`, such as 9600-8N1; without them, those of the driver")
	c.Flags().StringVar(&o.lasts, "for", "", "end by itself after this `TIME`, such as 60s")
	c.Flags().BoolVar(&o.force, "force", false, "replace a FILE that is there")
	return c
}

// recording is one run of bedside capture.
type recording struct {
	port, path string
	force      bool
	lasts      time.Duration // zero: until Ctrl+C
	driver     devices.Driver
	header     capture.Header

	opened tap.Port // handed to the link once
	frames int
	lost   string // why the port was lost
}

// recording checks the flags.
func (o *captureOptions) recording(port, path string) (*recording, error) {
	r := &recording{port: port, path: path, force: o.force, driver: listener(), header: capture.Header{By: version}}
	if o.lasts != "" {
		d, err := time.ParseDuration(o.lasts)
		if err != nil || d <= 0 {
			return nil, usageError{fmt.Errorf("--for %q is no time; write it with a unit, like 60s or 5m", o.lasts)}
		}
		r.lasts = d
	}
	if o.driver == "" && o.line == "" {
		return nil, usageError{errors.New("how does the device speak? give --driver NAME, or --line SETTINGS such as 9600-8N1")}
	}
	if o.driver != "" {
		d, err := findDriver(o.driver)
		if err != nil {
			return nil, err
		}
		r.driver, r.header.Driver = d, d.Name
	}
	variant := r.driver.Lines()[0]
	if o.line != "" {
		l, err := capture.ParseLine(o.line)
		if err != nil {
			return nil, usageError{fmt.Errorf("--line: %w", err)}
		}
		if variant.Line != l {
			variant = devices.Variant{Line: l}
		}
		for _, v := range r.driver.Variants {
			if v.Line == l {
				variant = v
				break
			}
		}
	}
	// One conversation, at one setting, however silent the device is: that is what a capture is.
	r.driver.Line, r.driver.Variants, r.driver.MaxSilence = variant.Line, nil, 0
	if variant.Name != "" {
		r.driver.Variants = []devices.Variant{variant}
	}
	r.header.Settings.Variant = variant.Name
	inner := r.driver.NewSession
	r.driver.NewSession = func(s devices.Settings) (devices.Session, error) {
		session, err := inner(s)
		return counting{session, &r.frames}, err
	}
	return r, nil
}

// listener is a driver that says nothing and understands nothing.
func listener() devices.Driver {
	return devices.Driver{NewSession: func(devices.Settings) (devices.Session, error) { return silence{}, nil }}
}

// counting is a session whose frames are counted. It takes no orders, whatever the one inside would take.
type counting struct {
	devices.Session
	frames *int
}

func (c counting) Step(now time.Time, rx []byte) devices.Output {
	out := c.Session.Step(now, rx)
	*c.frames += out.Frames
	return out
}

type silence struct{}

func (silence) Step(time.Time, []byte) devices.Output { return devices.Output{} }

// run captures until the context ends, the time is over, or the port or the file fails.
func (r *recording) run(cmd *cobra.Command) (err error) {
	port, err := serialport.Open(r.port, r.driver.Line)
	if err != nil {
		return err
	}
	r.opened = port
	file, err := r.create()
	if err != nil {
		return errors.Join(err, port.Close())
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	cmd.PrintErrf("Capturing %s at %v into %s. Ctrl+C ends.\n", r.port, r.driver.Line, r.path)
	ctx := cmd.Context()
	if r.lasts > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, r.lasts)
		defer stop()
	}
	began := time.Now()
	t := tap.New(r.header, time.Now)
	err = r.converse(ctx, t, file)
	counts := t.Counts()
	text := fmt.Sprintf("%s: %d bytes from the device, %d to it", r.path, counts.Rx, counts.Tx)
	if r.header.Driver != "" {
		text += fmt.Sprintf(", %d frames of %s", r.frames, r.header.Driver)
	}
	_, printing := fmt.Fprintf(cmd.OutOrStdout(), "%s, in %v\n", text, time.Since(began).Round(time.Second/10))
	if counts.Rx == 0 && err == nil {
		cmd.PrintErrf("Nothing came: is the device on, its cable in, and this its speed?\n")
	}
	return errors.Join(err, printing)
}

// create makes the file. One that is there is data that somebody may want.
func (r *recording) create() (*os.File, error) {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if r.force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(r.path, how, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usageError{fmt.Errorf("%s is there already; choose another name, or --force to replace it", r.path)}
	}
	return file, err
}

// converse lets the driver talk, and writes until the last byte is in the file.
func (r *recording) converse(ctx context.Context, t *tap.Tap, file *os.File) error {
	talking, hangUp := context.WithCancel(ctx)
	defer hangUp()
	l, err := link.New(link.Options{
		Name: "device", Port: r.port, Driver: r.driver, Settings: r.header.Settings, Log: slog.New(slog.DiscardHandler),
		Open: func(_ context.Context, line devices.Line) (link.Port, error) {
			if r.opened == nil { // it was lost, and the link looks for it
				hangUp()
				return nil, errors.New("capture: one conversation is enough")
			}
			p := t.Open(r.opened, line)
			r.opened = nil
			return p, nil
		},
		Deliver: func(u link.Update) {
			if u.State == link.Lost && r.lost == "" {
				r.lost = u.Why
				hangUp()
			}
		},
	})
	if err != nil {
		return errors.Join(err, r.opened.Close())
	}
	writing, finish := context.WithCancel(context.WithoutCancel(ctx))
	defer finish()
	written := make(chan error, 1)
	go func() {
		err := tap.ToFile(writing, t, file)
		if err != nil {
			hangUp()
		}
		written <- err
	}()
	err = l.Run(talking)
	finish()
	err = errors.Join(err, <-written)
	if r.lost != "" {
		err = errors.Join(fmt.Errorf("%s: %s", r.port, r.lost), err)
	}
	return err
}
