package wire

import "strings"

// Prefix begins every subject.
const Prefix = "bedside.v1"

// The streams that keep what was published.
const (
	StreamAlerts   = "BEDSIDE_ALERTS"
	StreamReadings = "BEDSIDE_READINGS"
)

// Room is the address of one agent: it makes the subjects below bedside.v1.<site>.<room>.
type Room struct{ Site, Room string }

func (r Room) subject(tail ...string) string {
	return Prefix + "." + r.Site + "." + r.Room + "." + strings.Join(tail, ".")
}

// Reading returns the subject of a device's readings.
func (r Room) Reading(device string) string { return r.subject(AboutReading, device) }

// Wave returns the subject of a device's wave.
func (r Room) Wave(device string) string { return r.subject(AboutWave, device) }

// Alert returns the subject of a condition's alerts.
func (r Room) Alert(condition string) string { return r.subject(AboutAlert, condition) }

// Session returns the subject of session events.
func (r Room) Session() string { return r.subject(AboutSession) }

// Status returns the subject of the heartbeat.
func (r Room) Status() string { return r.subject("status") }

// Receipt returns the subject on which consoles say what they showed.
func (r Room) Receipt() string { return r.subject(AboutReceipt) }

// Everything returns the subject that hears all of the room.
func (r Room) Everything() string { return r.subject(">") }

// Command returns the subject of a command; verb "*" hears all.
func (r Room) Command(verb string) string { return r.subject("command", verb) }

// CommandFrom returns the subject of a command that comes from a station, so that the server's permissions prove which one
// it was; "*" for verb and station hears all.
func (r Room) CommandFrom(verb, station string) string { return r.subject("command", verb, station) }

// The ways by which an order can come that are no station's. A station comes under its own name.
const (
	ViaPage = "page" // the room's own page
	ViaNATS = "nats" // a program on the bus that says no name, such as a command on this computer
	ViaDemo = "demo" // the story that a demo tells
)

// ValidStation reports whether s can name a station: a token as for rooms that means no other way of an order.
func ValidStation(s string) bool {
	return ValidToken(s) && s != ViaPage && s != ViaNATS && s != ViaDemo
}

// Station is the address of one station. No room can be called like the token it lies below.
type Station struct{ Site, Station string }

// Status returns the subject of a station's heartbeat, by which stations know of each other; station "*" hears all.
func (s Station) Status() string { return Prefix + "." + s.Site + "._station." + s.Station + ".status" }

// ValidToken reports whether s can name a site, a room or a device: one to 63 lower-case letters, digits and dashes.
func ValidToken(s string) bool {
	if s == "" || len(s) > 63 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
