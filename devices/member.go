package devices

// Member is one device of a room, as everything but its line sees it: its name there, and what it is.
type Member struct {
	Name   string
	Driver Driver // without parts; it describes this member alone
}

// Members returns the devices that stand behind one line to which a configuration gave that name: the device itself, or
// one for each part, called by the name, a dash and the kind, such as "monitor-cuff".
func (d *Driver) Members(name string) []Member {
	if len(d.Parts) == 0 {
		return []Member{{name, *d}}
	}
	members := make([]Member, len(d.Parts))
	for i, p := range d.Parts {
		one := *d
		one.Kind, one.Vitals, one.Rate, one.Starts, one.Parts = p.Kind, p.Vitals, p.Rate, p.Starts, nil
		members[i] = Member{name + "-" + p.Kind.String(), one}
	}
	return members
}
