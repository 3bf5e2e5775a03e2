// Package catalog lists the drivers there are. A new driver is one line here.
package catalog

import (
	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/contec"
	"bedside/devices/dinamap"
	"bedside/devices/fivebyte"
	"bedside/devices/masimo"
	"bedside/devices/medlab"
	"bedside/devices/nellcor"
	"bedside/devices/nonin"
	"bedside/devices/omron"
	"bedside/devices/pm6750"
	"bedside/devices/suntech"
	"bedside/devices/terumo"
)

// All returns every driver, in the order in which a list shows them: oximeters, then cuffs. The slice belongs to the
// caller. It is safe for concurrent use.
func All() []devices.Driver {
	return []devices.Driver{
		nonin.Driver(),
		contec.Driver(),
		fivebyte.Driver(),
		masimo.Driver(),
		nellcor.Driver(),
		pm6750.Driver(),
		suntech.Driver(),
		dinamap.Driver(),
		and.Driver(),
		omron.Driver(),
		terumo.Driver(),
		medlab.Driver(),
	}
}

// Find returns the driver with that configuration word. It is safe for concurrent use.
func Find(name string) (devices.Driver, bool) {
	for _, d := range All() {
		if d.Name == name {
			return d, true
		}
	}
	return devices.Driver{}, false
}
