package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/agent/record"
	"bedside/agent/whatif"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// again is what is asked of a recorded session.
type again struct {
	recorded
	profile string // id of a shipped profile, or a site's file
}

func (a *again) flags(c *cobra.Command) {
	c.Flags().StringVar(&a.session, "session", "", "judge a recorded session again: an exported `FILE`, or its code in the record")
	c.Flags().StringVar(&a.profile, "profile", "", "with --session: `PROFILE` to judge it by, a shipped one or a site's file")
	a.record.flags(c)
}

// used reports whether any flag about a session is set, and refuses what does not go together.
func (a *again) used(args []string, driver string) (bool, error) {
	switch {
	case a.session == "" && a.profile == "" && a.record == where{}:
		return false, nil
	case a.session == "":
		return false, usageError{errors.New("--session FILE or --session CODE is missing: --profile, --record and --config are about a recorded session")}
	case a.profile == "":
		return false, usageError{fmt.Errorf("--profile is missing: by which limits? Shipped are %s", strings.Join(profiles.Names(), ", "))}
	case len(args) > 0:
		return false, usageError{fmt.Errorf("%q is too much: --session judges a recorded session, captures are replayed without it", args[0])}
	case driver != "":
		return false, usageError{errors.New("--session and --driver do not go together: a recorded session has readings, not bytes")}
	}
	return true, nil
}

// run judges the session again and writes both sides.
func (a *again) run(cmd *cobra.Command, asJSON bool) error {
	p, err := a.judge(cmd)
	if err != nil {
		return err
	}
	c, err := whatif.Compare(p, func(take func(wire.Message) error) error {
		return a.each(cmd, func(e record.Event) error { return take(e.Message) })
	})
	switch {
	case errors.Is(err, whatif.ErrProfile):
		return usageError{err}
	case errors.Is(err, whatif.ErrNoStart):
		return fmt.Errorf("%s: %w", a.session, err)
	case err != nil:
		return err
	}
	if asJSON {
		return writeJSON(cmd.OutOrStdout(), c)
	}
	return c.Write(cmd.OutOrStdout())
}

// judge finds the profile to judge by: a shipped one, or a file.
func (a *again) judge(cmd *cobra.Command) (*profiles.Profile, error) {
	known, err := whatif.Profile(a.profile, profiles.Find)
	switch {
	case err == nil:
		return known, nil
	case !errors.Is(err, whatif.ErrNoProfile):
		return nil, usageError{err}
	}
	p, expired, err := config.ReadProfile(a.profile, time.Now())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError{fmt.Errorf("%s is neither a shipped profile (%s) nor a file", a.profile, strings.Join(profiles.Names(), ", "))}
	case err != nil:
		return nil, usageError{err}
	case len(expired) > 0:
		cmd.PrintErrf("note: a leave to loosen has run out, and the number of %s counts again: %s\n", p.Extends, strings.Join(expired, ", "))
	}
	return p, nil
}
