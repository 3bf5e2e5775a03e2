package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bedside/agent/bus"
	"bedside/agent/wire"
)

const (
	answerTime = 8 * time.Second         // longer than an agent lets an order wait; our choice
	roomTime   = 5500 * time.Millisecond // every agent has said its status by then: one every 5 s
)

// roomOptions say which room is meant, and by whom.
type roomOptions struct {
	url, credentials, site, room, by string
	asJSON                           bool
}

func (o *roomOptions) flags(c *cobra.Command) {
	f := c.PersistentFlags()
	f.StringVar(&o.url, "nats", usualNATS, "`URL` of the NATS server")
	f.StringVar(&o.credentials, "credentials", "", "NATS credentials `FILE`")
	f.StringVar(&o.site, "site", "", "the room's `SITE` (default the only one that is heard)")
	f.StringVar(&o.room, "room", "", "the `ROOM` (default the only one that is heard)")
	f.StringVar(&o.by, "by", os.Getenv("BEDSIDE_BY"), "your `NAME` or initials (default $BEDSIDE_BY)")
	f.BoolVar(&o.asJSON, "json", false, "print the answer as one JSON object")
}

func (o *roomOptions) server() bus.AskOptions {
	return bus.AskOptions{URLs: []string{o.url}, CredentialsFile: o.credentials}
}

// find returns the address of the room: the one that is named, or the only one that is heard. An order must not reach
// another room by chance.
func (o *roomOptions) find(ctx context.Context) (wire.Room, error) {
	for _, token := range []string{o.site, o.room} {
		if token != "" && !wire.ValidToken(token) {
			return wire.Room{}, usageError{fmt.Errorf("%q names no site or room: use lower-case letters, digits and dashes", token)}
		}
	}
	if err := checkURL(o.url); err != nil {
		return wire.Room{}, err
	}
	if o.site != "" && o.room != "" {
		return wire.Room{Site: o.site, Room: o.room}, nil
	}
	named := func(token string) string {
		if token == "" {
			return "*"
		}
		return token
	}
	heard, err := bus.Overhear(ctx, o.server(), wire.Room{Site: named(o.site), Room: named(o.room)}.Status(), roomTime)
	if err != nil {
		return wire.Room{}, o.unreached(err)
	}
	rooms := make([]string, len(heard))
	for i, subject := range heard {
		words := strings.Split(strings.TrimPrefix(subject, wire.Prefix+"."), ".")
		rooms[i] = strings.Join(words[:len(words)-1], "/")
	}
	slices.Sort(rooms)
	switch len(rooms) {
	case 0:
		return wire.Room{}, fmt.Errorf("no room is heard at %s; is its agent running?", o.url)
	case 1:
		site, room, _ := strings.Cut(rooms[0], "/")
		return wire.Room{Site: site, Room: room}, nil
	}
	return wire.Room{}, usageError{fmt.Errorf("several rooms are heard: %s; say which with --site and --room", strings.Join(rooms, ", "))}
}

func (o *roomOptions) unreached(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	return fmt.Errorf("NATS server %s: %w; is the agent running?", o.url, err)
}

// order sends a command to the room and returns the agent's answer. A refusal is an error in the agent's words.
func (o *roomOptions) order(ctx context.Context, verb string, request wire.Request) (wire.Reply, error) {
	var reply wire.Reply
	if request.By = strings.TrimSpace(o.by); request.By == "" && !wire.Asks(verb) {
		return reply, usageError{errors.New("--by NAME is missing: say who gives the order")}
	}
	room, err := o.find(ctx)
	if err != nil {
		return reply, err
	}
	request.ID = rand.Text()
	payload, err := json.Marshal(request)
	if err != nil {
		return reply, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	answer, err := bus.Ask(ctx, o.server(), room.Command(verb), payload)
	switch {
	case errors.Is(err, bus.ErrNobody):
		return reply, fmt.Errorf("no agent answers for %s/%s", room.Site, room.Room)
	case errors.Is(err, context.DeadlineExceeded):
		return reply, fmt.Errorf("%s/%s does not answer; it is not known whether the order arrived: look before you repeat it", room.Site, room.Room)
	case err != nil:
		return reply, o.unreached(err)
	}
	if err := json.Unmarshal(answer, &reply); err != nil {
		return reply, fmt.Errorf("%s/%s answers what is not understood: %w", room.Site, room.Room, err)
	}
	return reply, nil
}

// carryOut gives an order and says what came of it.
func (o *roomOptions) carryOut(cmd *cobra.Command, verb string, request wire.Request) error {
	reply, err := o.order(cmd.Context(), verb, request)
	if err != nil {
		return err
	}
	if o.asJSON {
		err = writeJSON(cmd.OutOrStdout(), reply)
	} else if reply.OK {
		text := reply.Text
		if text == "" {
			text = "done"
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), text)
	}
	if err == nil && !reply.OK {
		return fmt.Errorf("refused: %s", reply.Text)
	}
	return err
}

// status returns what the room says of itself.
func (o *roomOptions) status(cmd *cobra.Command) (wire.Status, json.RawMessage, error) {
	var s wire.Status
	reply, err := o.order(cmd.Context(), wire.VerbSnapshot, wire.Request{})
	switch {
	case err != nil:
		return s, nil, err
	case !reply.OK:
		return s, nil, fmt.Errorf("refused: %s", reply.Text)
	}
	return s, reply.Data, json.Unmarshal(reply.Data, &s)
}

// arguments accepts as many as are named.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usageError{fmt.Errorf("%s is missing: %s (see %s --help)", names[len(args)], cmd.UseLine(), cmd.CommandPath())}
		case len(args) > len(names):
			return usageError{fmt.Errorf("%q is too much: %s (see %s --help)", args[len(names)], cmd.UseLine(), cmd.CommandPath())}
		}
		return nil
	}
}
