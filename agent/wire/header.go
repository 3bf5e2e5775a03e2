package wire

import (
	"encoding/json"
	"fmt"
	"time"
)

// Version is the contract version in every payload and subject.
const Version = 1

// Mode says whether a payload is about a person.
type Mode string

// The modes. Demo and test data travel on the same subjects and say so in every payload.
const (
	Live Mode = "live"
	Demo Mode = "demo"
	Test Mode = "test"
)

// Header begins every payload.
type Header struct {
	V        int    `json:"v"`
	ID       string `json:"id"`  // <room>-<boot>-<seq>, also sent as Nats-Msg-Id
	Seq      uint64 `json:"seq"` // grows by one per event of the room; after a crash it may skip, never repeat
	At       Time   `json:"at"`
	OffsetMS int64  `json:"offset_ms"` // monotonic milliseconds since this process started
	Boot     string `json:"boot"`      // of the process, random
	Site     string `json:"site"`
	Room     string `json:"room"`
	Session  string `json:"session,omitempty"` // pseudonymous code, absent outside a session
	Mode     Mode   `json:"mode"`
}

// MessageID returns the id of an event, used for de-duplication by the broker and by receivers.
func MessageID(room, boot string, seq uint64) string { return fmt.Sprintf("%s-%s-%d", room, boot, seq) }

// Time is a wall-clock moment in UTC, as RFC 3339 with nanoseconds.
type Time struct{ time.Time }

// MarshalJSON writes the moment in UTC.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.UTC().Format(time.RFC3339Nano)) }

// UnmarshalJSON reads RFC 3339 with or without a fraction.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("wire: time: %w", err)
	}
	parsed, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("wire: time: %w", err)
	}
	t.Time = parsed
	return nil
}
