package scenario

import (
	"fmt"
	"slices"
	"time"

	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/devices"
	"bedside/simulators/catalog"
)

// finish puts the parts of the story together and reports what is wrong with their meaning. It looks only at what was
// decoded without an error.
func (d *draft) finish(s *document.Source) {
	if len(d.doses) > 0 {
		first := d.doses[0]
		d.Patient.Route, d.Patient.DoseAt, d.Patient.Response = first.Route, first.At, first.Response
		for _, later := range d.doses[1:] {
			d.Patient.Later = append(d.Patient.Later, later.Dose)
		}
	}
	d.Forbid, d.ForbidOthers = d.forbid.list, d.forbid.others
	d.checkDevices(s)
	d.checkTimes(s)
	for i := range d.Events {
		checkEvent(s, fmt.Sprintf("events[%d]", i), &d.Events[i])
	}
	for i := range d.Faults {
		path := fmt.Sprintf("faults[%d].device", i)
		if at, ok := s.At[path]; ok && !slices.Contains(d.ports(), d.Faults[i].Device) {
			s.Fail(at, "no cable leads to %q; %s", d.Faults[i].Device, document.Suggest(d.Faults[i].Device, d.ports()))
		}
	}
	for i := range d.actions {
		d.checkAction(s, fmt.Sprintf("actions[%d]", i), &d.actions[i])
	}
	d.checkSession(s)
	d.expand()
	for i := range d.Expect {
		d.checkExpectation(s, fmt.Sprintf("expect[%d]", i), &d.Expect[i])
	}
	d.checkProfiles(s)
}

// ports returns the names that the story gives to its devices, and so to their cables.
func (s *Scenario) ports() []string {
	list := make([]string, len(s.Devices))
	for i, d := range s.Devices {
		list[i] = d.Name
	}
	return list
}

// names returns the names of the devices of a kind, of all for kind 0, as the room calls them.
func (s *Scenario) names(kind devices.Kind) []string {
	var list []string
	for i := range s.Devices {
		for _, m := range s.Devices[i].Members() {
			if (kind == 0 || m.Driver.Kind == kind) && !slices.Contains(list, m.Name) {
				list = append(list, m.Name)
			}
		}
	}
	return list
}

// checkName reports a name that the room would have twice.
func (d *draft) checkName(s *document.Source, i int) {
	at, ok := s.At[fmt.Sprintf("devices[%d].name", i)]
	if !ok {
		return
	}
	for j := range d.Devices[:i] {
		if d.Devices[j].Name == d.Devices[i].Name {
			s.Fail(at, "the name %s is used twice", d.Devices[i].Name)
			return
		}
	}
	for _, own := range d.Devices[i].Members() {
		for j := range d.Devices[:i] {
			if slices.ContainsFunc(d.Devices[j].Members(), func(m devices.Member) bool { return m.Name == own.Name }) {
				s.Fail(at, "this makes a second device %s", own.Name)
				return
			}
		}
	}
}

func (d *draft) checkDevices(s *document.Source) {
	if at, ok := s.At["devices"]; ok && len(d.Devices) == 0 {
		s.Fail(at, "devices is an empty list; leave it out for the usual ones")
	}
	for i, one := range d.Devices {
		path := fmt.Sprintf("devices[%d]", i)
		d.checkName(s, i)
		if at, ok := s.At[path+".device"]; ok {
			if _, known := catalog.Find(one.Simulator); !known {
				var names []string
				for _, e := range catalog.All() {
					names = append(names, e.Name)
				}
				s.Fail(at, "no simulated device is called %q; %s", document.Clip(one.Simulator), document.Suggest(one.Simulator, names))
			}
		}
		if at, ok := s.At[path+".same_arm_as"]; ok {
			oximeters := d.names(devices.Oximeter)
			isCuff := slices.ContainsFunc(one.Members(), func(m devices.Member) bool { return m.Driver.Kind != devices.Oximeter })
			if !isCuff || !slices.Contains(oximeters, one.SameArmAs) {
				s.Fail(at, "same_arm_as is written at a cuff and names the oximeter that it blanks; %s",
					document.Suggest(one.SameArmAs, oximeters))
			}
		}
	}
}

// checkTimes reports what lies beyond the end of the story.
func (d *draft) checkTimes(s *document.Source) {
	if _, ok := s.At["length"]; !ok {
		return
	}
	within := func(path string, t time.Duration) {
		if at, ok := s.At[path]; ok && t > d.Length {
			s.Fail(at, "%s is after the end, which is at %s", path, document.PrintDuration(d.Length))
		}
	}
	for i, o := range d.Patient.Offsets {
		within(fmt.Sprintf("changes[%d].at", i), o.From)
	}
	for i, o := range d.doses {
		within(fmt.Sprintf("patient.doses[%d].at", i), o.At)
	}
	for i, e := range d.Events {
		within(fmt.Sprintf("events[%d].at", i), e.At)
	}
	for i, f := range d.Faults {
		within(fmt.Sprintf("faults[%d].at", i), f.At)
	}
	for i, a := range d.actions {
		within(fmt.Sprintf("actions[%d].at", i), a.At)
		within(fmt.Sprintf("actions[%d].until", i), a.until)
	}
	expected := func(path string, list []Expectation) {
		for i, e := range list {
			within(fmt.Sprintf("%sexpect[%d].from", path, i), e.From)
			within(fmt.Sprintf("%sexpect[%d].to", path, i), e.To)
		}
	}
	expected("", d.Expect)
	for _, x := range d.differences {
		expected("profiles."+x.of+".", x.expect)
	}
}

// checkEvent reports a size or a class that is missing, too large, or of no use.
func checkEvent(s *document.Source, path string, e *Event) {
	at, ok := s.At[path+".what"]
	if !ok {
		return
	}
	size, sized := s.At[path+".size"]
	class, classed := s.At[path+".class"]
	wants := e.Kind == Motion || e.Kind == LowPerfusion
	switch {
	case wants && e.Size == 0:
		s.Fail(at, "%v needs a size", e.Kind)
	case !wants && sized:
		s.Fail(size, "%v has no size", e.Kind)
	case e.Kind == Motion && e.Size > 1:
		s.Fail(size, "the size of motion is from 0.01 to 1")
	}
	switch {
	case e.Kind == CuffFault && e.Class == 0:
		s.Fail(at, "cuff_fault needs a class")
	case e.Kind != CuffFault && classed:
		s.Fail(class, "%v has no class", e.Kind)
	}
}

func (d *draft) checkExpectation(s *document.Source, path string, e *Expectation) {
	if e.Change == 0 {
		e.Change = alerts.Raised
	}
	if e.To == 0 {
		e.To = d.Length
	}
	if at, ok := s.At[path+".to"]; ok && e.To < e.From {
		s.Fail(at, "to is before from")
	}
	if at, ok := s.At[path+".device"]; ok && !slices.Contains(d.names(0), e.Device) {
		s.Fail(at, "no device is called %q; %s", e.Device, document.Suggest(e.Device, d.names(0)))
	}
	event, said := s.At[path+".event"]
	if _, ok := s.At[path+".called"]; ok && said {
		s.Fail(event, "called stands in place of event")
	}
	e.Again = e.Change == alerts.Updated
}
