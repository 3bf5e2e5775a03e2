package doctor

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"bedside/agent/config"
	"bedside/agent/serialport"
	"bedside/devices/detect"
)

// port is one serial port: an adapter of the machine, a name of the configuration, or both.
type port struct {
	name    string             // the best name to write into a configuration
	adapter serialport.Adapter // Device is where the name leads
	known   bool               // the machine lists it, so that the rest of adapter is filled
	device  *config.Device     // what the configuration says is there; nil if it does not mention the port
	listen  bool               // nothing speaks against listening there

	result detect.Report
	failed error
}

// who is how findings call the port: by the device's name if it has one.
func (p *port) who() string {
	if p.device != nil {
		return p.device.Name + " (" + p.device.Port + ")"
	}
	return p.name
}

// lookAtPorts lists the adapters and what the configuration names, and decides where can be listened.
func (e *examination) lookAtPorts() {
	adapters, err := e.o.Host.Adapters()
	if err != nil {
		e.report.add(areaPorts, Problem, err.Error(), "without a list of ports nothing can be found", "run it as a user who may read /sys")
	}
	for _, a := range adapters {
		e.ports = append(e.ports, &port{name: a.StableName(adapters), adapter: a, known: true})
	}
	for i := range e.conf.Devices {
		e.assign(&e.conf.Devices[i])
	}
	if !slices.ContainsFunc(e.ports, func(p *port) bool { return !p.adapter.Console }) {
		e.report.add(areaPorts, Problem, "there is no serial port for a device", "devices are connected by a serial adapter, and none is plugged in",
			"plug in the adapter; lsusb lists what the system sees")
	}
	e.sameSerial(adapters)
	for _, p := range e.ports {
		e.lookAtPort(p)
	}
	e.modemManager()
	if e.o.Root() {
		e.report.add(areaPorts, Note, "this was run as root, who may open every port",
			"the agent runs as another user, who may not", "run it again as that user: sudo -u USER bedside doctor")
	}
}

// assign finds the port of a configured device.
func (e *examination) assign(d *config.Device) {
	leads := target(d.Port)
	i := slices.IndexFunc(e.ports, func(p *port) bool { return target(p.adapter.Device) == leads })
	if i >= 0 && e.ports[i].device == nil {
		e.ports[i].device = d
		return
	}
	e.ports = append(e.ports, &port{name: d.Port, adapter: serialport.Adapter{Device: d.Port}, device: d})
}

// target returns where a name leads, or the name itself if it leads nowhere.
func target(name string) string {
	leads, err := filepath.EvalSymlinks(name)
	if err != nil {
		return name
	}
	return leads
}

func (e *examination) sameSerial(adapters []serialport.Adapter) {
	for i := range adapters {
		a := &adapters[i]
		same := a.Twins(adapters)
		if len(same) < 2 || same[0] != a.Device { // once for each group
			continue
		}
		what := fmt.Sprintf("%s share the serial number %q", strings.Join(same, " and "), a.Serial)
		if a.Serial == "" {
			what = strings.Join(same, " and ") + " are alike and have no serial number"
		}
		e.report.add(areaPorts, Problem, what,
			"they share one name below /dev/serial/by-id, which leads to whichever was plugged in last: the agent could read the wrong device",
			"write the names below /dev/serial/by-path into the configuration, and plug each adapter into the same socket every time")
	}
}

// lookAtPort says what the port is and what keeps it from being used.
func (e *examination) lookAtPort(p *port) {
	what := p.who()
	if p.known {
		what = p.adapter.Device + ": " + p.adapter.Words()
	}
	if p.adapter.Console {
		e.report.add(areaPorts, Note, p.adapter.Device+": a console of this machine; left alone",
			"a device here would get what the system prints", "connect devices to other ports")
		return
	}
	if err := e.o.Access(p.adapter.Device); err != nil {
		e.refused(p, what, err)
		return
	}
	holders := slices.DeleteFunc(e.o.Host.Holders(p.adapter.Device), simulates)
	if len(holders) > 0 {
		e.held(p, holders[0].String(), holders[0].Name)
		return
	}
	p.listen = true
	if p.known {
		e.report.good(areaPorts, "%s", what)
	}
	e.advise(p)
}

// simulates reports whether a program is the simulated device at the other end of a pseudo-terminal.
func simulates(p serialport.Process) bool {
	return p.Name == program && len(p.Args) > 1 && p.Args[1] == "simulate"
}

// refused says why a port cannot be opened.
func (e *examination) refused(p *port, what string, err error) {
	why, do := "the agent cannot hear the device", "see that the agent's user may open it"
	if refusal := asPort(err); refusal != nil {
		what, do = what+": "+refusal.Reason(), refusal.Fix
	} else {
		what += ": " + err.Error()
	}
	level := Problem
	if p.device == nil && !p.adapter.USB() {
		level, why = Note, "it matters only if a device is connected to this port"
	}
	e.report.add(areaPorts, level, what, why, do)
}

// held says that somebody else has the port open.
func (e *examination) held(p *port, holder, name string) {
	if name == program {
		e.report.add(areaPorts, Note, fmt.Sprintf("%s: in use by the running agent, %s; left alone", p.who(), holder),
			"what speaks there is shown on the room page", "to have it examined, stop the agent first")
		return
	}
	e.report.add(areaPorts, Problem, fmt.Sprintf("%s: in use by %s", p.who(), holder),
		"two programs on one port take each other's bytes away", "stop that program, or give it another port")
}

// advise says what could be better about a port that works.
func (e *examination) advise(p *port) {
	if p.device != nil && p.known && p.name != p.adapter.Device && p.device.Port == p.adapter.Device && p.adapter.USB() {
		e.report.add(areaPorts, Note, fmt.Sprintf("%s: this name may belong to another adapter after a restart", p.who()),
			"names like ttyUSB0 are given in the order of plugging in", "write into the configuration: port: "+p.name)
	}
	if p.adapter.Latency > wantedLatency {
		e.report.add(areaPorts, Note, fmt.Sprintf("%s: holds bytes back for up to %v", p.adapter.Device, p.adapter.Latency),
			"values come later and waves jump", "install the udev rules (bedside doctor --udev), or let the agent set it as root")
	}
}

// modemManager looks for the program that sends modem commands to every new serial adapter.
func (e *examination) modemManager() {
	if len(e.o.Host.Running("ModemManager")) == 0 {
		return
	}
	var open []string
	for _, p := range e.ports {
		if p.adapter.USB() && !p.adapter.LeftAlone {
			open = append(open, p.adapter.Device)
		}
	}
	if len(open) == 0 {
		e.report.good(areaPorts, "ModemManager runs, and udev keeps it away from the adapters")
		return
	}
	e.report.add(areaPorts, Problem, "ModemManager runs, and nothing keeps it away from "+strings.Join(open, " and "),
		"it opens every new adapter and sends modem commands to it, which a patient monitor would receive",
		"install the udev rules (bedside doctor --udev), then plug the adapter in again; or: sudo systemctl disable --now ModemManager")
}
