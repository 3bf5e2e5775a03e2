package serialport

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"bedside/devices"
)

// Host is where the system's files are. The zero value is the machine itself; tests put folders of their own in.
type Host struct {
	Dev  string // "/dev" if empty: where the stable names are listed
	Sys  string // "/sys" if empty: where adapters have their settings
	Proc string // "/proc" if empty: where locks and programs are listed
	Run  string // "/run" if empty: where udev keeps what its rules said
}

func or(dir, standard string) string {
	if dir == "" {
		return standard
	}
	return dir
}

// Open opens the serial port of that name on this machine. See [Host.Open].
func Open(path string, line devices.Line) (*Port, error) { return Host{}.Open(path, line) }

// Open opens the port exclusively in raw mode, with line as its settings and no flow control, and discards what had
// arrived before: old bytes must not look current. It fails with an [*Error] and does not wait.
func (h Host) Open(path string, line devices.Line) (*Port, error) {
	mode, err := modeOf(line)
	if err != nil {
		return nil, &Error{Path: path, Kind: ErrLine, Why: err.Error(), Fix: "check the driver that is configured for this port", Cause: err}
	}
	// Followed once: a link that moves between two looks must not give the bytes of one device and the settings of another.
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, h.openError(path, err)
	}
	st, err := os.Stat(target) // before opening, which has effects on some devices
	if err != nil {
		return nil, h.openError(path, err)
	}
	if st.Mode()&os.ModeCharDevice == 0 || !h.terminal(st) {
		return nil, notSerial(path, nil)
	}
	file, err := os.OpenFile(target, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, h.openError(path, err)
	}
	lib, err := h.claim(path, target, file, mode)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	reader, err := newReader(file)
	if err != nil {
		return nil, errors.Join(err, lib.Close(), file.Close())
	}
	return &Port{path: path, file: file, reader: reader, lib: lib, latency: h.lowLatency(path)}, nil
}

// terminal reports whether a character device is one, as far as the system tells: it knows nothing of pseudo-terminals, and other
// systems than Linux nothing at all. To open something else can do harm: a watchdog that nobody feeds restarts the computer.
func (h Host) terminal(st os.FileInfo) bool {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	number := uint64(sys.Rdev) //nolint:unconvert // its type is another one on other systems
	subsystem := linkName(filepath.Join(or(h.Sys, "/sys"), "dev", "char", fmt.Sprintf("%d:%d", unix.Major(number), unix.Minor(number))), "subsystem")
	return subsystem == "" || subsystem == "tty"
}

// claim makes file, the device target that path led to, ours alone and sets the line.
func (h Host) claim(path, target string, file *os.File, mode *serial.Mode) (serial.Port, error) {
	if err := h.lock(path, file); err != nil {
		return nil, err
	}
	lib, err := serial.Open(target, mode)
	if err != nil {
		return nil, h.openError(path, err)
	}
	if err := lib.ResetInputBuffer(); err != nil {
		return nil, errors.Join(h.openError(path, err), lib.Close())
	}
	if replaced(path, file) {
		return nil, errors.Join(moved(path), lib.Close())
	}
	return lib, nil
}

func modeOf(line devices.Line) (*serial.Mode, error) {
	m := &serial.Mode{BaudRate: line.Baud, DataBits: line.DataBits, StopBits: serial.OneStopBit}
	if line.Baud <= 0 {
		return nil, fmt.Errorf("%d baud", line.Baud)
	}
	if line.DataBits < 5 || line.DataBits > 8 {
		return nil, fmt.Errorf("%d data bits", line.DataBits)
	}
	switch line.StopBits {
	case 1:
	case 2:
		m.StopBits = serial.TwoStopBits
	default:
		return nil, fmt.Errorf("%d stop bits", line.StopBits)
	}
	switch line.Parity {
	case devices.NoParity:
	case devices.OddParity:
		m.Parity = serial.OddParity
	case devices.EvenParity:
		m.Parity = serial.EvenParity
	default:
		return nil, fmt.Errorf("parity %d", line.Parity)
	}
	return m, nil
}

// Present reports whether name leads to something now. It costs microseconds, so that it may be asked several times a
// second while a cable is out.
func Present(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// StableNames lists the names under /dev/serial that survive replugging, by-id first. It is empty where the system has
// none: they are a convenience of udev and some releases lost them.
func (h Host) StableNames() []string {
	var names []string
	for _, dir := range []string{"by-id", "by-path"} {
		found, err := filepath.Glob(filepath.Join(or(h.Dev, "/dev"), "serial", dir, "*"))
		if err != nil {
			continue // only a malformed pattern; the names are a hint
		}
		slices.Sort(found)
		names = append(names, found...)
	}
	return names
}
