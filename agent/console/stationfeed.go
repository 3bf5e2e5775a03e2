package console

import (
	"context"
	"log/slog"
	"net/http"

	"bedside/agent/system"
	"bedside/agent/wire"
)

// StationFeed is the station behind the page. Every method is called from many goroutines at once and must return soon.
type StationFeed interface {
	// Board returns what the station shows now. The console does not change it.
	Board() wire.Board
	// RoomStatus returns the last full truth of a room, false for a room that nobody knows.
	RoomStatus(room string) (wire.Status, bool)
	// Command hands an order of the contract on to the agent of a room; from says where it was given. An order without a room
	// is about an alert of the station itself: acknowledge, with its occurrence. What it answers with the code "unknown_room" is
	// not found.
	Command(ctx context.Context, from, room, verb string, payload []byte) wire.Reply
	// Duty carries out a [wire.DutyOrder].
	Duty(ctx context.Context, from string, payload []byte) wire.Reply
	// Screen is the sign of life of one page, every three seconds: whether somebody can see it and whether it can be heard.
	Screen(id string, visible, sound bool)
	// Shown says that a page has painted these messages of a room's alerts, while it was visible. The room may be unknown.
	Shown(room string, messageIDs []string, screen string)
}

// StationOptions say what a station's console shows.
type StationOptions struct {
	Feed    StationFeed
	Metrics http.Handler // nil for none
	Ready   func() error // nil when the station works; else what is missing, in one sentence
	Log     *slog.Logger
	System  *system.System // behind the page of the system; nil for none
	Door
}

// ScreenSign is the body of POST /api/v1/screen.
type ScreenSign struct {
	ID      string              `json:"id"` // of the page, random
	Visible bool                `json:"visible"`
	Sound   bool                `json:"sound"`
	Shown   map[string][]string `json:"shown,omitempty"` // ids of messages of alerts that it has painted, by room
}
