package main

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"
)

//go:embed data
var data embed.FS

// unit is a service of systemd.
type unit struct {
	Unit, Title, Command string
	Page                 string // manual page
	Config               string
	Serial               bool     // it opens serial ports
	Netlink              bool     // it may listen on all addresses of the computer, and asks which these are
	Stop                 string   // how long it may take to stop
	Credentials          []string // examples, commented out
}

func units() []unit {
	return []unit{{
		Unit: "bedside-agent.service", Title: "Bedside agent: watches over one room", Command: "agent --first-run", Page: "bedside-agent",
		Config: "/etc/bedside/bedside.yaml", Serial: true,
		Stop:        "10s",
		Credentials: []string{"room.creds:/etc/bedside/secrets/room.creds"},
	}, {
		Unit: "bedside-station.service", Title: "Bedside station: shows the rooms of a site", Command: "station", Page: "bedside-station",
		Config: "/etc/bedside/station.yaml", Netlink: true,
		// Its parts may take thirteen seconds together: the last calls to people are among them.
		Stop: "15s",
		Credentials: []string{
			"board.crt:/etc/bedside/secrets/board.crt", "board.key:/etc/bedside/secrets/board.key", "ntfy.token:/etc/bedside/secrets/ntfy.token",
		},
	}}
}

// render returns the text of a unit file.
func (u *unit) render() ([]byte, error) { return fill("service.tmpl", u) }

// fill returns a file of data with its gaps filled.
func fill(name string, with any) ([]byte, error) {
	t, err := template.ParseFS(data, "data/"+name)
	if err != nil {
		return nil, fmt.Errorf("release: %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, with); err != nil {
		return nil, fmt.Errorf("release: %s: %w", name, err)
	}
	return b.Bytes(), nil
}
