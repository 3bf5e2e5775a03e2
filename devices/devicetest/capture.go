package devicetest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"bedside/devices"
	"bedside/devices/capture"
)

// Start is the moment at which every case begins, whatever it says about its own.
var Start = capture.Epoch

// Event is one line of a capture.
type Event = capture.Event

// Capture is one recorded or written conversation with a device.
type Capture struct {
	Name      string // of its folder
	Settings  devices.Settings
	Wakes     bool // every call without bytes is an event; see package capture
	Unchecked bool // no check protects the numbers of this capture
	Events    []Event
}

// Bytes returns all bytes that the device sends in the capture.
func (c Capture) Bytes() []byte {
	var rx []byte
	for _, e := range c.Events {
		rx = append(rx, e.Rx...)
	}
	return rx
}

// listens reports whether the capture is of a device that talks unasked and takes no orders.
func (c Capture) listens() bool {
	for _, e := range c.Events {
		if e.Order != 0 || len(e.Tx) > 0 {
			return false
		}
	}
	return true
}

// Load reads the captures of dir: every folder in it that has an in.hex.
func Load(dir string) ([]Capture, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "in.hex"))
	if err != nil {
		return nil, fmt.Errorf("devicetest: %w", err)
	}
	captures := make([]Capture, 0, len(files))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("devicetest: %w", err)
		}
		c, err := Parse(filepath.Base(filepath.Dir(f)), string(text))
		if err != nil {
			return nil, err
		}
		captures = append(captures, c)
	}
	return captures, nil
}

// Parse reads the text of an in.hex file, which has the format of package capture and holds one conversation from its
// beginning. What a clinic captured is a case as it stands.
func Parse(name, text string) (Capture, error) {
	r, err := capture.NewReader(name, strings.NewReader(text))
	if err != nil {
		return Capture{}, fmt.Errorf("devicetest: %w", err)
	}
	h := r.Header()
	if h.Continues {
		return Capture{}, fmt.Errorf("devicetest: %s begins in the middle of a conversation", name)
	}
	c := Capture{Name: name, Settings: h.Settings, Wakes: h.Wakes, Unchecked: h.Unchecked}
	for {
		e, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return c, nil
		case err != nil:
			return Capture{}, fmt.Errorf("devicetest: %w", err)
		case e.Port == capture.Opened && len(c.Events) == 0:
			continue
		case e.Port == capture.Closed:
			return c, ended(r, name)
		case e.Port != 0:
			return Capture{}, fmt.Errorf("devicetest: %s, line %d: a second conversation; a case is one", name, e.Line)
		}
		c.Events = append(c.Events, e)
	}
}

// ended fails unless r is at its end.
func ended(r *capture.Reader, name string) error {
	e, err := r.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("devicetest: %w", err)
	}
	return fmt.Errorf("devicetest: %s, line %d: a second conversation; a case is one", name, e.Line)
}
