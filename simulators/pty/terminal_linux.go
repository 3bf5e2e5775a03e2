package pty

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// shelfLife is how long unread bytes may lie in the terminal before they are thrown away, once to twice that (our
// choice). A port that nobody has open keeps nothing; a terminal would keep 4 KB, ten seconds of an oximeter.
const shelfLife = 500 * time.Millisecond

// crowded is how many unread bytes are too many at any age: nearly the 4095 that the kernel's line discipline holds.
// Fast simulated time gets there before shelfLife.
const crowded = 3500

// control calls f with the descriptor of file without taking it from the runtime's poller, as File.Fd may.
func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return fmt.Errorf("pty: %w", err)
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return fmt.Errorf("pty: %w", err)
	}
	return inner
}

// pollable returns file in non-blocking mode, known to the runtime's poller so that deadlines work, which a terminal
// from the pty package is not. The file given is closed.
func pollable(file *os.File) (*os.File, error) {
	var again *os.File
	err := control(file, func(fd int) error {
		fresh, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("pty: duplicate: %w", err)
		}
		if err := unix.SetNonblock(fresh, true); err != nil {
			return errors.Join(fmt.Errorf("pty: non-blocking mode: %w", err), unix.Close(fresh))
		}
		again = os.NewFile(uintptr(fresh), file.Name())
		return nil
	})
	return again, errors.Join(err, file.Close())
}

// makeRaw switches off everything that a terminal does to bytes: echo, lines, signals, flow control, CR and NL.
func makeRaw(file *os.File) error {
	return control(file, func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return fmt.Errorf("pty: read settings: %w", err)
		}
		t.Iflag = 0
		t.Oflag = 0
		t.Lflag = 0
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CREAD | unix.CLOCAL
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		if err := unix.IoctlSetTermios(fd, unix.TCSETS, t); err != nil {
			return fmt.Errorf("pty: raw mode: %w", err)
		}
		return nil
	})
}

// release takes back the claim of exclusive use that a host has set and, killed, has not taken back. A serial port
// forgets it when the last program closes it; this terminal is never closed, because we hold it open.
func release(slave *os.File) error {
	return control(slave, func(fd int) error {
		if err := unix.IoctlSetInt(fd, unix.TIOCNXCL, 0); err != nil {
			return fmt.Errorf("pty: release: %w", err)
		}
		return nil
	})
}

// traffic knows how old the bytes that wait in a terminal can be.
type traffic struct {
	since   time.Time // start of the present period
	present int       // bytes written in it
	past    int       // and in the one before
	flushes int       // how often unread bytes were thrown away
}

// write sends b without ever waiting. What does not fit is lost, as is what has been lying unread for too long.
func (t *traffic) write(master, slave *os.File, b []byte, now time.Time) error {
	if now.Sub(t.since) >= shelfLife {
		t.since, t.past, t.present = now, t.present, 0
	}
	if len(b) == 0 {
		return nil
	}
	if err := control(slave, func(fd int) error {
		unread, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
		if err != nil {
			return fmt.Errorf("pty: unread bytes: %w", err)
		}
		if unread <= t.past+t.present && unread < crowded {
			return nil
		}
		if err := unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
			return fmt.Errorf("pty: flush: %w", err)
		}
		t.flushes++
		return nil
	}); err != nil {
		return err
	}
	t.present += len(b)
	return control(master, func(fd int) error {
		// A full terminal takes part of b or says EAGAIN: the rest is lost.
		if _, err := unix.Write(fd, b); err != nil && !errors.Is(err, unix.EAGAIN) {
			return fmt.Errorf("pty: write: %w", err)
		}
		return nil
	})
}
