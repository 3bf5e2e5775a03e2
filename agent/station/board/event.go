package board

import "bedside/agent/wire"

// Event is what a board has to tell. Every message of an alert that was not heard before is told once, as [Changed] or as
// [Past].
type Event interface{ isEvent() }

// The events.
type (
	// Changed is an alert of a room that is not as it was. Learnt says that it stood in a heartbeat: its message was not
	// heard, or is still on its way.
	Changed struct {
		Room   string
		Alert  wire.Alert
		Learnt bool
	}
	// Past is a message of an alert that came late: what it says is over or better known. It belongs into lists, not on
	// tiles.
	Past struct {
		Room  string
		Alert wire.Alert
	}
	// Call is the next rung of the ladder: somebody is to be told. Step is one of the Step constants. Key is the same at all
	// stations that are about to tell the same.
	Call struct {
		Room, Key string
		Alert     wire.Alert
		Step      string
	}
	// Over ends what Call began: the alert was acknowledged, or is over.
	Over struct {
		Room, Key string
		Alert     wire.Alert
	}
	// Own is an alert of the station itself that is not as it was.
	Own struct{ Alert wire.Alert }
	// Noted is what happened to a room as a whole, in words. Kind is one of the Noted constants.
	Noted struct{ Room, Kind, Text string }
)

// The steps of a [Call]. They are the words of [wire.Alert].Called, without the sound in the room, which the room makes.
const (
	StepStation    = "station"     // the nurse on duty, because it is a medium or high alert
	StepNextPerson = "next_person" // the back-up
	StepEveryone   = "everyone"
)

// The kinds of [Noted].
const (
	NotedAppeared  = "room_appeared"
	NotedRestarted = "room_restarted"
	NotedSilent    = "room_silent"
	NotedBack      = "room_back"
	NotedForgotten = "room_forgotten"
	NotedDuplicate = "duplicate_room"
)

func (Changed) isEvent() {}
func (Past) isEvent()    {}
func (Call) isEvent()    {}
func (Over) isEvent()    {}
func (Own) isEvent()     {}
func (Noted) isEvent()   {}
