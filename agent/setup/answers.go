package setup

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/agent/access"
	"bedside/agent/config"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
	"bedside/devices/catalog"
)

// ProfileFile is the name of the site's own profile, beside the configuration.
const ProfileFile = "profile.yaml"

// Answers is what has to be known of a room. Empty fields are left to the defaults, but for Site, Room and Devices.
type Answers struct {
	Site    string   `json:"site"`
	Room    string   `json:"room"`
	Devices []Device `json:"devices"`
	// Profile is the id of the limits: of a shipped profile, or empty for the built-in ones. ApprovedBy, initials or a function, has
	// confirmed them on ApprovedAt, a day such as 2026-11-22; both empty: nobody has, and every screen says so.
	Profile    string `json:"profile"`
	ApprovedBy string `json:"approved_by"`
	ApprovedAt string `json:"approved_at"`

	Access     string `json:"access"`     // file with the people who may sign in
	Credential string `json:"credential"` // file that a station gave to the room
	Data       string `json:"data"`       // folder of record, streams and people
	Page       string `json:"page"`       // host:port of the room's page
	NATS       string `json:"nats"`       // host:port of the room's own NATS server
}

// Device is one device of the answers.
type Device struct {
	Name    string `json:"name"`
	Driver  string `json:"driver"`
	Variant string `json:"variant,omitempty"`
	Port    string `json:"port"`
	Agent   bool   `json:"agent,omitempty"`    // the agent may start it, too
	SameArm bool   `json:"same_arm,omitempty"` // the cuff is on the arm of the oximeter
}

// Problem is why an answer cannot be used. Field is its name in JSON, such as room or devices[0].port; empty: the whole.
// Code is a word for pages that have their own words for it; empty: Text alone says it.
type Problem struct {
	Field string `json:"field"`
	Code  string `json:"code,omitempty"`
	Text  string `json:"text"`
}

// Problems is everything that is wrong with the answers.
type Problems []Problem

// Error returns all of them in a sentence each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = strings.TrimPrefix(one.Field+": "+one.Text, ": ")
	}
	return "setup: " + strings.Join(lines, "\n")
}

// File is one file that would be written.
type File struct {
	Name string `json:"name"` // without a folder
	Text string `json:"text"`
}

