package config

import (
	"bedside/alerts"
	"bedside/devices"
)

// ParseWith parses against lists that do not change when a driver or a condition is added.
func ParseWith(name string, src []byte, drivers []devices.Driver, conditions []alerts.Condition) (*Config, error) {
	return parse(name, src, known{drivers: drivers, conditions: conditions})
}
