package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"bedside/agent/config"
	"bedside/agent/machine"
)

// Fits returns what of the answers this computer does not go along with, as far as can be told without doing it: a folder that cannot be
// made or written, an address at which somebody listens already, a credential that cannot be read. A configuration that was written
// is never asked for again, so one with which the agent cannot begin would be a room that nobody watches. held is the address at which
// the caller itself listens, and which it will give up; nothing is left behind.
func (a *Answers) Fits(ctx context.Context, held string) Problems {
	var j judge
	usual := config.Default()
	folder := cmp.Or(a.Data, filepath.Dir(usual.Record.Path))
	if err := writable(folder); err != nil {
		j.fail("data", "unwritable", "%s cannot be written by this program: %v", folder, err)
	}
	j.listens(ctx, "page", cmp.Or(a.Page, usual.Console.Listen), held)
	if a.Credential == "" {
		j.listens(ctx, "nats", cmp.Or(a.NATS, usual.NATS.Listen), held)
	} else if f, err := os.Open(a.Credential); err != nil {
		j.fail("credential", "unreadable", "%s cannot be read by this program: %v", a.Credential, reason(err))
	} else if err := f.Close(); err != nil {
		j.fail("credential", "unreadable", "%s cannot be read by this program: %v", a.Credential, reason(err))
	}
	return j.bad
}

// listens reports an address that cannot be had.
func (j *judge) listens(ctx context.Context, field, address, held string) {
	if address == held {
		return
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		err = l.Close()
	}
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, syscall.EADDRINUSE):
		j.fail(field, "taken", "another program listens at %s already; take another port", address)
	default:
		j.fail(field, "address", "nothing can listen at %s: %v; write an address of this computer, such as 127.0.0.1:8080", address, reason(err))
	}
}

// writable says why no file can be made in a folder, which may have to be made itself.
func writable(folder string) error {
	at := machine.Nearest(folder)
	info, err := os.Stat(at)
	if err != nil {
		return reason(err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file", at)
	}
	return reason(machine.Writable(at))
}

// reason takes the call and the name off an error of the system: people know what they wrote.
func reason(err error) error {
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number
	}
	return err
}
