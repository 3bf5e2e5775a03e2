package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
	"bedside/devices"
	"bedside/devices/catalog"
)

// Load reads the configuration at path. The error is [Errors] if the file was read but is not valid, else it says why
// it could not be read. A site's profile that it names is read with it.
func Load(path string) (*Config, error) {
	src, err := read(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(path, src)
	if err != nil {
		return nil, err
	}
	c.locate(path)
	if _, _, err := c.RoomProfile(time.Now()); err != nil {
		return nil, err
	}
	return c, nil
}

// read returns the text of a configuration, cut where it is longer than any that is taken.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	src, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return src, nil
}

// Parse reads a configuration from src; name stands for the file in messages. The error is always [Errors].
func Parse(name string, src []byte) (*Config, error) {
	return parse(name, src, known{drivers: catalog.All(), conditions: profiles.BuiltIn().Conditions()})
}

// known is what the words of a file are checked against.
type known struct {
	drivers    []devices.Driver
	conditions []alerts.Condition
}

func parse(name string, text []byte, k known) (*Config, error) {
	s := document.New(name, text, form())
	root := document.Parse(s, text)
	if root == nil {
		return nil, s.Err()
	}
	c := Default()
	document.Decode(s, "", root, rootFields(c))
	check(s, c, k.drivers)
	c.conditions(s, k.conditions) // for its errors: the caller applies them to the conditions it runs with
	if err := s.Err(); err != nil {
		return nil, err
	}
	c.src, c.text = s, text
	return c, nil
}
