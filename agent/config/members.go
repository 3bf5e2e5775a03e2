package config

import (
	"fmt"

	"bedside/agent/wire"
	"bedside/alerts/document"
	"bedside/devices"
	"bedside/devices/catalog"
)

// Names returns the names of the devices as the room has them: a line with several devices is several.
func (c *Config) Names() []string {
	var names []string
	drivers := catalog.All()
	for i := range c.Devices {
		driver := driverNamed(drivers, c.Devices[i].Driver)
		if driver == nil {
			names = append(names, c.Devices[i].Name) // it has to be found first
			continue
		}
		for _, m := range driver.Members(c.Devices[i].Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// member is a device of the room and where it stands in the file.
type member struct {
	devices.Member
	entry *Device // of the file
	known bool    // its driver is one that there is
	at    document.Place
}

// members returns the devices that an entry stands for; none if its name was not decoded.
func members(s *document.Source, i int, d *Device, drivers []devices.Driver) []member {
	at, ok := s.At[fmt.Sprintf("devices[%d].name", i)]
	if !ok {
		return nil
	}
	driver := driverNamed(drivers, d.Driver)
	if driver == nil {
		return []member{{devices.Member{Name: d.Name}, d, false, at}}
	}
	var list []member
	for _, m := range driver.Members(d.Name) {
		list = append(list, member{m, d, true, at})
	}
	return list
}

// checkMembers reports names that two devices of the room would have, one of them at least because a driver has parts. It
// returns all devices of the room.
func checkMembers(s *document.Source, c *Config, drivers []devices.Driver) []member {
	var room []member
	for i := range c.Devices {
		own := members(s, i, &c.Devices[i], drivers)
		for _, m := range own {
			if len(own) > 1 && !wire.ValidToken(m.Name) {
				s.Fail(m.at, "driver %s makes %q of this name, which is too long", c.Devices[i].Driver, m.Name)
				break
			}
			for _, other := range room {
				if m.Name == other.Name && m.entry.Name != other.entry.Name { // equal ones are reported as such
					s.Fail(m.at, "this makes a second device %s, the first is in line %d; a device behind a line of several is "+
						"called by the name of its line and its kind", document.Clip(m.Name), other.at.Line)
				}
			}
		}
		room = append(room, own...)
	}
	return room
}

// checkArm reports a same_arm_as that does not lead from a cuff to an oximeter.
func checkArm(s *document.Source, path string, own, room []member, d *Device) {
	at, ok := s.At[path+".same_arm_as"]
	if !ok {
		return
	}
	const direction = "same_arm_as is written at a cuff and names the oximeter that it blanks"
	isCuff, known := false, len(own) > 0
	for _, m := range own {
		isCuff, known = isCuff || m.Driver.Kind == devices.Cuff, known && m.known
	}
	var names []string
	for _, m := range room {
		if m.Name == d.SameArmAs {
			if known && m.known && (!isCuff || m.Driver.Kind != devices.Oximeter) {
				s.Fail(at, direction)
			}
			return
		}
		if len(own) > 1 && m.Driver.Kind == devices.Oximeter || len(own) == 1 && m.Name != d.Name {
			names = append(names, m.Name)
		}
	}
	s.Fail(at, "no device is called %q; %s", d.SameArmAs, document.Suggest(d.SameArmAs, names))
}
