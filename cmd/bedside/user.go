package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"bedside/agent/access"
	"bedside/agent/config"
)

func newUser() *cobra.Command {
	return accessCommand(&cobra.Command{
		Use:   "user",
		Short: "Say who may sign in at a page, and as what",
		Long: "Says who may sign in at the page of a room or a station. People are initials or a function of 2 to 12 characters,\n" +
			"such as AK or RN-2, never full names: they stand in records and on screens. What is changed here counts in a running\n" +
			"agent within a second, and stands in its record.\n\n" +
			"Roles: viewer sees; nurse leads sessions and handles alarms; lead goes on although a rule says no, and takes data out;\n" +
			"admin looks after people and devices. Each may do what the ones before may.\n\n" +
			"The PIN is typed at the terminal, which does not show it, or comes through a pipe. It is never an argument.",
		Example: "  bedside user add AK --role admin --config /etc/bedside/bedside.yaml\n  bedside user list --config /etc/bedside/bedside.yaml",
	}, userAdd, userPIN, userRole, userRemove, userList)
}

func userAdd(o *accessOptions) *cobra.Command {
	var role string
	c := &cobra.Command{
		Use: "add NAME --role ROLE", Short: "Let somebody sign in", Args: arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := access.CheckPerson(args[0]); err != nil {
				return usageError{err}
			}
			if _, ok := access.ParseRole(role); !ok {
				return usageError{fmt.Errorf("--role %q: there are %s", role, strings.Join(access.Roles(), ", "))}
			}
			return o.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, _ *config.Console) error {
				pin, err := readPIN(cmd, args[0])
				if err != nil {
					return err
				}
				if err := a.AddPerson(ctx, who, args[0], role, pin); err != nil {
					return err
				}
				return say(cmd, "%s may sign in as %s", args[0], role)
			})
		},
	}
	c.Flags().StringVar(&role, "role", "", "`ROLE`: "+strings.Join(access.Roles(), ", "))
	return c
}

func userPIN(o *accessOptions) *cobra.Command {
	return &cobra.Command{
		Use: "pin NAME", Short: "Give somebody another PIN and sign them out", Args: arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, _ *config.Console) error {
				pin, err := readPIN(cmd, args[0])
				if err != nil {
					return err
				}
				if err := a.SetPIN(ctx, who, args[0], pin); err != nil {
					return err
				}
				return say(cmd, "%s has another PIN", args[0])
			})
		},
	}
}

func userRole(o *accessOptions) *cobra.Command {
	return &cobra.Command{
		Use: "role NAME ROLE", Short: "Give somebody another role", Args: arguments("NAME", "ROLE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd, func(ctx context.Context, a *access.Access, who access.Actor, _ *config.Console) error {
				if err := a.SetRole(ctx, who, args[0], args[1]); err != nil {
					return err
				}
				return say(cmd, "%s is %s now", args[0], args[1])
			})
		},
	}
}

func userRemove(o *accessOptions) *cobra.Command {
	return o.removal("remove NAME", "Let somebody sign in no longer", (*access.Access).RemovePerson, "%s may sign in no longer")
}

func userList(o *accessOptions) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List who may sign in", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd, func(_ context.Context, a *access.Access, _ access.Actor, _ *config.Console) error {
				rows := []string{"NAME\tROLE\tSINCE"}
				for _, p := range a.People() {
					rows = append(rows, p.Name+"\t"+p.Role+"\t"+p.Since.Format(moment))
				}
				return table(cmd, rows)
			})
		},
	}
}

func say(cmd *cobra.Command, format string, args ...any) error {
	_, err := fmt.Fprintf(cmd.OutOrStdout(), format+"\n", args...)
	return err
}
