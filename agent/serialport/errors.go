package serialport

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"go.bug.st/serial"
)

// Why a port cannot be opened, or stopped working. Test with errors.Is. A read that ran into its deadline is
// [os.ErrDeadlineExceeded], one that the own Close ended is [os.ErrClosed].
var (
	ErrNoDevice   = errors.New("no such device")                      // the name leads nowhere; also matches fs.ErrNotExist
	ErrBusy       = errors.New("in use by another program")           // another agent, or a program that claimed the port
	ErrPermission = errors.New("permission denied")                   // also matches fs.ErrPermission
	ErrNotSerial  = errors.New("not a serial port")                   // a file, a folder, another kind of device
	ErrLine       = errors.New("line settings not possible")          // baud rate, data bits, parity, stop bits
	ErrUnplugged  = errors.New("unplugged, or its adapter went away") // while the port was open
)

// Error is a failure of one port. Its text is one sentence with the port, the reason and, where there is one, the fix;
// the parts are there for a program that prints them on lines of their own.
type Error struct {
	Path  string // as configured
	Kind  error  // one of the errors above
	Why   string // more about it, such as who holds the port; empty if Kind says it all
	Fix   string // what a person can do; empty if nothing in particular
	Cause error  // what the system said, nil if it said nothing
}

// Error returns the sentence.
func (e *Error) Error() string {
	text := "serialport: " + e.Path + ": " + e.Reason()
	if e.Fix != "" {
		text += "; " + e.Fix
	}
	return text
}

// Reason returns what is wrong without the port and the fix, for an alert that staff read.
func (e *Error) Reason() string {
	if e.Why == "" {
		return e.Kind.Error()
	}
	return e.Kind.Error() + ": " + e.Why
}

// Unwrap returns the kind and the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// openError explains why path could not be opened.
func (h Host) openError(path string, err error) error {
	if pe, ok := errors.AsType[*serial.PortError](err); ok {
		switch pe.Code() {
		case serial.PortBusy:
			return busy(path, h.holderOf(path), err)
		case serial.PermissionDenied:
			return permission(path, err)
		case serial.PortNotFound:
			return h.noDevice(path, err)
		case serial.InvalidSpeed, serial.InvalidDataBits, serial.InvalidParity, serial.InvalidStopBits:
			return &Error{Path: path, Kind: ErrLine, Why: err.Error(), Fix: "check the driver that is configured for this port", Cause: err}
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.EIO):
		return h.noDevice(path, err)
	case errors.Is(err, fs.ErrPermission):
		return permission(path, err)
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EWOULDBLOCK):
		return busy(path, h.holderOf(path), err)
	}
	return notSerial(path, err)
}

func notSerial(path string, cause error) error {
	e := &Error{Path: path, Kind: ErrNotSerial, Fix: "check the name of the port", Cause: cause}
	if cause != nil {
		e.Why = cause.Error()
	}
	return e
}

// noDevice names the ports that are there, because the usual cause is a wrong name.
func (h Host) noDevice(path string, cause error) error {
	e := &Error{Path: path, Kind: ErrNoDevice, Fix: "plug it in, or correct the name of the port", Cause: cause}
	if names := h.StableNames(); len(names) > 0 {
		e.Fix += " (there now: " + strings.Join(names, ", ") + ")"
	}
	if !errors.Is(cause, fs.ErrNotExist) {
		e.Cause = errors.Join(cause, fs.ErrNotExist)
	}
	return e
}

func busy(path, holder string, cause error) error {
	return &Error{Path: path, Kind: ErrBusy, Why: holder, Fix: "stop that program, or give each device a port of its own", Cause: cause}
}

// permission says which group opens the port and how to get into it.
func permission(path string, cause error) error {
	e := &Error{
		Path: path, Kind: ErrPermission, Cause: cause,
		Fix: "install the udev rules (bedside doctor --udev), which give serial adapters to group dialout, and plug the adapter in again",
	}
	st, err := os.Stat(path)
	if err != nil {
		return e
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	me, err := user.Current()
	if !ok || err != nil || sys.Gid == 0 || st.Mode().Perm()&0o060 != 0o060 {
		return e // no group opens it: only a rule can help
	}
	gid := strconv.FormatUint(uint64(sys.Gid), 10)
	group := gid
	if g, err := user.LookupGroupId(gid); err == nil {
		group = g.Name
	}
	if ids, err := me.GroupIds(); err == nil && slices.Contains(ids, gid) {
		e.Why = fmt.Sprintf("user %q was put into group %q after this program, or its sign-in, started", me.Username, group)
		e.Fix = "sign out and in again, or restart the service"
		return e
	}
	e.Why = fmt.Sprintf("user %q is not in group %q", me.Username, group)
	e.Fix = fmt.Sprintf("run: sudo usermod -aG %s %s, then restart; or install the udev rules (bedside doctor --udev)", group, me.Username)
	return e
}

// ioError turns what a read or write returned into our errors. A nil err stays nil.
func (p *Port) ioError(err error) error {
	switch {
	case err == nil:
		return nil
	case p.closing.Load(), errors.Is(err, os.ErrClosed):
		return os.ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return os.ErrDeadlineExceeded
	case errors.Is(err, io.EOF): // a hang-up; not wrapped, since nobody who reads bytes should take it for a good end
		return p.unplugged(nil)
	case errors.Is(err, syscall.EIO), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV),
		errors.Is(err, syscall.EBADF), errors.Is(err, syscall.EPIPE):
		return p.unplugged(err)
	}
	return fmt.Errorf("serialport: %s: %w", p.path, err)
}

func (p *Port) unplugged(cause error) error {
	return &Error{Path: p.path, Kind: ErrUnplugged, Fix: "plug it in again; it is found by its name", Cause: cause}
}
