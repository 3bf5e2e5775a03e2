package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/access"
	"bedside/agent/scan"
	"bedside/agent/setup"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/devices/catalog"
)

// asker asks at a terminal.
type asker struct {
	cmd   *cobra.Command
	in    *os.File
	lines *bufio.Reader
}

// question asks until the answer is right; an empty one stands for usual.
func (a *asker) question(text, usual string, right func(string) error) (string, error) {
	if a.lines == nil {
		a.lines = bufio.NewReader(io.LimitReader(a.in, 64<<10))
	}
	for {
		if usual != "" {
			a.cmd.PrintErrf("%s [%s]: ", text, usual)
		} else {
			a.cmd.PrintErrf("%s: ", text)
		}
		answer, err := a.line()
		if err != nil {
			return "", err
		}
		if answer == "" {
			answer = usual
		}
		wrong := right(answer)
		if wrong == nil {
			return answer, nil
		}
		a.cmd.PrintErrf("  %v\n", wrong)
	}
}

// line reads one line, or ends with the program.
func (a *asker) line() (string, error) {
	type typed struct {
		text string
		err  error
	}
	read := make(chan typed, 1)
	go func() { // left behind when the context ends: a read from a terminal cannot be taken back, and the program ends then
		text, err := a.lines.ReadString('\n')
		read <- typed{text, err}
	}()
	select {
	case got := <-read:
		if got.err != nil {
			return "", errors.New("nothing was written: the answers ended")
		}
		return strings.TrimSpace(got.text), nil
	case <-a.cmd.Context().Done():
		return "", context.Cause(a.cmd.Context())
	}
}

func token(text string) error {
	if !wire.ValidToken(text) {
		return errors.New("use lower-case letters, digits and dashes, such as room-1")
	}
	return nil
}

// personOrNone takes initials, a function, or nobody.
func personOrNone(text string) error {
	if text == "" {
		return nil
	}
	return access.CheckPerson(text)
}

// ask asks for everything that no flag has answered.
func (o *initOptions) ask(cmd *cobra.Command, a *asker) (err error) {
	x := &o.answers
	if x.Site == "" {
		if x.Site, err = a.question("Word for the site, part of every message", "clinic", token); err != nil {
			return err
		}
	}
	if x.Room == "" {
		if x.Room, err = a.question("Word for this room, unique within the site", "room-1", token); err != nil {
			return err
		}
	}
	if len(x.Devices) == 0 {
		if err := o.askDevices(cmd, a); err != nil {
			return err
		}
	}
	if err := o.askLimits(cmd, a); err != nil {
		return err
	}
	if !cmd.Flags().Changed("sign-in") {
		o.signIn, err = a.question("Initials of the first admin, if people sign in at the page (empty: nobody does, and it stays on this computer)", "", personOrNone)
	}
	return err
}

// askDevices offers what was found, and takes what is named by hand.
func (o *initOptions) askDevices(cmd *cobra.Command, a *asker) error {
	ports, err := o.find(cmd)
	if err != nil {
		return err
	}
	for i := range ports {
		p := &ports[i]
		cmd.PrintErrf("  %s (%s): %s\n", p.Name, p.What, p.Says)
		if err := o.take(a, p); err != nil {
			return err
		}
	}
	for {
		text, err := a.question("Another device, as DRIVER PORT (empty: no more; ? lists the drivers)", "", func(text string) error {
			if text == "" && len(o.answers.Devices) == 0 {
				return errors.New("a room has at least one device")
			}
			if text == "?" {
				return errors.New(driverList())
			}
			if n := len(strings.Fields(text)); text != "" && n != 2 {
				return errors.New("write a driver, a space and a port")
			}
			return nil
		})
		if err != nil || text == "" {
			return err
		}
		words := strings.Fields(text)
		driver, known := catalog.Find(words[0])
		if !known {
			cmd.PrintErrf("  there is no driver %s\n%s\n", words[0], driverList())
			continue
		}
		if err := o.add(a, setup.Device{Driver: driver.Name, Port: words[1]}, driver.Kind.String(), driver.Starts); err != nil {
			return err
		}
	}
}

// take asks whether what was found on a port belongs to the room.
func (o *initOptions) take(a *asker, p *scan.Port) error {
	if len(p.Fits) == 0 {
		return nil
	}
	match := p.Fits[0]
	if len(p.Fits) > 1 {
		names := make([]string, len(p.Fits))
		for i := range p.Fits {
			names[i] = p.Fits[i].Driver
		}
		word, err := a.question("  Which of them is it ("+strings.Join(names, ", ")+"; empty: leave it out)", "", func(text string) error {
			if text != "" && !slices.Contains(names, text) {
				return errors.New("choose one of " + strings.Join(names, ", "))
			}
			return nil
		})
		if err != nil || word == "" {
			return err
		}
		match = p.Fits[slices.Index(names, word)]
	} else if yes, err := a.yes("  Does it belong to this room", true); err != nil || !yes {
		return err
	}
	return o.add(a, setup.Device{Driver: match.Driver, Variant: match.Variant, Port: p.Name}, match.Kind, match.Starts)
}

// add asks what is left to know of a device.
func (o *initOptions) add(a *asker, d setup.Device, kind string, starts bool) (err error) {
	if d.Name, err = a.question("  Name of the device", setup.Suggest(kind, o.answers.Devices), token); err != nil {
		return err
	}
	if starts {
		if d.Agent, err = a.yes("  May it be started from the room page, too", false); err != nil {
			return err
		}
	}
	o.answers.Devices = append(o.answers.Devices, d)
	return nil
}

func (a *asker) yes(text string, usual bool) (bool, error) {
	word := map[bool]string{true: "yes", false: "no"}[usual]
	answer, err := a.question(text+", yes or no", word, func(text string) error {
		if _, err := strconv.ParseBool(yesNo(text)); err != nil {
			return errors.New("yes or no?")
		}
		return nil
	})
	return yesNo(answer) == "true", err
}

func yesNo(text string) string {
	switch strings.ToLower(text) {
	case "y", "yes", "j", "ja":
		return "true"
	case "n", "no", "nein":
		return "false"
	}
	return ""
}

// askLimits asks for the profile and for who has confirmed it.
func (o *initOptions) askLimits(cmd *cobra.Command, a *asker) (err error) {
	x := &o.answers
	ids := append([]string{profiles.BuiltInID}, profiles.Names()...)
	if x.Profile == "" {
		x.Profile, err = a.question("Limits while no session runs ("+strings.Join(ids, ", ")+")", profiles.BuiltInID, func(text string) error {
			if !slices.Contains(ids, text) {
				return errors.New("choose one of them")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if x.Profile == profiles.BuiltInID || cmd.Flags().Changed("approved-by") {
		return nil
	}
	x.ApprovedBy, err = a.question("Initials or function of the clinician who has confirmed these limits (empty: nobody yet, and every screen says so)", "", personOrNone)
	if err != nil || x.ApprovedBy == "" || x.ApprovedAt != "" {
		return err
	}
	x.ApprovedAt, err = a.question("Day of that", time.Now().Format(time.DateOnly), func(text string) error {
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return errors.New("year, month and day, such as 2026-11-22")
		}
		return nil
	})
	return err
}

func driverList() string {
	var b strings.Builder
	for _, d := range catalog.All() {
		fmt.Fprintf(&b, "  %-9s %s\n", d.Name, d.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}
