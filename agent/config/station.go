package config

import (
	"net"
	"path/filepath"
	"slices"

	"bedside/alerts/document"
)

// Station is the configuration of a nurses' station. One that came from [LoadStation] or [ParseStation] is valid; one made
// by hand should start from [DefaultStation]. It is a value that nobody changes after loading.
type Station struct {
	Site    string // word for the site, as in the configurations of its rooms; required
	Station string // word for the station, unique within the site; same alphabet; required
	// Authority is the folder that `bedside station init` made: it gives the embedded server its certificate and says who may
	// connect. Empty: the server has neither, and listens on loopback alone. Absolute, or below the folder of the configuration.
	Authority string
	NATS      NATS
	Console   Console // the board
	Record    Record  // of what people do at the station; Waves means nothing here
	Channels  []Channel
}

// Where a station keeps its things unless it is told otherwise. A room's page and record may be on the same machine.
const (
	defaultStationStore   = "/var/lib/bedside/station/nats"
	defaultStationConsole = "127.0.0.1:8090"
	defaultStationRecord  = "/var/lib/bedside/station/record.db"
)

// stationForm is how messages speak of a station's file.
func stationForm() document.Form {
	return document.Form{Package: "config", What: "configuration", Least: "site and station"}
}

// DefaultStation returns the configuration of an empty file: complete but for site and station.
func DefaultStation() *Station {
	return &Station{
		NATS:    NATS{Listen: defaultListen, Store: defaultStationStore},
		Console: Console{Listen: defaultStationConsole},
		Record:  Record{Path: defaultStationRecord, Keep: defaultKeep, MaxSize: defaultMaxSize},
	}
}

// LoadStation reads the configuration of a station at path. The error is [Errors] if the file was read but is not valid,
// else it says why it could not be read.
func LoadStation(path string) (*Station, error) {
	src, err := read(path)
	if err != nil {
		return nil, err
	}
	c, err := ParseStation(path, src)
	if err != nil {
		return nil, err
	}
	locateChannels(c.Channels, path)
	c.Console.locate(path)
	c.NATS.locate(path)
	if c.Authority != "" && !filepath.IsAbs(c.Authority) {
		c.Authority = filepath.Join(filepath.Dir(path), c.Authority)
	}
	return c, nil
}

// ParseStation reads the configuration of a station from src; name stands for the file in messages. The error is always
// [Errors].
func ParseStation(name string, src []byte) (*Station, error) {
	s := document.New(name, src, stationForm())
	root := document.Parse(s, src)
	if root == nil {
		return nil, s.Err()
	}
	c := DefaultStation()
	document.Decode(s, "", root, stationFields(c))
	checkNATS(s, &c.NATS)
	checkConsole(s, &c.Console)
	checkAuthority(s, c)
	checkPorts(s, c.NATS.Listen, c.Console.Listen)
	if err := s.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// stationFields is the whole file of a station: one entry for each key, read by the decoder and by StationReference alike.
func stationFields(c *Station) []document.Field {
	return []document.Field{
		{
			Name: "site", Required: true, Set: token(&c.Site),
			Meaning: "word for the site, as its rooms have it",
		},
		{
			Name: "station", Required: true, Set: token(&c.Station),
			Meaning: "word for the station, unique within the site",
		},
		{
			Name: "authority", Fallback: "none", Set: document.Text(&c.Authority),
			Meaning: "folder made by `bedside station init`: certificate and users of the server here; without a folder, beside this file",
		},
		{
			Name: "nats", Set: document.Into(stationNATSFields(&c.NATS)), Inner: stationNATSFields(new(NATS)),
			Fallback: "embedded server", Meaning: "the message bus of the site: a server in this station, or existing ones by url",
		},
		{
			Name: "console", Set: document.Into(stationConsoleFields(&c.Console)), Inner: stationConsoleFields(new(Console)),
			Fallback: "as below", Meaning: "the board",
		},
		{
			Name: "record", Set: document.Into(stationRecordFields(&c.Record)), Inner: stationRecordFields(new(Record)),
			Fallback: "as below", Meaning: "what people did at the station, and what it sent to whom",
		},
		channelsField(&c.Channels),
	}
}

// stationNATSFields are those of a room with a station's own defaults, as are the others below.
func stationNATSFields(n *NATS) []document.Field {
	fields := instead(natsFields(n), "store", defaultStationStore)
	for i := range fields {
		if fields[i].Name == "listen" {
			fields[i].Set = anyAddress(&n.Listen)
			fields[i].Meaning = "host:port of the embedded server; beyond loopback only with `authority`"
		}
	}
	return fields
}

// checkAuthority reports a server that anybody on the network could use, and an authority that has none to secure.
func checkAuthority(s *document.Source, c *Station) {
	if at, ok := s.At["authority"]; ok && !c.NATS.Embedded() {
		s.Fail(at, "authority is for the server of this station, and there is none: nats names an existing one")
	}
	at, ok := s.At["nats.listen"]
	if !ok || c.NATS.Listen == "" || c.Authority != "" || onLoopback(c.NATS.Listen) {
		return
	}
	_, port, _ := net.SplitHostPort(c.NATS.Listen) // it was split when it was read
	s.Fail(at, "nats.listen would be open to the network without encryption and credentials; add authority, which "+
		"bedside station init makes, or listen on loopback, like 127.0.0.1:%s", port)
}

func stationConsoleFields(c *Console) []document.Field {
	return instead(consoleFields(c), "listen", defaultStationConsole)
}

func stationRecordFields(r *Record) []document.Field {
	fields := slices.DeleteFunc(recordFields(r), func(f document.Field) bool { return f.Name == "waves" })
	return instead(fields, "path", defaultStationRecord)
}

func instead(fields []document.Field, name, fallback string) []document.Field {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].Fallback = fallback
		}
	}
	return fields
}

// StationReference returns every key of a station's file as a Markdown table of key, meaning and default, for the README.
func StationReference() string { return document.Reference(stationFields(DefaultStation())) }
