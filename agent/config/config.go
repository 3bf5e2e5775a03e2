package config

import (
	"path/filepath"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/document"
	"bedside/alerts/profiles"
)

// Errors is everything that is wrong with a configuration; see [document.Errors].
type Errors = document.Errors

// form is how messages speak of this file.
func form() document.Form {
	return document.Form{Package: "config", What: "configuration", Least: "site, room and devices"}
}

// Config is a whole configuration. One that came from [Load] or [Parse] is valid; one made by hand, such as the demo's,
// should start from [Default]. It is a value that nobody changes after loading, so it may be read concurrently.
type Config struct {
	Site    string    // word for the site in every subject: 1 to 63 lower-case letters, digits, dashes; required
	Room    string    // word for the room, unique within the site; same alphabet; required
	Mode    wire.Mode // wire.Live unless the file says test; wire.Demo is set by the demo alone, never by a file
	Profile string    // id of the profile that judges while no session runs, perhaps with its version; default built-in
	Devices []Device  // at least one
	NATS    NATS
	Console Console
	Sound   Sound
	Record  Record
	Capture Capture
	Station string   // StationExpected or StationNone; empty for what follows from NATS, see [Config.ExpectsStation]
	Limits  []Change // changes to the built-in conditions, in the order of the file; see [Config.Conditions]

	ProfileFile string // a site's own profile, in place of Profile; absolute, or below the folder of the configuration

	src  *document.Source // where each value stands; nil for a Config made by hand
	text []byte           // of the file; nil likewise
}

// The words of [Config].Station.
const (
	StationExpected = "expected" // nurses at a station hear this room, and their absence during a session is an alert
	StationNone     = "none"     // nobody outside hears it, and every screen says so
)

// ExpectsStation reports whether a nurses' station belongs to the room: as it is written, or else if the room is on the
// site's bus.
func (c *Config) ExpectsStation() bool {
	if c.Station == "" {
		return !c.NATS.Embedded()
	}
	return c.Station == StationExpected
}

// Auto is the word of [Device].Driver for a device that the agent is to recognise by itself.
const Auto = "auto"

// Device is one device on one serial port.
type Device struct {
	Name            string // word in subjects, payloads and metrics, unique in the room; same alphabet as Config.Site
	Driver          string // name of a driver in devices/catalog, or Auto
	Variant         string // name of one of the driver's variants; empty: the agent tries them in turn
	Port            string // absolute path, best a stable one below /dev/serial/by-id or /dev/serial/by-path
	AgentStarts     bool   // start: agent; the agent may start measurements. Default: staff press the device's button
	InitialPressure int    // mmHg, first inflation target of a cuff; 0 leaves the device's own
	SameArmAs       string // name of the oximeter that this cuff blanks while it inflates; empty if none
}

// NATS says how the agent reaches its message bus: by a server of its own, or by an existing one.
type NATS struct {
	Listen          string   // host:port of the embedded server, loopback; port 0 takes a free one; default 127.0.0.1:4222
	Store           string   // folder of the embedded server's streams; default /var/lib/bedside/nats
	URLs            []string // servers of an existing bus, nats:// or tls://
	CredentialsFile string   // who we are to an existing bus, and, in a credential of Bedside, where it is; empty for none
	TLS             TLS      // for URLs
}

// Embedded reports whether there is a server of our own. Else Listen and Store are empty.
func (n *NATS) Embedded() bool { return len(n.URLs) == 0 && n.CredentialsFile == "" }

// locate makes the name of the credential's file absolute: without a folder it is beside the configuration.
func (n *NATS) locate(configuration string) {
	if n.CredentialsFile != "" && !filepath.IsAbs(n.CredentialsFile) {
		n.CredentialsFile = filepath.Join(filepath.Dir(configuration), n.CredentialsFile)
	}
}

// TLS names the files that secure a connection. Empty fields mean: the system's authorities, and no client certificate.
type TLS struct {
	CAFile   string // authorities to trust, PEM
	CertFile string // client certificate, PEM; together with KeyFile
	KeyFile  string // its private key, PEM
}

// Record is what is kept on disk.
type Record struct {
	Path string        // SQLite file; default /var/lib/bedside/record.db
	Keep time.Duration // age after which events may be deleted: one day to ten years; default 30 days
	// Size above which the oldest events may be deleted, in bytes; default 4 GB, 128 MB to 100 GB.
	MaxSize int64
	Waves   bool // keep the waves, too; default no
}

const (
	defaultProfile = profiles.BuiltInID
	defaultListen  = "127.0.0.1:4222" // the port registered for NATS
	defaultStore   = "/var/lib/bedside/nats"
	defaultConsole = "127.0.0.1:8080"
	defaultRecord  = "/var/lib/bedside/record.db"
	defaultKeep    = 30 * document.Day // as long as the broker keeps alerts
	defaultMaxSize = 4 * gigabyte      // our choice
	leastMaxSize   = 128 * megabyte    // the newest 100,000 events, which no size deletes, take less; our choice
)

// Default returns the configuration of an empty file: complete but for site, room and devices.
func Default() *Config {
	return &Config{
		Mode:    wire.Live,
		Profile: defaultProfile,
		NATS:    NATS{Listen: defaultListen, Store: defaultStore},
		Console: Console{Listen: defaultConsole},
		Sound:   Sound{Device: defaultSpeaker, Volume: defaultVolume},
		Record:  Record{Path: defaultRecord, Keep: defaultKeep, MaxSize: defaultMaxSize},
	}
}

// DriverLine returns the keys of a device that fix its driver, as they are written into the file; variant may be empty.
func DriverLine(driver, variant string) string {
	if variant == "" {
		return "driver: " + driver
	}
	return "driver: " + driver + ", variant: " + variant
}
