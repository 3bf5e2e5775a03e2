package sound

import (
	"slices"

	"bedside/alerts"
)

// Voice is what may sound. It is the same one for as long as it is the same occurrence at the same priority.
type Voice struct {
	Occurrence string
	Priority   alerts.Priority
	Technical  bool
}

// Alerter is why a room may sound although nobody has called it.
type Alerter struct {
	Always bool // somebody has turned the sound in the room on
	Alone  bool // a session runs, and nobody outside hears the room
}

// InRoom returns what may sound in a room, of its active and latched alerts. A room is silent, because the person in it lies with
// eyes closed, until an alert that nobody acknowledges calls it, or until nobody outside hears the room: then what is medium or
// high sounds here. A test alarm sounds everywhere. Acknowledgement, pauses and what breaks them are in the signal of each
// alert, as the engine judges them.
func InRoom(active []alerts.Alert, why Alerter) []Voice {
	var voices []Voice
	for i := range active {
		a := &active[i]
		due := why.Always || why.Alone && a.Priority >= alerts.Medium || slices.Contains(a.Called, Call) || alerts.IsTest(a.Condition)
		if due && !a.Acknowledged && a.Signal == alerts.SignalOn {
			voices = append(voices, Voice{a.Occurrence, a.Priority, a.Kind == alerts.Technical})
		}
	}
	return voices
}

// Alone reports whether nobody outside hears a room in which a session runs: its broker is lost, no screen that can be heard is on,
// or none has shown an alert of high priority in time (alarms.md section 8: the local signal takes over). Somebody who has
// acknowledged that has not mended it.
func Alone(active []alerts.Alert, running bool) bool {
	return running && slices.ContainsFunc(active, func(a alerts.Alert) bool {
		return a.State == alerts.Active && (a.Condition == "broker_lost" || a.Condition == "no_recipient" || a.Condition == "delivery_timeout")
	})
}

// Call is the step of the ladder at which a room sounds.
const Call = "room_sound"

// Pick returns the one that sounds: the highest, of these one about the person before a technical one, of these the first. It
// is false for silence.
func Pick(voices []Voice) (Voice, bool) {
	best, found := Voice{}, false
	for _, v := range voices {
		switch _, sounds := BurstOf(v.Priority); {
		case !sounds:
		case !found, v.Priority > best.Priority, v.Priority == best.Priority && best.Technical && !v.Technical:
			best, found = v, true
		}
	}
	return best, found
}
