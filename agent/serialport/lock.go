package serialport

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// lock claims the device itself, so that two programs that ask never share a port, whatever name, user or folder each
// of them uses. The kernel releases it when the process ends, however it ends.
func (h Host) lock(path string, file *os.File) error {
	var failed error
	err := control(file, func(fd int) { failed = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) })
	if err != nil {
		return fmt.Errorf("serialport: %s: lock: %w", path, err)
	}
	if errors.Is(failed, unix.EWOULDBLOCK) {
		return busy(path, h.holderOf(path), failed)
	}
	if failed != nil {
		return fmt.Errorf("serialport: %s: lock: %w", path, failed)
	}
	return nil
}

// holderOf says who has the lock on the device behind path, or nothing if the system does not tell.
func (h Host) holderOf(path string) string {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return ""
	}
	proc := or(h.Proc, "/proc")
	locks, err := os.ReadFile(filepath.Join(proc, "locks"))
	if err != nil {
		return ""
	}
	dev := uint64(st.Dev) //nolint:unconvert // it has other types on other systems
	// A line of /proc/locks (proc(5)): "1: FLOCK  ADVISORY  WRITE 705 00:19:3 0 EOF", with the device in hexadecimal.
	want := fmt.Sprintf("%02x:%02x:%d", unix.Major(dev), unix.Minor(dev), st.Ino)
	for lines := bufio.NewScanner(strings.NewReader(string(locks))); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] != "FLOCK" || f[5] != want {
			continue
		}
		name, err := os.ReadFile(filepath.Join(proc, f[4], "comm"))
		if err != nil {
			return "held by process " + f[4]
		}
		return fmt.Sprintf("held by process %s (%s)", f[4], strings.TrimSpace(string(name)))
	}
	return ""
}

// control runs f with the descriptor of file.
func control(file *os.File, f func(fd int)) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { f(int(fd)) })
}
