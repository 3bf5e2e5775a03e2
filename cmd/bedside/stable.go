package main

import (
	"fmt"

	"bedside/agent/config"
	"bedside/agent/serialport"
)

// bareNames says which ports have a better name than the configured one. It is no mistake, but after replugging a bare
// name may lead to another device.
func bareNames(c *config.Config, h serialport.Host) []string {
	var notes []string
	for _, d := range c.Devices {
		if name := h.StableName(d.Port); name != "" {
			notes = append(notes, fmt.Sprintf("%s: %s may be another device after replugging; write port: %s", d.Name, d.Port, name))
		}
	}
	return notes
}
