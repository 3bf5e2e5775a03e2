package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"bedside/agent/wire"
)

// Input is what a board is told. See [Decode] for what comes from rooms.
type Input interface{ isInput() }

// The inputs.
type (
	// Status is a heartbeat.
	Status struct{ *wire.Status }
	// Alert is a change of an occurrence.
	Alert struct{ *wire.Alert }
	// Reading is what a device measured.
	Reading struct{ *Measured }
	// Said is a message of a room that changes no tile beyond showing that the room is there, such as a wave or an event
	// of the session. Event is that event, or "".
	Said struct {
		wire.Header
		Event string
	}
	// Tick lets time pass: rooms become late and silent, values age. A board wants one at least once a second.
	Tick struct{}
	// Connection says that the station reaches its broker now, or does not, and why.
	Connection struct {
		Up  bool
		Why string
	}
	// Assign says who has duty in a room; nil for nobody.
	Assign struct {
		Room string
		Duty *wire.Duty
	}
	// Fault raises or ends an alert of the station itself. A fault is known by condition and key, such as a channel's name.
	Fault struct {
		Condition, Key, Title, Priority, Text string
		On                                    bool
	}
	// Seen is what people have acknowledged at another station, as its heartbeat says.
	Seen []wire.SeenAlert
)

func (Status) isInput()     {}
func (Alert) isInput()      {}
func (Reading) isInput()    {}
func (Said) isInput()       {}
func (Tick) isInput()       {}
func (Connection) isInput() {}
func (Assign) isInput()     {}
func (Fault) isInput()      {}
func (Seen) isInput()       {}

// Measured is the part of a [wire.Reading] that a tile shows. The rest is not decoded: at a thousand rooms readings are
// nine messages of ten.
type Measured struct {
	Seq      uint64                 `json:"seq"`
	Boot     string                 `json:"boot"`
	OffsetMS int64                  `json:"offset_ms"`
	Room     string                 `json:"room"`
	Device   string                 `json:"device"`
	Values   map[string]wire.Number `json:"values"`
	Absent   map[string]string      `json:"absent"`
	Flags    []string               `json:"flags"`
	Spot     bool                   `json:"spot"`
}

// Reasons why a message is not taken.
var (
	// ErrNotOurs is a subject that no room speaks on, such as a command.
	ErrNotOurs = errors.New("board: not a room's message")
	// ErrForged is a payload that names another site or room than its subject.
	ErrForged = errors.New("board: the payload is of another room than its subject")
)

// Decode reads a message on a subject below bedside.v1. It fails for what no room says, for JSON that cannot be read, and
// for a payload whose site or room are not those of its subject: the server's permissions guard the subject alone.
func Decode(subject string, payload []byte) (Input, error) {
	rest, ours := strings.CutPrefix(subject, wire.Prefix+".")
	site, rest, _ := strings.Cut(rest, ".")
	room, rest, _ := strings.Cut(rest, ".")
	kind, _, _ := strings.Cut(rest, ".")
	if !ours || !wire.ValidToken(site) || !wire.ValidToken(room) {
		return nil, ErrNotOurs
	}
	switch kind {
	case "reading":
		var m Measured
		if err := json.Unmarshal(payload, &m); err != nil {
			return nil, fmt.Errorf("board: reading: %w", err)
		}
		if m.Room != room {
			return nil, ErrForged
		}
		return Reading{&m}, nil
	case "status":
		var s wire.Status
		if err := json.Unmarshal(payload, &s); err != nil {
			return nil, fmt.Errorf("board: status: %w", err)
		}
		return Status{&s}, same(&s.Header, site, room)
	case "alert":
		var a wire.Alert
		if err := json.Unmarshal(payload, &a); err != nil {
			return nil, fmt.Errorf("board: alert: %w", err)
		}
		return Alert{&a}, same(&a.Header, site, room)
	case "session", "wave", "receipt":
		var s Said
		err := json.Unmarshal(payload, &s)
		if kind != "session" {
			s.Event = ""
		}
		if err != nil {
			return nil, fmt.Errorf("board: %s: %w", kind, err)
		}
		return s, same(&s.Header, site, room)
	default:
		return nil, ErrNotOurs
	}
}

func same(h *wire.Header, site, room string) error {
	if h.Site != site || h.Room != room {
		return ErrForged
	}
	return nil
}
