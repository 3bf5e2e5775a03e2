package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/access"
	"bedside/agent/config"
	"bedside/agent/scan"
	"bedside/agent/setup"
)

// initOptions are the answers that came as flags.
type initOptions struct {
	file    string
	answers setup.Answers
	devices []string
	signIn  string
	probe   bool
	show    bool
}

func newInit() *cobra.Command {
	var o initOptions
	c := &cobra.Command{
		Use:   "init",
		Short: "Write the configuration of a room: what is connected is found, the rest is asked",
		Long: "Writes the configuration of a room. At a terminal it looks at every serial port and asks what it does not know; every\n" +
			"question is a flag, too, and without a terminal nothing is asked. What it writes is checked as bedside check config does.\n" +
			"It overwrites nothing but a file that has comments alone.\n\n" +
			"Exit codes: 0 written, 1 failed, 2 an answer is missing or cannot be used.",
		Example: "  bedside init\n" +
			"  bedside init --site clinic --room room-1 --device oximeter=DRIVER@/dev/ttyUSB0\n" +
			"  sudo bedside init --config /etc/bedside/bedside.yaml",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	f, a := c.Flags(), &o.answers
	f.StringVar(&o.file, "config", "bedside.yaml", "the `FILE` to write")
	f.StringVar(&a.Site, "site", "", "`WORD` for the site, such as clinic")
	f.StringVar(&a.Room, "room", "", "`WORD` for the room, unique within the site, such as room-1")
	f.StringArrayVar(&o.devices, "device", nil, "a device, `NAME=DRIVER@PORT`; with +agent behind it the agent may start it, with +same-arm it is on the oximeter's arm")
	f.StringVar(&a.Profile, "profile", "", "the `PROFILE` with the limits (default built-in)")
	f.StringVar(&a.ApprovedBy, "approved-by", "", "initials or function of the clinician who has confirmed the limits, `NAME`")
	f.StringVar(&a.ApprovedAt, "approved-at", "", "the `DAY` of that, such as 2026-11-22 (default today)")
	f.StringVar(&o.signIn, "sign-in", "", "people sign in at the page; `NAME` is the first admin, whose PIN comes from the terminal or a pipe")
	f.StringVar(&a.Credential, "credential", "", "`FILE` that the site's station gave to the room")
	f.StringVar(&a.Data, "data", "", "`FOLDER` of what is kept (default /var/lib/bedside, or beside the file where that cannot be written)")
	f.StringVar(&a.Page, "page", "", "where the room's page listens, `HOST:PORT` on loopback (default 127.0.0.1:8080)")
	f.StringVar(&a.NATS, "nats", "", "where the room's own NATS server listens, `HOST:PORT` on loopback (default 127.0.0.1:4222)")
	f.BoolVar(&o.probe, "probe", false, "ask devices that are silent who they are; take cuffs off arms first")
	f.BoolVar(&o.show, "show", false, "print what would be written, and write nothing")
	return c
}

func (o *initOptions) run(cmd *cobra.Command) error {
	missing, err := setup.Missing(o.file)
	if err != nil {
		return err
	}
	if !missing && !o.show {
		return usageError{fmt.Errorf("%s is there already, and is not overwritten; look at it with bedside check config %s", o.file, o.file)}
	}
	if err := o.parseDevices(); err != nil {
		return err
	}
	if err := o.complete(cmd); err != nil {
		return err
	}
	if o.answers.ApprovedBy != "" && o.answers.ApprovedAt == "" {
		o.answers.ApprovedAt = time.Now().Format(time.DateOnly)
	}
	if o.answers.Data == "" {
		o.answers.Data = setup.DataFolder(o.file)
	}
	if o.signIn != "" {
		o.answers.Access = filepath.Join(o.answers.Data, "access.db")
		if o.answers.Data == "" {
			o.answers.Access = "/var/lib/bedside/access.db"
		}
	}
	files, err := o.answers.Files(o.file, time.Now())
	if bad, ours := errors.AsType[setup.Problems](err); ours {
		return usageError{o.plain(bad)}
	}
	if err != nil {
		return err
	}
	if o.show {
		for _, f := range files {
			if err := say(cmd, "# %s\n%s", f.Name, f.Text); err != nil {
				return err
			}
		}
		return nil
	}
	return o.write(cmd, files)
}

// plain says the problems by the flags in which the answers came.
func (o *initOptions) plain(bad setup.Problems) error {
	var lines []string
	for _, p := range bad {
		flag, _, _ := strings.Cut(strings.ReplaceAll(p.Field, "_", "-"), "[")
		if flag == "devices" {
			flag = "device"
		}
		if flag != "" {
			flag = "--" + flag + ": "
		}
		lines = append(lines, flag+p.Text)
	}
	return errors.New(strings.Join(lines, "\n"))
}

// parseDevices reads the devices that came as flags.
func (o *initOptions) parseDevices() error {
	for _, text := range o.devices {
		name, rest, named := strings.Cut(text, "=")
		driver, port, placed := strings.Cut(rest, "@")
		d := setup.Device{Name: name, Driver: driver, Port: port}
		for _, mark := range []struct {
			word string
			to   *bool
		}{{"+same-arm", &d.SameArm}, {"+agent", &d.Agent}, {"+same-arm", &d.SameArm}} {
			if before, found := strings.CutSuffix(d.Port, mark.word); found {
				d.Port, *mark.to = before, true
			}
		}
		if !named || !placed {
			return usageError{fmt.Errorf("--device %q: write NAME=DRIVER@PORT, such as oximeter=DRIVER@/dev/ttyUSB0; bedside doctor names the driver", text)}
		}
		o.answers.Devices = append(o.answers.Devices, d)
	}
	return nil
}

// complete asks for what is missing, at a terminal; without one it says which flags are.
func (o *initOptions) complete(cmd *cobra.Command) error {
	in, ok := cmd.InOrStdin().(*os.File)
	if ok && isTerminal(in) {
		return o.ask(cmd, &asker{cmd: cmd, in: in})
	}
	var flags []string
	for _, one := range []struct {
		flag  string
		there bool
	}{{"--site", o.answers.Site != ""}, {"--room", o.answers.Room != ""}, {"--device", len(o.answers.Devices) > 0}} {
		if !one.there {
			flags = append(flags, one.flag)
		}
	}
	if len(flags) > 0 {
		return usageError{fmt.Errorf("there is no terminal to ask at, and %s missing; bedside doctor shows what is connected",
			strings.Join(flags, ", ")+map[bool]string{true: " is", false: " are"}[len(flags) == 1])}
	}
	return nil
}

// write puts the files in their places, reads them back as an agent would, and says what comes next.
func (o *initOptions) write(cmd *cobra.Command, files []setup.File) error {
	if err := setup.Write(o.file, files); err != nil {
		return err
	}
	conf, err := config.Load(o.file)
	if err != nil {
		return err
	}
	if err := say(cmd, "%s: good; room %s at %s, devices: %s", o.file, conf.Room, conf.Site, strings.Join(conf.Names(), ", ")); err != nil {
		return err
	}
	for _, p := range o.answers.Fits(cmd.Context(), "") {
		if p.Field == "page" && p.Code == "taken" {
			continue // by the page of a first run, perhaps, which gives it up
		}
		if err := say(cmd, "note: %s", p.Text); err != nil { // of this user and this moment; those of the agent may be others
			return err
		}
	}
	people, err := o.firstAdmin(cmd, conf)
	if err != nil {
		return err
	}
	next := "\nWatch over the room now:   bedside agent --config " + o.file
	at, err := filepath.Abs(o.file)
	if err != nil {
		return err
	}
	if at == serviceConfig {
		next = "\nWatch over the room, now and with the computer:\n  sudo systemctl enable --now bedside-agent"
	} else {
		next += "\nWith the computer: install the package, then  sudo bedside init --config " + serviceConfig
	}
	if o.answers.ApprovedBy == "" {
		next += "\n\nNobody has confirmed the limits yet: every screen says so until a clinician has."
	}
	return say(cmd, "%s", next+people)
}

// serviceConfig is the configuration of the service in the package.
const serviceConfig = "/etc/bedside/bedside.yaml"

// firstAdmin makes the file of people with its first admin. Root does not: the file would not be the agent's.
func (o *initOptions) firstAdmin(cmd *cobra.Command, conf *config.Config) (next string, err error) {
	if o.signIn == "" {
		return "", nil
	}
	add := fmt.Sprintf("bedside user add %s --role admin --config %s", o.signIn, o.file)
	enrol := "bedside device enrol NAME --config " + o.file
	if os.Geteuid() == 0 {
		return fmt.Sprintf("\n\nPeople and screens, as the user of the agent:\n  sudo -u bedside %s\n  sudo -u bedside %s", add, enrol), nil
	}
	pin, err := readPIN(cmd, o.signIn)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(conf.Console.Access), 0o700); err != nil {
		return "", err
	}
	people := accessOptions{conf: o.file}
	err = people.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, _ *config.Console) error {
		return a.AddPerson(ctx, who, o.signIn, access.Admin.String(), pin)
	})
	if err != nil {
		return "", fmt.Errorf("%s is written, but %w; then: %s", o.file, err, add)
	}
	return fmt.Sprintf("\n\n%s is admin. Let a screen see the page: %s", o.signIn, enrol), nil
}

// find looks at the ports and says what is there.
func (o *initOptions) find(cmd *cobra.Command) ([]scan.Port, error) {
	s := scan.New(scan.Options{})
	cmd.PrintErrln("Looking at the serial ports; this takes half a minute at most …")
	if err := s.Scan(cmd.Context(), nil, o.probe); err != nil {
		return nil, err
	}
	return s.View().Ports, context.Cause(cmd.Context())
}
