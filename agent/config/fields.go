package config

import (
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

// rootFields is the whole file: one entry for each key, read by the decoder and by Reference alike.
func rootFields(c *Config) []field {
	return []field{
		{
			name: "site", required: true, set: token(&c.Site),
			meaning: "word for the site, part of every subject",
		},
		{
			name: "room", required: true, set: token(&c.Room),
			meaning: "word for the room, unique within the site",
		},
		{
			name: "mode", fallback: "live", set: mode(&c.Mode),
			meaning: "`live`, or `test` for a bench: every payload says so",
		},
		{
			name: "profile", fallback: defaultProfile, set: profile(&c.Profile),
			meaning: "word for this set of limits, shown in every alert",
		},
		{
			name: "devices", required: true, set: each(&c.Devices, deviceFields), inner: deviceFields(new(Device)), list: true,
			meaning: "the devices of the room, at least one",
		},
		{
			name: "nats", set: into(natsFields(&c.NATS)), inner: natsFields(new(NATS)),
			fallback: "embedded server", meaning: "the message bus: a server of its own, or an existing one by url",
		},
		{
			name: "console", set: into(consoleFields(&c.Console)), inner: consoleFields(new(Console)),
			fallback: "as below", meaning: "the room page",
		},
		{
			name: "record", set: into(recordFields(&c.Record)), inner: recordFields(new(Record)),
			fallback: "as below", meaning: "what is kept on disk",
		},
		{
			name: "limits", fallback: "built-in", set: limits(&c.Limits), inner: limitsFields(),
			meaning: "changes to the built-in conditions",
		},
	}
}

func deviceFields(d *Device) []field {
	return []field{
		{
			name: "name", required: true, set: token(&d.Name),
			meaning: "word for the device, unique in the room",
		},
		{
			name: "driver", required: true, set: text(&d.Driver),
			meaning: "protocol family, a name of the device table",
		},
		{
			name: "port", required: true, set: text(&d.Port),
			meaning: "serial port, best a stable name below `/dev/serial/by-id`",
		},
		{
			name: "start", fallback: "staff", set: oneOf(&d.AgentStarts, []string{"staff", "agent"}, []bool{false, true}),
			meaning: "who starts a measurement: `staff` at the device, or the `agent` too",
		},
		{
			name: "initial_pressure", fallback: "the device's own", set: whole(&d.InitialPressure, 60, 280, "mmHg"),
			meaning: "first inflation target of a cuff, mmHg",
		},
		{
			name: "same_arm_as", fallback: "another arm", set: token(&d.SameArmAs),
			meaning: "name of the oximeter on the cuff's arm: its loss of signal during a cycle is expected",
		},
	}
}

func natsFields(n *NATS) []field {
	return []field{
		{
			name: "listen", fallback: defaultListen, set: address(&n.Listen),
			meaning: "host:port of the embedded server, loopback only",
		},
		{
			name: "store", fallback: defaultStore, set: text(&n.Store),
			meaning: "folder of the embedded server's streams",
		},
		{
			name: "url", fallback: "none", set: oneURL(&n.URLs),
			meaning: "an existing server instead, `nats://` or `tls://`",
		},
		{
			name: "urls", fallback: "none", set: texts(&n.URLs),
			meaning: "servers of one cluster, instead of url",
		},
		{
			name: "credentials_file", fallback: "none", set: text(&n.CredentialsFile),
			meaning: "user credentials for url",
		},
		{
			name: "tls", fallback: "the system's authorities", set: into(tlsFields(&n.TLS)), inner: tlsFields(new(TLS)),
			meaning: "files that secure the connection to url",
		},
	}
}

func tlsFields(t *TLS) []field {
	return []field{
		{name: "ca_file", fallback: "the system's", set: text(&t.CAFile), meaning: "authorities to trust, PEM"},
		{name: "cert_file", fallback: "none", set: text(&t.CertFile), meaning: "client certificate, PEM"},
		{name: "key_file", fallback: "none", set: text(&t.KeyFile), meaning: "private key of cert_file, PEM"},
	}
}

func consoleFields(c *Console) []field {
	return []field{
		{
			name: "listen", fallback: defaultConsole, set: address(&c.Listen),
			meaning: "host:port of the page, loopback only",
		},
	}
}

func recordFields(r *Record) []field {
	return []field{
		{name: "path", fallback: defaultRecord, set: text(&r.Path), meaning: "SQLite file"},
		{
			name: "keep", fallback: printDuration(defaultKeep), set: duration(&r.Keep, day, 3650*day),
			meaning: "age after which events may be deleted, such as `30d`",
		},
	}
}

// limitsFields describes limits for Reference: its keys are condition ids, so the decoder cannot list them.
func limitsFields() []field {
	return []field{{
		name: "<condition>", fallback: "built-in", inner: changeFields(new(Change)),
		meaning: "id of a condition, such as `hr_high`",
	}}
}

func changeFields(c *Change) []field {
	fields := []field{
		{
			name: "limit", fallback: "built-in", set: level(&c.Levels, 0, false),
			meaning: "the limit of a condition that has one",
		},
		{
			name: "clear", fallback: "moves with the limit", set: level(&c.Levels, 0, true),
			meaning: "value at which the violation is over, of a condition that has one limit",
		},
		{
			name: "hold", fallback: "built-in", set: optional(&c.Hold, 0, maxHold),
			meaning: "how long a violation lasts before it is an alert; `0s` for at once",
		},
		{
			name: "clear_hold", fallback: "built-in", set: optional(&c.ClearHold, 0, maxHold),
			meaning: "how long the violation must be over before the alert ends",
		},
		{
			name: "priority", fallback: "built-in", set: priority(&c.Priority),
			meaning: "`low`, `medium` or `high`; what may become high cannot be set below medium",
		},
	}
	for _, v := range limited() {
		fields = append(fields,
			field{
				name: v.String(), fallback: "built-in", set: level(&c.Levels, v, false),
				meaning: "the limit for one vital of a condition that has several",
			},
			field{
				name: "clear_" + v.String(), fallback: "moves with the limit", set: level(&c.Levels, v, true),
				meaning: "the same for the value at which it is over",
			})
	}
	return fields
}

// profile makes a setter for a token that may end in a version, such as built-in@1.
func profile(to *string) setter {
	return func(s *source, path string, n *node) bool {
		var word string
		if !text(&word)(s, path, n) {
			return false
		}
		name, version, versioned := strings.Cut(word, "@")
		if !wire.ValidToken(name) || versioned && !wire.ValidToken(version) {
			s.fail(n.place, "%q cannot be a profile: use lower-case letters, digits and dashes, and a version after @, like %s",
				clip(word), defaultProfile)
			return false
		}
		*to = word
		return true
	}
}

func mode(to *wire.Mode) setter {
	return func(s *source, path string, n *node) bool {
		if n.kind == scalar && n.value == string(wire.Demo) {
			s.fail(n.place, "mode demo cannot be configured: demo data come from the demo command alone")
			return false
		}
		return oneOf(to, []string{"live", "test"}, []wire.Mode{wire.Live, wire.Test})(s, path, n)
	}
}

func oneURL(to *[]string) setter {
	return func(s *source, path string, n *node) bool {
		var one string
		if !text(&one)(s, path, n) {
			return false
		}
		*to = []string{one}
		return true
	}
}

// limits makes the setter for changes by condition id.
func limits(to *[]Change) setter {
	return func(s *source, path string, n *node) bool {
		if !expect(s, path, n, mapping, "a section with one key for each condition to change") {
			return false
		}
		seen, clean := map[string]place{}, true
		*to = make([]Change, len(n.pairs))
		for i, p := range n.pairs {
			change := &(*to)[i]
			change.Condition = p.key.value
			own := field{name: p.key.value, set: into(changeFields(change))}
			clean = decodePair(s, path, p, []field{own}, seen) && clean
		}
		return clean
	}
}

func level(to *[]Level, v devices.Vital, over bool) setter {
	return func(s *source, path string, n *node) bool {
		l := Level{Vital: v, Clear: over}
		if !number(&l.Value)(s, path, n) {
			return false
		}
		*to = append(*to, l)
		return true
	}
}

func optional(to **time.Duration, low, high time.Duration) setter {
	return func(s *source, path string, n *node) bool {
		d := new(time.Duration)
		if !duration(d, low, high)(s, path, n) {
			return false
		}
		*to = d
		return true
	}
}

func priority(to **alerts.Priority) setter {
	words := []string{"low", "medium", "high"}
	values := []alerts.Priority{alerts.Low, alerts.Medium, alerts.High}
	return func(s *source, path string, n *node) bool {
		p := new(alerts.Priority)
		if !oneOf(p, words, values)(s, path, n) {
			return false
		}
		*to = p
		return true
	}
}

// Reference returns every key of bedside.yaml as a Markdown table of key, meaning and default, for the README.
func Reference() string {
	var b strings.Builder
	b.WriteString("| Key | Meaning | Default |\n|---|---|---|\n")
	refer(&b, "", rootFields(Default()))
	return b.String()
}

func refer(b *strings.Builder, path string, fields []field) {
	for _, f := range merge(fields) {
		name, fallback := join(path, f.name), f.fallback
		if f.required {
			fallback = "required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, f.meaning, fallback)
		if f.list {
			name += "[]"
		}
		refer(b, name, f.inner)
	}
}

// merge makes one row of the keys that exist once for each vital.
func merge(fields []field) []field {
	var rows []field
	for _, f := range fields {
		stem := strings.TrimPrefix(f.name, "clear_")
		if v, ok := devices.ParseVital(stem); ok {
			if v != limited()[0] {
				continue
			}
			f.name = strings.TrimSuffix(f.name, stem) + "<vital>"
		}
		rows = append(rows, f)
	}
	return rows
}
