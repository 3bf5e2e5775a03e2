package config

import (
	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/devices"
)

// ParseWith parses against lists that do not change when a driver or a condition is added.
func ParseWith(name string, src []byte, drivers []devices.Driver, conditions []alerts.Condition) (*Config, error) {
	return parse(name, src, known{drivers: drivers, conditions: conditions})
}

// ParseChannels reads a file that has nothing but channels, and finds their files as if it were at name.
func ParseChannels(name, text string) ([]Channel, error) {
	s := document.New(name, []byte(text), form())
	root := document.Parse(s, []byte(text))
	if root == nil {
		return nil, s.Err()
	}
	var list []Channel
	document.Decode(s, "", root, []document.Field{channelsField(&list)})
	if err := s.Err(); err != nil {
		return nil, err
	}
	locateChannels(list, name)
	return list, nil
}
