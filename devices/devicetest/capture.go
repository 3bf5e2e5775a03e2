package devicetest

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bedside/devices"
)

// Start is the moment at which every capture begins: an arbitrary one, our choice.
var Start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Event is one line of a capture. Exactly one of its fields but Line is set.
type Event struct {
	Line   int             // in in.hex, counted from 1
	Rx     []byte          // bytes from the device
	Wait   time.Duration   // time that passes
	Tx     []byte          // bytes that the driver must have written next
	Order  devices.Command // an order to the device
	orders bool
}

// Capture is one recorded or written conversation with a device.
type Capture struct {
	Name      string // of its folder
	Settings  devices.Settings
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
		if e.orders || len(e.Tx) > 0 {
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

// Parse reads the text of an in.hex file, whose format the package comment gives.
func Parse(name, text string) (Capture, error) {
	c := Capture{Name: name}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if err := c.add(i+1, line); err != nil {
			return Capture{}, fmt.Errorf("devicetest: %s, line %d: %w", name, i+1, err)
		}
	}
	return c, nil
}

func (c *Capture) add(n int, line string) error {
	e := Event{Line: n}
	var err error
	rest := strings.TrimSpace(line[1:])
	switch line[0] {
	case '=':
		return c.set(rest)
	case '@':
		e.Wait, err = time.ParseDuration(strings.TrimPrefix(rest, "+"))
	case '>':
		e.Tx, err = parseHex(rest)
	case '!':
		e.Order, err = parseOrder(rest)
		e.orders = true
	default:
		e.Rx, err = parseHex(line)
	}
	c.Events = append(c.Events, e)
	return err
}

func (c *Capture) set(setting string) error {
	if len(c.Events) > 0 {
		return fmt.Errorf("setting %q after the first event", setting)
	}
	word, arg, _ := strings.Cut(setting, " ")
	switch word {
	case "allow-start":
		c.Settings.AllowStart = true
	case "initial-pressure":
		p, err := strconv.Atoi(strings.TrimSpace(arg))
		if err != nil {
			return fmt.Errorf("initial-pressure: %w", err)
		}
		c.Settings.InitialPressure = p
	case "unchecked":
		c.Unchecked = true
	default:
		return fmt.Errorf("unknown setting %q", setting)
	}
	return nil
}

func parseHex(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil, fmt.Errorf("bytes: %w", err)
	}
	return b, nil
}

func parseOrder(s string) (devices.Command, error) {
	for _, c := range []devices.Command{devices.CuffStart, devices.CuffStop} {
		if c.String() == s {
			return c, nil
		}
	}
	return 0, fmt.Errorf("unknown order %q", s)
}
