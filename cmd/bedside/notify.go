package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"

	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/alerts/document"
)

func newNotify() *cobra.Command {
	c := &cobra.Command{
		Use:   "notify",
		Short: "Ways to the pockets of those who do not look at a screen",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newNotifyTest())
	return c
}

func newNotifyTest() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "test --config FILE [CHANNEL]",
		Short: "Send a test message through the channels of a station",
		Long: "Sends a real message through each channel of a station's configuration, or through one, and says how each fared.\n" +
			"The message says that it is a test and that nobody needs to come; whoever the channel reaches gets it.\n" +
			"That a server took it does not prove that a phone rang: look at the phone.\n\n" +
			"Exit codes: 0 all were sent, 1 one or more were not, 2 wrong usage or configuration.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return oneArgument("CHANNEL")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usageError{errors.New("--config FILE is missing: the configuration of the station says which channels there are")}
			}
			conf, err := loadChannels(file, args)
			if err != nil {
				return err
			}
			return testChannels(cmd.Context(), cmd.OutOrStdout(), conf)
		},
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE` of a station, such as /etc/bedside/station.yaml")
	return c
}

// loadChannels returns the configuration with the channels that are meant: all, or the one that is named.
func loadChannels(file string, names []string) (*config.Station, error) {
	conf, err := config.LoadStation(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError{fmt.Errorf("there is no configuration %s; README.md shows one to begin with", file)}
	case err != nil:
		return nil, usageError{err}
	case len(conf.Channels) == 0:
		return nil, usageError{fmt.Errorf("%s has no channels", file)}
	case len(names) == 0:
		return conf, nil
	}
	i := slices.IndexFunc(conf.Channels, func(c config.Channel) bool { return c.Name == names[0] })
	if i < 0 {
		known := make([]string, len(conf.Channels))
		for j := range conf.Channels {
			known[j] = conf.Channels[j].Name
		}
		return nil, usageError{fmt.Errorf("no channel is called %q; %s", names[0], document.Suggest(names[0], known))}
	}
	conf.Channels = conf.Channels[i : i+1]
	return conf, nil
}

func testChannels(ctx context.Context, out io.Writer, conf *config.Station) error {
	n, err := notify.New(notify.Options{Site: conf.Site, Channels: conf.Channels})
	if err != nil {
		return usageError{err}
	}
	failed := 0
	for i := range conf.Channels {
		name := conf.Channels[i].Name
		said := name + ": sent"
		if err := n.Test(ctx, name); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			failed++
			said = name + ": NOT sent: " + err.Error()
		}
		if _, err := fmt.Fprintln(out, said); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("not sent: %d of %d", failed, len(conf.Channels))
	}
	return nil
}
