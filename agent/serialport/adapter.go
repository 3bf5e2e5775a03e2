package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Adapter is a serial port of the machine and what the system knows of the hardware behind it. Fields are empty where the
// system does not tell: a port on the board has no USB ids, and many a cheap adapter has no serial number.
type Adapter struct {
	Device string   // /dev/ttyUSB0; changes when adapters are plugged in another order
	ByID   []string // names below /dev/serial/by-id that lead here
	ByPath []string // names below /dev/serial/by-path that lead here

	Vendor, Product string // USB ids, four hexadecimal digits each
	Maker, Model    string // what the adapter says of itself
	Serial          string
	Interface       string // number of the interface, of an adapter with several ports
	Kernel          string // the kernel's driver, such as ftdi_sio

	Latency   time.Duration // for how long it may hold bytes back; zero if it has no such timer
	Console   bool          // the kernel or a sign-in uses it as a console
	LeftAlone bool          // udev tells ModemManager to keep away
}

// USB reports whether it is on the USB.
func (a *Adapter) USB() bool { return a.Vendor != "" }

// StableName returns the name that stays when adapters are plugged in another order: by-id, or by-path where another adapter
// of the list has the same id.
func (a *Adapter) StableName(all []Adapter) string {
	switch {
	case len(a.ByID) > 0 && len(a.Twins(all)) == 1:
		return a.ByID[0]
	case len(a.ByPath) > 0:
		return a.ByPath[0]
	}
	return a.Device
}

// Twins returns the devices of the adapters, a included, that the system cannot tell apart by what they say of themselves.
func (a *Adapter) Twins(all []Adapter) []string {
	var same []string
	for i := range all {
		b := &all[i]
		if b.Device == a.Device || a.USB() && b.Vendor == a.Vendor && b.Product == a.Product && b.Serial == a.Serial && b.Interface == a.Interface {
			same = append(same, b.Device)
		}
	}
	return same
}

// Words says what the adapter is, such as "FTDI FT232R (0403:6001, serial number A10K)".
func (a *Adapter) Words() string {
	if !a.USB() {
		return "port on the board"
	}
	text := strings.TrimSpace(a.Maker + " " + a.Model)
	if text == "" {
		text = "USB adapter"
	}
	text += " (" + a.Vendor + ":" + a.Product
	if a.Serial != "" {
		text += ", serial number " + a.Serial
	}
	return text + ")"
}

// Adapters returns the serial ports of the machine that have hardware behind them, in the order of their names. A machine
// that has none is no error.
func (h Host) Adapters() ([]Adapter, error) {
	class := filepath.Join(or(h.Sys, "/sys"), "class", "tty")
	entries, err := os.ReadDir(class)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("serialport: list of terminals: %w", err)
	}
	consoles := strings.Fields(line(filepath.Join(class, "console"), "active"))
	var list []Adapter
	for _, e := range entries {
		dir := filepath.Join(class, e.Name())
		hardware, err := filepath.EvalSymlinks(filepath.Join(dir, "device"))
		if err != nil || line(dir, "type") == "0" {
			continue // a console, a pseudo-terminal, or a place on the board where no chip is
		}
		a := Adapter{Device: filepath.Join(or(h.Dev, "/dev"), e.Name()), Kernel: linkName(hardware, "driver")}
		a.describe(hardware)
		a.ByID, a.ByPath = h.namesOf("by-id", e.Name()), h.namesOf("by-path", e.Name())
		a.LeftAlone = h.leftAlone(line(dir, "dev"))
		a.Console = slices.Contains(consoles, e.Name())
		if timer, err := readTimer(filepath.Join(hardware, "latency_timer")); err == nil { // few adapters have one
			a.Latency = timer
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(x, y Adapter) int { return strings.Compare(x.Device, y.Device) })
	return list, nil
}

// describe reads the USB device that the hardware of a terminal belongs to. It is some folders above: the terminal is of
// an interface, the interface of the device.
func (a *Adapter) describe(hardware string) {
	for dir := hardware; dir != "/" && dir != "."; dir = filepath.Dir(dir) {
		if n := line(dir, "bInterfaceNumber"); n != "" {
			a.Interface = n
		}
		if v := line(dir, "idVendor"); v != "" {
			a.Vendor, a.Product = v, line(dir, "idProduct")
			a.Maker, a.Model, a.Serial = line(dir, "manufacturer"), line(dir, "product"), line(dir, "serial")
			return
		}
	}
}

// leftAlone reports whether udev's rules keep ModemManager from the device with that number, such as 188:0. The file is
// that of udev's own database; udevadm info prints it.
func (h Host) leftAlone(number string) bool {
	text, err := os.ReadFile(filepath.Join(or(h.Run, "/run"), "udev", "data", "c"+number))
	return err == nil && strings.Contains(string(text), "E:ID_MM_DEVICE_IGNORE=1")
}

// namesOf returns the stable names of a kind that lead to a terminal.
func (h Host) namesOf(kind, tty string) []string {
	found, err := filepath.Glob(filepath.Join(or(h.Dev, "/dev"), "serial", kind, "*"))
	if err != nil {
		return nil // only a malformed pattern
	}
	found = slices.DeleteFunc(found, func(name string) bool {
		target, err := os.Readlink(name)
		return err != nil || filepath.Base(target) != tty
	})
	slices.Sort(found)
	return found
}

// line returns the first line of a small file of the system, or nothing. What an adapter says of itself is not trusted to
// be printable.
func line(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return -1
	}, first))
}

func linkName(dir, name string) string {
	target, err := os.Readlink(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return filepath.Base(target)
}

// Access returns nil if this process may read and write the device at path, else an [*Error] that says who may and what to
// do. It does not open the port.
func (h Host) Access(path string) error {
	err := unix.Faccessat(unix.AT_FDCWD, path, unix.R_OK|unix.W_OK, unix.AT_EACCESS)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return h.noDevice(path, err)
	}
	return permission(path, err)
}

// Process is a running program.
type Process struct {
	ID   int
	Name string // as the kernel shortens it to 15 bytes
	Args []string
}

// String returns "process 705 (minicom)".
func (p Process) String() string { return fmt.Sprintf("process %d (%s)", p.ID, p.Name) }

// Holders returns the programs, other than this one, that have the device at path open, as far as the system lets this
// user see: without being root, only one's own.
func (h Host) Holders(path string) []Process {
	device, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil
	}
	return h.processes(func(dir string) bool {
		open, err := filepath.Glob(filepath.Join(dir, "fd", "*"))
		return err == nil && slices.ContainsFunc(open, func(fd string) bool {
			target, err := os.Readlink(fd)
			return err == nil && target == device
		})
	})
}

// Running returns the programs of that name, other than this one.
func (h Host) Running(name string) []Process {
	return h.processes(func(dir string) bool { return line(dir, "comm") == name })
}

func (h Host) processes(wanted func(dir string) bool) []Process {
	proc := or(h.Proc, "/proc")
	dirs, err := filepath.Glob(filepath.Join(proc, "[0-9]*"))
	if err != nil {
		return nil // only a malformed pattern
	}
	var list []Process
	for _, dir := range dirs {
		id, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || id == os.Getpid() || !wanted(dir) {
			continue
		}
		p := Process{ID: id, Name: line(dir, "comm")}
		if text, err := os.ReadFile(filepath.Join(dir, "cmdline")); err == nil { // proc(5): each ends with a zero byte
			p.Args = strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Process) int { return a.ID - b.ID })
	return list
}
