package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"

	"bedside/alerts/document"
	"bedside/devices"
)

// check reports what is wrong with the meaning of values. It looks only at those that were decoded: a device whose name
// was illegal is not also a device without a name.
func check(s *document.Source, c *Config, drivers []devices.Driver) {
	names, ports := map[string]document.Place{}, map[string]document.Place{}
	room := checkMembers(s, c, drivers)
	for i := range c.Devices {
		path := fmt.Sprintf("devices[%d]", i)
		once(s, names, path+".name", c.Devices[i].Name, "the device name")
		once(s, ports, path+".port", filepath.Clean(c.Devices[i].Port), "the port")
		checkDevice(s, path, &c.Devices[i], drivers)
		checkArm(s, path, members(s, i, &c.Devices[i], drivers), room, &c.Devices[i])
	}
	if at, ok := s.At["devices"]; ok && len(c.Devices) == 0 {
		s.Fail(at, "devices is an empty list; a room has at least one device")
	}
	checkProfile(s, c)
	checkNATS(s, &c.NATS)
	checkConsole(s, &c.Console)
	checkPorts(s, c.NATS.Listen, c.Console.Listen)
}

// checkPorts reports two listeners on one port. Port 0 stands for any free one.
func checkPorts(s *document.Source, nats, console string) {
	_, bus, _ := net.SplitHostPort(nats) // what was refused is empty
	_, page, _ := net.SplitHostPort(console)
	if bus != page || bus == "" || bus == "0" {
		return
	}
	at, ok := s.At["console.listen"]
	if !ok {
		at = s.At["nats.listen"]
	}
	s.Fail(at, "nats.listen and console.listen cannot both use port %s", bus)
}

// once reports a second value that must be unique.
func once(s *document.Source, seen map[string]document.Place, path, value, what string) {
	at, ok := s.At[path]
	if !ok {
		return
	}
	if before, twice := seen[value]; twice {
		s.Fail(at, "%s %s is used twice; the first is in line %d", what, document.Clip(value), before.Line)
		return
	}
	seen[value] = at
}

