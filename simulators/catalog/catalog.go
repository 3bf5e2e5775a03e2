// Package catalog lists the simulated devices there are. A new one is one line here.
package catalog

import (
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/and"
	"bedside/simulators/contec"
	"bedside/simulators/dinamap"
	"bedside/simulators/fivebyte"
	"bedside/simulators/masimo"
	"bedside/simulators/medlab"
	"bedside/simulators/nellcor"
	"bedside/simulators/nonin"
	"bedside/simulators/omron"
	"bedside/simulators/pm6750"
	"bedside/simulators/suntech"
	"bedside/simulators/terumo"
)

// Entry is a simulated device. It is a plain value.
type Entry struct {
	Name   string       // for command lines: lower-case letters, digits, dashes
	Title  string       // for people
	Kind   devices.Kind // of the first, if several devices share the port
	Driver string       // configuration word of the driver that understands it
	Frame  int          // bytes in a frame if all are alike, else 0; for faults that lose whole frames
	New    func(seed uint64) simulators.Device
}

// All returns every simulated device, oximeters first. The slice belongs to the caller.
func All() []Entry {
	return []Entry{
		{"nonin-df2", "Nonin Xpod, format 2", devices.Oximeter, "nonin", 5, oximeter(2)},
		{"nonin-df7", "Nonin Xpod, format 7", devices.Oximeter, "nonin", 5, oximeter(7)},
		{"nonin-df8", "Nonin Xpod, format 8", devices.Oximeter, "nonin", 4, oximeter(8)},
		{"nonin-df1", "Nonin WristOx2, format 1", devices.Oximeter, "nonin", 3, oximeter(1)},
		{"nonin-df13", "Nonin Onyx II, spot checks", devices.Oximeter, "nonin", 22, func(seed uint64) simulators.Device {
			return nonin.New(nonin.Options{Format: 13, Seed: seed, Stored: 2, Repeat: time.Minute})
		}},
		{"nonin-ascii", "Nonin 9600, lines of text", devices.Oximeter, "nonin", 0, oximeter(nonin.ASCII)},
		{"contec", "Contec CMS50D+", devices.Oximeter, "contec", 0, func(seed uint64) simulators.Device {
			return contec.New(contec.Options{Seed: seed})
		}},
		{"contec-pi", "Contec with perfusion index", devices.Oximeter, "contec", 0, func(seed uint64) simulators.Device {
			return contec.New(contec.Options{Seed: seed, PerfusionIndex: true, Documented: true, Undocumented: true})
		}},
		{"contec-old", "Contec CMS50D+, five-byte frames", devices.Oximeter, "fivebyte", 5, func(seed uint64) simulators.Device {
			return fivebyte.New(fivebyte.Options{Seed: seed})
		}},
		{"berry", "Berry oximeter, BCI protocol", devices.Oximeter, "fivebyte", 5, func(seed uint64) simulators.Device {
			return fivebyte.New(fivebyte.Options{Seed: seed, Berry: true})
		}},
		{"masimo", "Masimo Rad-8, ASCII 1", devices.Oximeter, "masimo", 0, func(seed uint64) simulators.Device {
			return masimo.New(masimo.Options{Seed: seed, Linger: 3})
		}},
		{"nellcor", "Nellcor N-560, ASCII", devices.Oximeter, "nellcor", 0, func(seed uint64) simulators.Device {
			return nellcor.New(nellcor.Options{Seed: seed})
		}},
		{"pm6750", "Berry PM6750 board", devices.Oximeter, "pm6750", 0, func(seed uint64) simulators.Device {
			return pm6750.New(pm6750.Options{Seed: seed, Marks: true})
		}},
		{"suntech", "SunTech Advantage", devices.Cuff, "suntech", 0, func(seed uint64) simulators.Device {
			return suntech.New(suntech.Options{Seed: seed})
		}},
		{"dinamap", "GE Dinamap ProCare", devices.Cuff, "dinamap", 0, func(seed uint64) simulators.Device {
			return dinamap.New(dinamap.Options{Seed: seed})
		}},
		{"and", "A&D TM-2657", devices.Cuff, "and", 0, func(seed uint64) simulators.Device {
			return and.New(and.Options{Seed: seed})
		}},
		{"omron-9030", "Omron HBP-9030, format 5", devices.Cuff, "omron", 55, func(seed uint64) simulators.Device {
			return omron.New(omron.Options{Seed: seed, Repeat: 5 * time.Minute})
		}},
		{"omron-9020", "Omron HBP-9020, mode 5", devices.Cuff, "omron", 60, func(seed uint64) simulators.Device {
			return omron.New(omron.Options{Seed: seed, HBP9020: true, Repeat: 5 * time.Minute})
		}},
		{"terumo", "Terumo BP-500", devices.Cuff, "terumo", 65, func(seed uint64) simulators.Device {
			return terumo.New(terumo.Options{Seed: seed, Repeat: 5 * time.Minute})
		}},
		{"medlab", "SINNOR N6, Medlab family", devices.Cuff, "medlab", 0, func(seed uint64) simulators.Device {
			return medlab.New(medlab.Options{Seed: seed})
		}},
	}
}

// Members returns the devices behind the port of e, to which a room gave that name: one, or several that are called as those
// of a driver with parts are.
func (e *Entry) Members(name string) []devices.Member {
	driver := devices.Driver{Name: e.Driver, Kind: e.Kind}
	if several, ok := e.New(0).(interface{ Kinds() []devices.Kind }); ok {
		for _, k := range several.Kinds() {
			driver.Parts = append(driver.Parts, devices.Part{Kind: k})
		}
	}
	return driver.Members(name)
}

// Find returns the simulated device with that name.
func Find(name string) (Entry, bool) {
	for _, e := range All() {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

func oximeter(format int) func(uint64) simulators.Device {
	return func(seed uint64) simulators.Device { return nonin.New(nonin.Options{Format: format, Seed: seed}) }
}
