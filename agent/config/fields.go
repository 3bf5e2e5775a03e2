package config

import (
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/document"
	"bedside/devices"
)

// rootFields is the whole file: one entry for each key, read by the decoder and by Reference alike.
func rootFields(c *Config) []document.Field {
	return []document.Field{
		{
			Name: "site", Required: true, Set: token(&c.Site),
			Meaning: "word for the site, part of every subject",
		},
		{
			Name: "room", Required: true, Set: token(&c.Room),
			Meaning: "word for the room, unique within the site",
		},
		{
			Name: "mode", Fallback: "live", Set: mode(&c.Mode),
			Meaning: "`live`, or `test` for a bench: every payload says so",
		},
		{
			Name: "profile", Fallback: defaultProfile, Set: profile(&c.Profile),
			Meaning: "limits while no session runs: `built-in`, or a shipped profile such as `iv-ketamine`",
		},
		{
			Name: "profile_file", Fallback: "none", Set: document.Text(&c.ProfileFile),
			Meaning: "a site's own profile instead, which extends a shipped one",
		},
		{
			Name: "devices", Required: true, Set: document.Each(&c.Devices, deviceFields), Inner: deviceFields(new(Device)), List: true,
			Meaning: "the devices of the room, at least one",
		},
		{
			Name: "nats", Set: document.Into(natsFields(&c.NATS)), Inner: natsFields(new(NATS)),
			Fallback: "embedded server", Meaning: "the message bus: a server of its own, or an existing one by url",
		},
		{
			Name: "station", Fallback: "expected with nats.url, else none", Set: document.OneOf(&c.Station, []string{StationExpected, StationNone}, []string{StationExpected, StationNone}),
			Meaning: "whether nurses at a station hear this room: their absence during a session is then an alert",
		},
		{
			Name: "console", Set: document.Into(consoleFields(&c.Console)), Inner: consoleFields(new(Console)),
			Fallback: "as below", Meaning: "the room page",
		},
		{
			Name: "sound", Set: document.Into(soundFields(&c.Sound)), Inner: soundFields(new(Sound)),
			Fallback: "as below", Meaning: "the speaker of the room, for when nobody outside reacts",
		},
		{
			Name: "record", Set: document.Into(recordFields(&c.Record)), Inner: recordFields(new(Record)),
			Fallback: "as below", Meaning: "what is kept on disk",
		},
		{
			Name: "capture", Set: capturing(&c.Capture), Inner: captureFields(new(Capture)),
			Fallback: "off", Meaning: "raw bytes of the ports with their times, for `bedside replay`; `{}` turns it on",
		},
		{
			Name: "limits", Fallback: "built-in", Set: limits(&c.Limits), Inner: limitsFields(),
			Meaning: "changes to the built-in conditions",
		},
	}
}

func deviceFields(d *Device) []document.Field {
	return []document.Field{
		{
			Name: "name", Required: true, Set: token(&d.Name),
			Meaning: "word for the device, unique in the room",
		},
		{
			Name: "driver", Required: true, Set: document.Text(&d.Driver),
			Meaning: "protocol family, a name of the device table; `auto` to have it recognised",
		},
		{
			Name: "variant", Fallback: "tried in turn", Set: document.Text(&d.Variant),
			Meaning: "line settings and dialect, of a driver that has several",
		},
		{
			Name: "port", Required: true, Set: document.Text(&d.Port),
			Meaning: "serial port, best a stable name below `/dev/serial/by-id`",
		},
		{
			Name: "start", Fallback: "staff", Set: document.OneOf(&d.AgentStarts, []string{"staff", "agent"}, []bool{false, true}),
			Meaning: "who starts a measurement: `staff` at the device, or the `agent` too",
		},
		{
			Name: "initial_pressure", Fallback: "the device's own", Set: document.Whole(&d.InitialPressure, 60, 280, "mmHg"),
			Meaning: "first inflation target of a cuff, mmHg",
		},
		{
			Name: "same_arm_as", Fallback: "another arm", Set: token(&d.SameArmAs),
			Meaning: "name of the oximeter on the cuff's arm: its loss of signal during a cycle is expected",
		},
	}
}

func natsFields(n *NATS) []document.Field {
	return []document.Field{
		{
			Name: "listen", Fallback: defaultListen, Set: address(&n.Listen),
			Meaning: "host:port of the embedded server, loopback only",
		},
		{
			Name: "store", Fallback: defaultStore, Set: document.Text(&n.Store),
			Meaning: "folder of the embedded server's streams",
		},
		{
			Name: "url", Fallback: "none", Set: oneURL(&n.URLs),
			Meaning: "an existing server instead, `nats://` or `tls://`",
		},
		{
			Name: "urls", Fallback: "none", Set: document.Texts(&n.URLs),
			Meaning: "servers of one cluster, instead of url",
		},
		{
			Name: "credentials_file", Fallback: "none", Set: document.Text(&n.CredentialsFile),
			Meaning: "who we are to an existing server; that of `bedside station add-room` says where it is, too, so url can be left out. Without a folder, beside this file",
		},
		{
			Name: "tls", Fallback: "the system's authorities", Set: document.Into(tlsFields(&n.TLS)), Inner: tlsFields(new(TLS)),
			Meaning: "files that secure the connection to url",
		},
	}
}

func tlsFields(t *TLS) []document.Field {
	return []document.Field{
		{Name: "ca_file", Fallback: "the system's", Set: document.Text(&t.CAFile), Meaning: "authorities to trust, PEM"},
		{Name: "cert_file", Fallback: "none", Set: document.Text(&t.CertFile), Meaning: "client certificate, PEM"},
		{Name: "key_file", Fallback: "none", Set: document.Text(&t.KeyFile), Meaning: "private key of cert_file, PEM"},
	}
}