func driverNamed(drivers []devices.Driver, name string) *devices.Driver {
	i := slices.IndexFunc(drivers, func(d devices.Driver) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return &drivers[i]
}

func checkDevice(s *document.Source, path string, d *Device, drivers []devices.Driver) {
	if at, ok := s.At[path+".port"]; ok && !filepath.IsAbs(d.Port) {
		s.Fail(at, "port %q is not an absolute path, like /dev/ttyUSB0 or a name below /dev/serial/by-id", document.Clip(d.Port))
	}
	at, ok := s.At[path+".driver"]
	if !ok {
		return
	}
	if d.Driver == Auto {
		checkAuto(s, path, d)
		return
	}
	driver := driverNamed(drivers, d.Driver)
	if driver == nil {
		names := make([]string, len(drivers))
		for i := range drivers {
			names[i] = drivers[i].Name
		}
		slices.Sort(names)
		s.Fail(at, "no driver is called %q; %s", document.Clip(d.Driver), document.Suggest(d.Driver, names))
		return
	}
	checkVariant(s, path, d, driver)
	if at, ok := s.At[path+".start"]; ok && d.AgentStarts && !driver.Starts {
		s.Fail(at, "the agent cannot start a measurement with driver %s; leave start out, or write start: staff", driver.Name)
		return
	}
	pressureAt, ok := s.At[path+".initial_pressure"]
	if !ok {
		return
	}
	if !slices.ContainsFunc(driver.Members(d.Name), func(m devices.Member) bool { return m.Driver.Kind == devices.Cuff }) {
		s.Fail(pressureAt, "only a cuff has an initial pressure, and driver %s is not for a cuff", driver.Name)
		return
	}
	if driver.NewSession == nil {
		return
	}
	settings := devices.Settings{AllowStart: d.AgentStarts, InitialPressure: d.InitialPressure, Variant: d.Variant}
	if _, err := driver.NewSession(settings); err != nil {
		s.Fail(pressureAt, "driver %s refuses this: %v", driver.Name, err)
	}
}

// checkAuto reports what cannot be said of a device that nobody has named.
func checkAuto(s *document.Source, path string, d *Device) {
	if at, ok := s.At[path+".start"]; ok && d.AgentStarts {
		s.Fail(at, "the agent starts a measurement only with a cuff that is named; write its driver instead of auto, or start: staff")
	}
	for _, key := range []string{"variant", "initial_pressure"} {
		if at, ok := s.At[path+"."+key]; ok {
			s.Fail(at, "%s belongs to a driver that is named, not to auto", key)
		}
	}
}

// checkVariant reports a variant that the driver does not have.
func checkVariant(s *document.Source, path string, d *Device, driver *devices.Driver) {
	at, ok := s.At[path+".variant"]
	if !ok || d.Variant == "" { // a value of a wrong kind was reported
		return
	}
	names := make([]string, len(driver.Variants))
	for i, v := range driver.Variants {
		names[i] = v.Name
	}
	switch {
	case len(names) == 0:
		s.Fail(at, "driver %s is met in one way only; leave variant out", driver.Name)
	case !slices.Contains(names, d.Variant):
		s.Fail(at, "driver %s has no variant %q; %s", driver.Name, document.Clip(d.Variant), document.Suggest(d.Variant, names))
	}
}

func checkNATS(s *document.Source, n *NATS) {
	first := func(keys ...string) (string, document.Place) {
		for _, k := range keys {
			if at, ok := s.At["nats."+k]; ok {
				return "nats." + k, at
			}
		}
		return "", document.Place{}
	}
	remote, remoteAt := first("url", "urls", "credentials_file") // a credential of Bedside names its servers
	if _, ok := s.At["nats.urls"]; ok && remote == "nats.url" {
		s.Fail(s.At["nats.urls"], "nats has url and urls; write all servers into urls")
	}
	if own, _ := first("listen", "store"); own != "" && remote != "" {
		s.Fail(remoteAt, "%s and %s cannot both be: with an existing server there is none of our own to configure", remote, own)
	}
	if secured, at := first("tls"); secured != "" && remote == "" && len(n.URLs) == 0 {
		s.Fail(at, "%s is for an existing server and needs nats.url", secured)
	}
	for i, text := range n.URLs {
		at, ok := s.At[fmt.Sprintf("nats.urls[%d]", i)]
		if !ok {
			at, ok = s.At["nats.url"]
		}
		if problem := urlProblem(text); ok && problem != "" {
			s.Fail(at, "%s", problem)
		}
	}
	_, cert := s.At["nats.tls.cert_file"]
	_, key := s.At["nats.tls.key_file"]
	if cert != key {
		_, at := first("tls.cert_file", "tls.key_file")
		s.Fail(at, "cert_file and key_file belong together; one of them is missing")
	}
	if remote != "" {
		n.Listen, n.Store = "", ""
	}
}

// urlProblem says what is wrong with the address of a NATS server, or nothing. It never repeats a password.
func urlProblem(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return "this is not the address of a NATS server; write it like tls://nats.example:4222"
	case u.Scheme != "nats" && u.Scheme != "tls":
		return fmt.Sprintf("a NATS server is reached by nats:// or tls://, not by %s://", document.Clip(u.Scheme))
	case u.User != nil:
		return "a password does not belong into this file; use credentials_file"
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return "the address of a NATS server ends with its port, like tls://nats.example:4222"
	}
	return ""
}

// address makes a setter for host:port on loopback on which something listens. A refused address leaves nothing behind.
func address(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !anyAddress(to)(s, path, n) {
			return false
		}
		if !onLoopback(*to) {
			_, port, _ := net.SplitHostPort(*to) // just split
			*to = ""
			s.Fail(n.Place, "%s would be open to the network, and there is no sign-in and no encryption yet; "+
				"listen on loopback, like 127.0.0.1:%s", path, port)
			return false
		}
		return true
	}
}

// anyAddress makes a setter for host:port on which something listens.
func anyAddress(to *string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		*to = ""
		var written string
		if !document.Text(&written)(s, path, n) {
			return false
		}
		_, port, err := net.SplitHostPort(written)
		_, portErr := strconv.ParseUint(port, 10, 16)
		if err != nil || portErr != nil {
			s.Fail(n.Place, "%q is not an address to listen on; write host:port, like %s", document.Clip(written), defaultConsole)
			return false
		}
		*to = written
		return true
	}
}

// onLoopback reports whether only programs on this computer reach an address. A name could be anybody's, but for localhost.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, notIP := netip.ParseAddr(host)
	return err == nil && (host == "localhost" || notIP == nil && ip.IsLoopback())
}
