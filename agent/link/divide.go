package link

import "bedside/devices"

// Divide returns what takes the updates of a line and hands each of the devices behind it, which [devices.Driver.Members]
// lists, its share under its name. One device gets everything.
//
// State and reason are those of the line, so they are everybody's: a pulled cable is the loss of all. Frames and faults
// belong to nobody, and count once, for the first device.
func Divide(members []devices.Member, deliver func(device string, u Update)) func(Update) {
	if len(members) == 1 {
		return func(u Update) { deliver(members[0].Name, u) }
	}
	return func(u Update) {
		for i, m := range members {
			deliver(m.Name, u.share(m.Driver.Kind, i == 0))
		}
	}
}

// share returns the part of an update that is about the device of that kind.
func (u *Update) share(kind devices.Kind, first bool) Update {
	own := *u
	own.Readings = nil
	for i := range u.Readings {
		if u.Readings[i].Of == kind {
			own.Readings = append(own.Readings, u.Readings[i])
		}
	}
	if kind != devices.Oximeter {
		own.Waves = nil
	}
	if kind != devices.Cuff {
		own.Cuff = nil
	}
	if !first {
		own.Frames, own.Faults = 0, nil
	}
	return own
}