func recordFields(r *Record) []document.Field {
	return []document.Field{
		{Name: "path", Fallback: defaultRecord, Set: document.Text(&r.Path), Meaning: "SQLite file"},
		{
			Name: "keep", Fallback: document.PrintDuration(defaultKeep), Set: document.Duration(&r.Keep, document.Day, 3650*document.Day),
			Meaning: "age after which events may be deleted, such as `30d`",
		},
		{
			Name: "max_size", Fallback: printSize(defaultMaxSize), Set: size(&r.MaxSize, leastMaxSize, mostRing),
			Meaning: "size of the file above which the oldest events are deleted, such as `4GB`",
		},
		{
			Name: "waves", Fallback: "no", Set: document.OneOf(&r.Waves, []string{"yes", "no"}, []bool{true, false}),
			Meaning: "whether waves are recorded, `yes` or `no`: about four times as much",
		},
	}
}

// limitsFields describes limits for Reference: its keys are condition ids, so the decoder cannot list them.
func limitsFields() []document.Field {
	return []document.Field{{
		Name: "<condition>", Fallback: "built-in", Inner: changeFields(new(Change)),
		Meaning: "id of a condition, such as `hr_high`",
	}}
}

func changeFields(c *Change) []document.Field {
	fields := []document.Field{
		{
			Name: "limit", Fallback: "built-in", Set: level(&c.Levels, 0, false),
			Meaning: "the limit of a condition that has one",
		},
		{
			Name: "clear", Fallback: "moves with the limit", Set: level(&c.Levels, 0, true),
			Meaning: "value at which the violation is over, of a condition that has one limit",
		},
		{
			Name: "hold", Fallback: "built-in", Set: optional(&c.Hold, 0, maxHold),
			Meaning: "how long a violation lasts before it is an alert; `0s` for at once",
		},
		{
			Name: "clear_hold", Fallback: "built-in", Set: optional(&c.ClearHold, 0, maxHold),
			Meaning: "how long the violation must be over before the alert ends",
		},
		{
			Name: "priority", Fallback: "built-in", Set: priority(&c.Priority),
			Meaning: "`low`, `medium` or `high`; what may become high cannot be set below medium",
		},
	}
	for _, v := range limited() {
		fields = append(fields,
			document.Field{
				Name: v.String(), Fallback: "built-in", Set: level(&c.Levels, v, false),
				Meaning: "the limit for one vital of a condition that has several",
			},
			document.Field{
				Name: "clear_" + v.String(), Fallback: "moves with the limit", Set: level(&c.Levels, v, true),
				Meaning: "the same for the value at which it is over",
			})
	}
	return fields
}

func mode(to *wire.Mode) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if n.Kind == document.Scalar && n.Value == string(wire.Demo) {
			s.Fail(n.Place, "mode demo cannot be configured: demo data come from the demo command alone")
			return false
		}
		return document.OneOf(to, []string{"live", "test"}, []wire.Mode{wire.Live, wire.Test})(s, path, n)
	}
}

func oneURL(to *[]string) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		var one string
		if !document.Text(&one)(s, path, n) {
			return false
		}
		*to = []string{one}
		return true
	}
}

// limits makes the setter for changes by condition id.
func limits(to *[]Change) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		if !document.Expect(s, path, n, document.Mapping, "a section with one key for each condition to change") {
			return false
		}
		seen, clean := map[string]document.Place{}, true
		*to = make([]Change, len(n.Pairs))
		for i, p := range n.Pairs {
			change := &(*to)[i]
			change.Condition = p.Key.Value
			own := document.Field{Name: p.Key.Value, Set: document.Into(changeFields(change))}
			clean = document.DecodePair(s, path, p, []document.Field{own}, seen) && clean
		}
		return clean
	}
}

func level(to *[]Level, v devices.Vital, over bool) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		l := Level{Vital: v, Clear: over}
		if !document.Number(&l.Value)(s, path, n) {
			return false
		}
		*to = append(*to, l)
		return true
	}
}

func optional(to **time.Duration, low, high time.Duration) document.Setter {
	return func(s *document.Source, path string, n *document.Node) bool {
		d := new(time.Duration)
		if !document.Duration(d, low, high)(s, path, n) {
			return false
		}
		*to = d
		return true
	}
}

func priority(to **alerts.Priority) document.Setter {
	words := []string{"low", "medium", "high"}
	values := []alerts.Priority{alerts.Low, alerts.Medium, alerts.High}
	return func(s *document.Source, path string, n *document.Node) bool {
		p := new(alerts.Priority)
		if !document.OneOf(p, words, values)(s, path, n) {
			return false
		}
		*to = p
		return true
	}
}

// Reference returns every key of bedside.yaml as a Markdown table of key, meaning and default, for the README.
func Reference() string { return document.Reference(merge(rootFields(Default()))) }

// merge makes one row of the keys that exist once for each vital.
func merge(fields []document.Field) []document.Field {
	var rows []document.Field
	for _, f := range fields {
		stem := strings.TrimPrefix(f.Name, "clear_")
		if v, ok := devices.ParseVital(stem); ok {
			if v != limited()[0] {
				continue
			}
			f.Name = strings.TrimSuffix(f.Name, stem) + "<vital>"
		}
		if f.Name != "console" { // its labels and colours are each of one vital
			f.Inner = merge(f.Inner)
		}
		rows = append(rows, f)
	}
	return rows
}
