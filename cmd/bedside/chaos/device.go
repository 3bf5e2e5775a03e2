package chaos

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"bedside/simulators"
	"bedside/simulators/pty"
)

// DeviceOptions say which device a process is.
type DeviceOptions struct {
	Kind  string // oximeter or cuff
	Link  string // stable name of its port
	Truth string // file of what it really sent, appended to
	Epoch time.Time
	Seed  uint64
	Room  int
	// Orders are lines "plug" and "unplug"; their end is the end of the device.
	Orders io.Reader
	Ready  func() // called once when the port is there
}

// RunDevice is one simulated device in a process of its own, on a pseudo-terminal, until ctx or the orders end. Everything it
// sends stands in its truth log before the bytes are on the line, so that the log outlives a kill.
func RunDevice(ctx context.Context, o DeviceOptions) (err error) {
	entry, err := model(o.Kind)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(o.Truth, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("chaos: truth log: %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	w := &truthful{device: entry.New(o.Seed), log: log, kind: o.Kind}
	course := newCourse(o.Seed, o.Room)
	truth := func(now time.Time) simulators.Vitals { return course.truth(now.Sub(o.Epoch)) }
	if o.Kind == cuffName {
		truth = pressed(truth)
	}
	port, err := pty.Open(pty.Options{Link: o.Link, Device: w, Truth: truth})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, port.Close()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.note(time.Now(), "started")
	go func() { // ends with the process at the latest: a read of standard input cannot be interrupted
		defer cancel()
		obey(o.Orders, port, w)
	}()
	o.Ready()
	return errors.Join(port.Run(ctx), w.failed)
}

// obey plugs and unplugs until there are no more orders.
func obey(orders io.Reader, port *pty.Port, w *truthful) {
	for lines := bufio.NewScanner(orders); lines.Scan(); {
		var err error
		order := lines.Text()
		switch order {
		case "plug":
			err = port.Plug()
		case "unplug":
			err = port.Unplug()
		}
		port.With(func() {
			if w.note(time.Now(), order+"ged"); err != nil {
				w.failed = errors.Join(w.failed, err)
			}
		})
	}
}

// truthful is a device that writes down what it sends.
type truthful struct {
	device simulators.Device
	kind   string
	log    *os.File
	lines  int
	second time.Time // of the last line of an oximeter
	bytes  int       // since then
	failed error
}

// Step lets the device live and notes what it says.
func (w *truthful) Step(now time.Time, truth simulators.Vitals, rx []byte) ([]byte, time.Time) {
	tx, wake := w.device.Step(now, truth, rx)
	w.bytes += len(tx)
	switch {
	case w.kind == cuffName && len(tx) > 0:
		w.note(now, fmt.Sprintf("sent %q", tx))
	case w.kind == oximeterName && now.Sub(w.second) >= time.Second:
		w.note(now, fmt.Sprintf("sent pulse_rate=%.0f spo2=%.0f bytes=%d", truth.PulseRate, truth.SpO2, w.bytes))
		w.second, w.bytes = now, 0
	}
	return tx, wake
}

// note writes one line: time, number, what.
func (w *truthful) note(now time.Time, what string) {
	w.lines++
	if _, err := fmt.Fprintf(w.log, "%s %d %s\n", now.UTC().Format(time.RFC3339Nano), w.lines, what); err != nil {
		w.failed = errors.Join(w.failed, err)
	}
}
