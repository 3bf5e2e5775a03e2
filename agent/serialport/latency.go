package serialport

import (
	_ "embed" // the udev rules are a file of their own
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// wantedLatency is the shortest setting of FTDI's latency timer; the driver's own is 16 ms, which makes waves jump and
// every value late.
const wantedLatency = time.Millisecond

//go:embed bedside.rules
var udevRules string

// UdevRules returns the text of the udev rules file that opens serial adapters to group dialout, keeps modem software
// away from them and shortens the latency timer of FTDI chips. It belongs into /etc/udev/rules.d/60-bedside.rules.
func UdevRules() string { return udevRules }

// Latency is the time for which an adapter may hold bytes back to send more at once.
type Latency struct {
	Adjustable bool          // the adapter has such a timer (FTDI); if not, the rest is zero
	Timer      time.Duration // what it is set to now
	Err        error         // why it is not 1 ms, in words for an IT person; nil if it is
}

// lowLatency sets the latency timer of the adapter behind path to 1 ms if there is one and the system allows it.
func (h Host) lowLatency(path string) Latency {
	device, err := filepath.EvalSymlinks(path)
	if err != nil {
		return Latency{} // gone again; the first read says so
	}
	tty := filepath.Base(device)
	file := filepath.Join(or(h.Sys, "/sys"), "class", "tty", tty, "device", "latency_timer")
	now, err := readTimer(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Latency{}
	}
	if err != nil {
		return Latency{Adjustable: true, Err: fmt.Errorf("serialport: %s: latency timer: %w", path, err)}
	}
	if now <= wantedLatency {
		return Latency{Adjustable: true, Timer: now}
	}
	failed := os.WriteFile(file, []byte("1"), 0)
	now, err = readTimer(file)
	if err = errors.Join(failed, err); err != nil || now > wantedLatency {
		err = fmt.Errorf("serialport: %s: the adapter holds bytes back for %v; install the udev rules (bedside doctor --udev): %w", path, now, orKept(err))
	}
	return Latency{Adjustable: true, Timer: now, Err: err}
}

var errKept = errors.New("the adapter kept its setting")

func orKept(err error) error {
	if err == nil {
		return errKept
	}
	return err
}

func readTimer(file string) (time.Duration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	ms, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, err
	}
	return time.Duration(ms) * time.Millisecond, nil
}
