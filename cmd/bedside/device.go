package main

import (
	"context"

	"github.com/spf13/cobra"

	"bedside/agent/access"
	"bedside/agent/config"
)

func newDevice() *cobra.Command {
	return accessCommand(&cobra.Command{
		Use:   "device",
		Short: "Say which computers and tablets may show a page",
		Long: "A page that has people (see bedside user) is shown on enrolled computers, tablets and phones only. Each is enrolled\n" +
			"once, by a code of ten minutes that is typed into its browser, and stays so until it is revoked.",
		Example: "  bedside device enrol station-1 --config /etc/bedside/station.yaml\n  bedside device revoke tablet-3 --config /etc/bedside/station.yaml",
	}, deviceEnrol, deviceList, deviceRevoke)
}

func deviceEnrol(o *accessOptions) *cobra.Command {
	var display bool
	c := &cobra.Command{
		Use: "enrol NAME", Short: "Make a code by which a browser becomes an enrolled device", Args: arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := access.CheckDevice(args[0]); err != nil {
				return usageError{err}
			}
			return o.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, c *config.Console) error {
				code, until, err := a.OfferEnrolment(ctx, who, args[0], display)
				if err != nil {
					return err
				}
				return say(cmd, "code   %s   good once, until %s\npage   %s   open it on the device and type the code", code, until.Format("15:04:05 MST"), pageOf(c))
			})
		},
	}
	c.Flags().BoolVar(&display, "display", false, "the device only shows, such as a screen on a wall that anybody can touch")
	return c
}

func deviceList(o *accessOptions) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the enrolled devices", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd, func(_ context.Context, a *access.Access, _ access.Actor, _ *config.Console) error {
				rows := []string{"NAME\tKIND\tBY\tSINCE"}
				for _, d := range a.Devices() {
					kind := "station"
					if d.Display {
						kind = "display"
					}
					rows = append(rows, d.Name+"\t"+kind+"\t"+d.By+"\t"+d.Since.Format(moment))
				}
				return table(cmd, rows)
			})
		},
	}
}

func deviceRevoke(o *accessOptions) *cobra.Command {
	return o.removal("revoke NAME", "End a device's enrolment, as when it was lost", (*access.Access).RevokeDevice, "%s is enrolled no longer")
}

// newStationEnrol is bedside station enrol, by which a nurses' station gets its screens.
func newStationEnrol() *cobra.Command {
	var o accessOptions
	c := deviceEnrol(&o)
	o.flags(c)
	return c
}