// Files returns what would be written for the answers, the configuration last; name is that of the configuration. The error is
// [Problems]. Today is the day by which approvals are judged.
func (a *Answers) Files(name string, today time.Time) ([]File, error) {
	bad := a.own(today)
	w := writer{fields: map[int]string{}}
	w.configuration(a)
	_, err := config.Parse(name, []byte(w.text()))
	bad = append(bad, w.problems(err, bad)...)
	list := []File{{filepath.Base(name), w.text()}}
	if a.approved() {
		p := writer{fields: map[int]string{}}
		p.profile(a)
		if len(bad) == 0 {
			_, _, err := profiles.Parse(ProfileFile, []byte(p.text()), today)
			bad = append(bad, p.problems(err, bad)...)
		}
		list = []File{{ProfileFile, p.text()}, list[0]}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return list, nil
}

func (a *Answers) approved() bool { return a.ApprovedBy != "" || a.ApprovedAt != "" }

// judge gathers what is wrong.
type judge struct{ bad Problems }

func (j *judge) fail(field, code, format string, args ...any) {
	j.bad = append(j.bad, Problem{field, code, fmt.Sprintf(format, args...)})
}

// word reports a word of subjects that is missing or cannot be one.
func (j *judge) word(field, value string) {
	switch {
	case strings.TrimSpace(value) == "":
		j.fail(field, "missing", "a word is needed here")
	case !wire.ValidToken(value):
		j.fail(field, "word", "use 1 to 63 lower-case letters, digits and dashes, such as room-1")
	}
}

// own reports what people's answers can have wrong that the reader of the file would not say, or not at the right place.
func (a *Answers) own(today time.Time) Problems {
	var j judge
	j.word("site", a.Site)
	j.word("room", a.Room)
	if len(a.Devices) == 0 {
		j.fail("devices", "no_devices", "a room has at least one device")
	}
	for i := range a.Devices {
		a.device(&j, fmt.Sprintf("devices[%d].", i), &a.Devices[i])
	}
	if a.Profile != "" && a.Profile != profiles.BuiltInID && !slices.Contains(profiles.Names(), a.Profile) {
		j.fail("profile", "profile", "there is no such profile; there are %s", strings.Join(append([]string{profiles.BuiltInID}, profiles.Names()...), ", "))
	}
	if a.Data != "" && !filepath.IsAbs(a.Data) {
		j.fail("data", "folder", "name the folder by its absolute path, such as /var/lib/bedside")
	}
	a.addresses(&j)
	if a.approved() {
		a.approval(&j, today)
	}
	return j.bad
}

// addresses reports those that no configuration can have.
func (a *Answers) addresses(j *judge) {
	usual := config.Default()
	page, nats := cmp.Or(a.Page, usual.Console.Listen), cmp.Or(a.NATS, usual.NATS.Listen)
	for _, one := range []struct{ field, address string }{{"page", page}, {"nats", nats}} {
		host, port, err := net.SplitHostPort(one.address)
		_, number := strconv.ParseUint(port, 10, 16)
		ip, name := netip.ParseAddr(host)
		switch {
		case err != nil || number != nil:
			j.fail(one.field, "address", "%q is no address to listen at; write host:port, such as 127.0.0.1:8080", one.address)
		case host != "localhost" && (name != nil || !ip.IsLoopback()):
			j.fail(one.field, "beyond", "%s would be open to the network, which needs people who sign in and a certificate; write 127.0.0.1:%s", one.address, port)
		case one.field == "nats" && one.address == page && port != "0" && a.Credential == "":
			j.fail("page", "taken", "the room's page and its message server cannot both have %s", page)
		}
	}
}

func (a *Answers) device(j *judge, field string, d *Device) {
	j.word(field+"name", d.Name)
	if d.Driver == "" {
		j.fail(field+"driver", "driver", "say which device this is")
	}
	if !filepath.IsAbs(d.Port) {
		j.fail(field+"port", "port", "%q is not an absolute path, like /dev/ttyUSB0 or a name below /dev/serial/by-id", d.Port)
	}
	if d.SameArm && a.oximeter() == "" {
		j.fail(field+"same_arm", "same_arm", "there is no oximeter whose arm it could be on")
	}
}

// approval reports an approval that would approve nothing.
func (a *Answers) approval(j *judge, today time.Time) {
	if a.Profile == "" || a.Profile == profiles.BuiltInID {
		j.fail("profile", "unconfirmed", "the built-in limits cannot be confirmed; choose one of %s", strings.Join(profiles.Names(), ", "))
	}
	if err := access.CheckPerson(a.ApprovedBy); err != nil {
		j.fail("approved_by", "person", "%v", err)
	}
	day, err := time.Parse(time.DateOnly, a.ApprovedAt)
	switch {
	case err != nil:
		j.fail("approved_at", "day", "write the day as year, month and day, such as 2026-11-22")
	case day.After(today.AddDate(0, 0, 1)): // it may be tomorrow already where the clinician is
		j.fail("approved_at", "future", "this day is yet to come")
	}
}

// oximeter returns the device name of the first oximeter; "" if there is none.
func (a *Answers) oximeter() string {
	for i := range a.Devices {
		if driver, ok := catalog.Find(a.Devices[i].Driver); ok && !driver.Starts && driver.Kind.String() == "oximeter" {
			return a.Devices[i].Name
		}
	}
	return ""
}

// plain is what needs no quotes in YAML, whatever it means.
var plain = regexp.MustCompile(`^[a-z/][A-Za-z0-9/._:@+-]*[A-Za-z0-9/]$`)

// quoted writes a text as YAML. A JSON string is one.
func quoted(text string) string {
	words := []string{"true", "false", "yes", "no", "on", "off", "null"}
	if plain.MatchString(text) && !slices.Contains(words, strings.ToLower(text)) {
		return text
	}
	b, err := json.Marshal(text)
	if err != nil {
		return `""` // a text is always encoded
	}
	return string(b)
}

// writer makes a file and remembers which answer stands in which line.
type writer struct {
	lines  []string
	fields map[int]string // by line, from 1
}

func (w *writer) add(field, format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		w.lines = append(w.lines, line)
		if field != "" {
			w.fields[len(w.lines)] = field
		}
	}
}

func (w *writer) text() string { return strings.Join(w.lines, "\n") + "\n" }

// problems turns the errors of a file into those of the answers. A field that is known to be wrong is not told twice.
func (w *writer) problems(err error, known Problems) Problems {
	var all config.Errors
	if !errors.As(err, &all) {
		if err != nil {
			return Problems{{Text: err.Error()}}
		}
		return nil
	}
	var bad Problems
	for _, e := range all {
		field := w.fields[e.Line]
		if !slices.ContainsFunc(known, func(p Problem) bool { return p.Field == field || strings.HasPrefix(p.Field, field+"[") }) {
			bad = append(bad, Problem{Field: field, Text: e.Message})
		}
	}
	return bad
}

// listens reports whether an address is that of the default.
func listens(address, usual string) bool { return address == "" || address == usual }

// Known reports what the words of answers can be, for forms: the shipped profiles and the drivers.
func Known() (ids []string, drivers []Choice) {
	for _, d := range catalog.All() {
		drivers = append(drivers, Choice{Driver: d.Name, Title: d.Title, Kind: d.Kind.String(), Starts: d.Starts})
	}
	slices.SortFunc(drivers, func(a, b Choice) int { return cmp.Compare(a.Driver, b.Driver) })
	return append([]string{profiles.BuiltInID}, profiles.Names()...), drivers
}

// Choice is one driver of a form.
type Choice struct {
	Driver string `json:"driver"`
	Title  string `json:"title"`
	Kind   string `json:"kind"`
	Starts bool   `json:"starts,omitempty"`
}

// Suggest returns a name for a device of that kind that no other has.
func Suggest(kind string, others []Device) string {
	name := kind
	for n := 2; slices.ContainsFunc(others, func(d Device) bool { return d.Name == name }); n++ {
		name = fmt.Sprintf("%s-%d", kind, n)
	}
	if !wire.ValidToken(name) {
		return "device"
	}
	return name
}
